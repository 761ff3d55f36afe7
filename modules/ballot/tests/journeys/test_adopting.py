"""From the best contributions to a vote, in the browser: the organiser ticks them, people find the way back."""

import pytest
from playwright.sync_api import expect

from modules.ballot.tests.conftest import EFFECT
from participation.interfaces import Role
from participation.kernel.db import transaction
from participation.procedures.services import add_activity
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
PATH = "/musterland/park"


@pytest.fixture
def scene(site):
    """A procedure with three rated contributions and an empty vote, and its manager."""
    world = site.world
    tenant = world.tenant("musterland", name="Stadt Musterland")
    made = world.procedure(tenant, slug="park", title="Ein Park für alle")
    with transaction():
        found = world.again(made)
        vote = add_activity(found, world.app.extensions["registry"].get("ballot"), slug="vote", title="Die Abstimmung")
        vote.settings = {**vote.settings, **EFFECT}
    for number, title in enumerate(("Bänke", "Spielplatz", "Toilette"), 1):
        row = world.contribution(made, title=title, source="Das hilft allen.")
        with transaction():
            world.again_contribution(row).score = number
    return world.staff(tenant, Role.MANAGER)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_best_contributions_become_the_options_of_a_vote(site, visit, scene, script):
    staff = visit(site, f"{PATH}/-/manage/formats", person=scene, script=script)
    staff.get_by_role("link", name="Beiträge weitergeben").click()
    staff.get_by_label("Wie viele der besten?").fill("2")
    staff.get_by_role("button", name="Diese auswählen").click()
    expect(staff.get_by_label("Toilette")).to_be_checked()
    expect(staff.get_by_label("Spielplatz")).to_be_checked()
    expect(staff.get_by_label("Bänke")).not_to_be_checked()
    check(staff)
    staff.get_by_role("button", name="Weitergeben").click()
    expect(staff.get_by_role("status").first).to_contain_text("Die Beiträge sind weitergegeben.")
    page = visit(site, f"{PATH}/ballot/vote/", width=360, height=640, script=script)
    expect(page.get_by_role("main")).to_contain_text("Welche dieser Vorschläge sollen umgesetzt werden?")
    check(page)
    page.get_by_role("link", name="Zum Beitrag, aus dem das kommt").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Toilette")
    expect(page.get_by_role("main")).to_contain_text("Dieser Beitrag steht auch hier: Die Abstimmung")
    check(page)
