"""A procedure on its way through the browser: preview, submission, a second person, a pause, a longer deadline."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from participation.interfaces import Role
from participation.kernel.clock import local, now
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
STEPS = "/stadt/park/-/manage/steps/"
REASON = "Nach dem Sturm fehlen die Pläne."


@pytest.fixture
def scene(site):
    """A procedure that lacks nothing, the manager who prepares it, and a second one."""
    tenant = site.world.tenant("stadt", name="Stadt")
    procedure = site.world.ready(tenant, slug="park", title="Der neue Park", begins=timedelta(days=2))
    return procedure, site.world.staff(tenant, Role.MANAGER), site.world.staff(tenant, Role.MANAGER)


def day(days):
    return f"{local(now() + timedelta(days=days)):%Y-%m-%d}"


def press(page, name):
    """Open the page of a step from the overview and check both."""
    check(page)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    check(page)


@pytest.mark.requirement("RA-2-02", "RA-3-27", "RA-3-11")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_two_managers_bring_a_procedure_to_the_public(site, visit, scene, script):
    _procedure, one, two = scene
    first = visit(site, STEPS, person=one, width=360, height=640, script=script)
    press(first, "Zur Freigabe vorlegen")
    first.get_by_role("button", name="Zur Freigabe vorlegen").click()
    expect(first.get_by_role("status")).to_contain_text("Eine zweite Person entscheidet")
    expect(first.get_by_role("main")).to_contain_text("Sie haben das Verfahren selbst vorgelegt")

    second = visit(site, site.link(two.email), person=two, script=script)
    press(second, "Zur Überarbeitung zurückgeben")
    second.get_by_role("button", name="Zur Überarbeitung zurückgeben").click()
    expect(second.locator(".error-summary")).to_contain_text("Bitte nennen Sie den Grund")
    check(second)
    second.get_by_label("Grund").fill(REASON)
    second.get_by_role("button", name="Zur Überarbeitung zurückgeben").click()
    expect(second.get_by_role("status")).to_contain_text("zurückgegeben")
    assert REASON in site.mails(one.email)[-1].get_body(("plain",)).get_content()

    first.goto(STEPS + "submit")
    expect(first.get_by_role("main")).to_contain_text("Seitdem hat sich nichts geändert")
    first.get_by_role("button", name="Zur Freigabe vorlegen").click()
    second.goto(STEPS)
    press(second, "Freigeben")
    second.get_by_role("button", name="Freigeben").click()
    expect(second.get_by_role("status")).to_contain_text("freigegeben")

    site.clock_shifted(timedelta(days=3))
    second = visit(site, STEPS, person=two, script=script)
    press(second, "Unterbrechen")
    second.get_by_label("Grund").fill(REASON)
    second.get_by_role("button", name="Unterbrechen").click()
    expect(second.get_by_role("status")).to_contain_text("Alle sehen den Grund")
    visitor = visit(site, "/stadt/park/", width=360, height=640, script=script)
    expect(visitor.get_by_role("main")).to_contain_text(REASON)
    second.goto(STEPS)
    press(second, "Fortsetzen")
    second.get_by_role("button", name="Fortsetzen").click()
    press(second, "Frist verlängern")
    second.get_by_label("Neuer letzter Tag").fill(day(90))
    second.get_by_label("Grund").fill(REASON)
    second.get_by_role("button", name="Frist verlängern").click()
    expect(second.get_by_role("status")).to_contain_text("Die Frist ist verlängert")
    second.get_by_role("link", name="Protokoll ansehen").click()
    expect(second.get_by_role("main")).to_contain_text("Neues Ende")
    check(second)


@pytest.mark.requirement("BX-07")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_day_is_looked_at_from_its_eve_to_its_end(site, visit, scene, script):
    procedure, one, _two = scene
    page = visit(site, "/stadt/park/-/manage/preview", person=one, width=360, height=640, script=script)
    check(page)
    page.get_by_label("Tag").fill(day(10))
    page.get_by_label("Person mit Konto").check()
    page.get_by_role("button", name="Vorschau ansehen").click()
    banner = page.get_by_role("complementary", name="Vorschau")
    expect(banner).to_contain_text("als Person mit Konto")
    expect(page.get_by_role("main")).to_contain_text("Läuft")
    check(page)
    banner.get_by_role("link", name="Termin danach").click()
    expect(page.get_by_role("main")).to_contain_text("Wird ausgewertet")
    banner.get_by_role("link", name="Vorschau verlassen").click()
    expect(page.get_by_role("main")).to_contain_text("Diese Seite sehen nur Mitarbeitende")
    assert site.world.again(procedure).stage == "draft"


def test_a_step_is_taken_by_keyboard_alone(site, visit, scene):
    procedure, one, _two = scene
    page = visit(site, STEPS, person=one)
    link = page.get_by_role("link", name="Zur Freigabe vorlegen", exact=True)
    reach(page, link)
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Zur Freigabe vorlegen")
    reach(page, button)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Eine zweite Person entscheidet")
    assert site.world.again(procedure).stage == "review"


def reach(page, target):
    """Press the tabulator until the focus is there."""
    expect(target).to_be_visible()
    for _ in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("The focus never came there.")
