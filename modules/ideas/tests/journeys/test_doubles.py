"""Doubles in the browser: similar ideas while typing, and two ideas that become one."""

import pytest
from playwright.sync_api import expect

from modules.ideas import services
from participation.interfaces import Role
from participation.kernel.db import transaction
from participation.kernel.outbox import work_off
from participation.testing.accessibility import assert_fits, check

pytestmark = pytest.mark.browser
PATH = "/musterstadt/rad"


@pytest.fixture
def ideas(site):
    """Two ideas that mean the same, the second with an answer."""
    tenant = site.world.tenant("musterstadt", name="Stadt Musterstadt")
    made = site.world.procedure(tenant, module="ideas", slug="rad", title="Besser Rad fahren")
    with transaction():
        services.add_category(site.world.activity(made), title="Wege")
    first = site.world.contribution(made, title="Mehr Licht am Ufer", source="Es ist dunkel.", place="k1")
    double = site.world.contribution(made, title="Lampen am Uferweg", source="Nachts sieht man nichts.", place="k1")
    parent = site.world.again_contribution(double)
    site.world.contribution(made, source="Das wünsche ich mir auch.", parent=parent)
    work_off()
    return first, double, site.world.staff(tenant, Role.MODERATOR)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_similar_ideas_are_shown_before_a_new_one_is_sent(site, visit, ideas, script):
    page = visit(site, f"{PATH}/ideas/a/new", width=360, height=640, script=script, person=site.world.person("Ada"))
    expect(page.get_by_role("heading", name="Ähnliche Ideen")).to_have_count(0)
    page.get_by_label("Titel").fill("Licht am Uferweg")
    page.get_by_label("Kategorie").select_option("Wege")
    page.get_by_label("Ihre Idee").fill("Es ist im Winter so dunkel.")
    if script:
        expect(page.get_by_role("heading", name="Ähnliche Ideen")).to_be_visible()
    else:
        page.get_by_role("button", name="Weiter zum Prüfen").click()
        expect(page.get_by_role("heading", name="Ähnliche Beiträge")).to_be_visible()
    assert_fits(page)
    check(page)
    page.get_by_role("link", name="Mehr Licht am Ufer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mehr Licht am Ufer")


@pytest.mark.requirement("RA-4.1-08")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_double_named_by_its_number_is_merged_and_taken_back(site, visit, ideas, script):
    first, double, moderator = ideas
    visitor = visit(site, f"{PATH}/-/contributions/{first.reference}", width=360, height=640, script=script)
    expect(visitor.get_by_role("heading", name="Noch keine Antworten")).to_be_visible()
    staff = visit(site, f"/musterstadt/-/moderation/{first.reference}/similar", person=moderator, script=script)
    staff.get_by_label("Einen anderen Beitrag danebenlegen").fill(double.reference.lower())
    staff.get_by_role("button", name="Danebenlegen").click()
    check(staff)
    staff.locator(f"#chosen-{double.reference}").check()
    staff.get_by_role("button", name="Ausgewählte mit diesem zusammenführen").click()
    expect(staff.get_by_role("main")).to_contain_text("1 Beitrag zusammengeführt")
    visitor.reload()
    expect(visitor.get_by_role("heading", name="1 Antwort", exact=True)).to_be_visible()
    expect(visitor.get_by_role("heading", name="Aus zusammengeführten Beiträgen")).to_be_visible()
    expect(visitor.get_by_role("main")).to_contain_text("Das wünsche ich mir auch.")
    assert_fits(visitor)
    check(visitor)
    staff.get_by_role("button", name="Rückgängig machen").first.click()
    visitor.reload()
    expect(visitor.get_by_role("heading", name="Noch keine Antworten")).to_be_visible()
