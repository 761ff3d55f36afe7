"""A case worker works through the list: with the keyboard alone, and on a phone without script."""

import pytest
from playwright.sync_api import expect

from participation.evaluation.case_models import Department
from participation.evaluation.keywords import add_keyword
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
LIST = "/stadt/park/-/manage/worklist"


@pytest.fixture
def worker(site):
    """A case worker of a procedure with four contributions, a keyword and a department."""
    tenant = site.world.tenant("stadt")
    procedure = site.world.procedure(tenant, slug="park")
    for number in range(4):
        site.world.contribution(procedure, source=f"Wunsch {number}: eine Bank am Teich")
    with transaction():
        db.session.add(Department(tenant_id=tenant.id, title="Grünflächenamt"))
        add_keyword(procedure, "Sitzbänke")
    return site.world.staff(tenant, Role.CASE_WORKER)


def shows(page, number):
    expect(page.locator("tr[data-row]")).to_have_count(number)


@pytest.mark.requirement("RA-4.4-01", "RA-4.4-02")
def test_the_list_is_worked_through_with_the_keyboard_alone(site, visit, worker):
    page = visit(site, LIST, person=worker)
    press = page.keyboard.press
    check(page)
    press("?")
    expect(page.get_by_text("ausgewählte zuweisen")).to_be_visible()
    check(page)
    press("?")
    press("j")
    press("x")
    press("j")
    press("x")
    expect(page.locator("#decide-title")).to_have_text("2 Beiträge ausgewählt")
    press("a")
    expect(page.locator("#to")).to_be_focused()
    check(page)
    page.locator("#to").press("G")  # letters choose here, they are no shortcuts
    page.locator("#due_on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("2 Beiträge zugewiesen")
    expect(page.locator("tr[data-row]").nth(0)).to_contain_text("Grünflächenamt")
    expect(page.locator("tr[data-row]").nth(0)).to_contain_text("In Bearbeitung")
    check(page)
    press("z")
    expect(page.get_by_role("status").first).to_contain_text("Alles steht wieder wie vorher")
    expect(page.locator("tr[data-row]").nth(0)).to_contain_text("niemand")
    press("j")
    press("s")
    expect(page.locator("#to_keyword")).to_be_focused()
    page.locator("#to_keyword").press("S")
    page.locator("#to_keyword").press("Tab")
    press("Enter")
    expect(page.locator("tr[data-row]").nth(0)).to_contain_text("Sitzbänke")
    press("j")
    press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Antwort schreiben")
    expect(page.get_by_role("main")).to_contain_text("Wunsch 0")


def test_shortcuts_can_be_switched_off_here_too(site, visit, worker):
    page = visit(site, LIST, person=worker)
    page.get_by_text("Tastenkürzel", exact=True).click()
    page.get_by_label("Tastenkürzel auf diesem Gerät verwenden").uncheck()
    page.reload()
    for key in ("j", "x", "r"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text("Arbeitsliste")
    expect(page.locator("tr[data-row] input:checked")).to_have_count(0)


@pytest.mark.requirement("RA-4.4-01")
def test_filtering_acting_and_saving_a_view_on_a_phone_without_script(site, visit, worker):
    page = visit(site, LIST, person=worker, width=360, height=640, script=False)
    check(page)
    page.get_by_text("Filtern und suchen").click()
    page.get_by_label("Wörter oder Vorgangsnummer").fill("Wunsch 3")
    page.get_by_role("button", name="Filtern").click()
    shows(page, 1)
    expect(page.get_by_role("link", name="„Wunsch 3“")).to_be_visible()
    check(page)
    page.get_by_role("link", name="„Wunsch 3“").click()
    shows(page, 4)
    for box in page.locator("tr[data-row] input[type=checkbox]").all()[:3]:
        box.check()
    page.locator(".case-acts").get_by_text("Stand", exact=True).click()
    page.get_by_role("button", name="Stand setzen").click()
    expect(page.locator(".error-summary")).to_contain_text("Bitte wählen Sie einen Stand.")
    expect(page.locator("tr[data-row] input:checked")).to_have_count(3)
    check(page)
    page.locator("#to_work").select_option("processed")
    page.get_by_role("button", name="Stand setzen").click()
    expect(page.get_by_role("status").first).to_contain_text("Stand bei 3 Beiträgen geändert")
    page.goto(f"{LIST}?work=processed")
    shows(page, 3)
    page.get_by_text("Diese Ansicht speichern").click()
    page.get_by_label("Name der Ansicht").fill("Fertige")
    page.get_by_role("button", name="Ansicht speichern").click()
    expect(page.get_by_role("status").first).to_contain_text("Die Ansicht ist gespeichert")
    page.goto(LIST)
    page.get_by_role("link", name="Fertige").first.click()
    shows(page, 3)
    check(page)
    page.get_by_role("button", name="Rückgängig machen").click()
    expect(page.get_by_role("status").first).to_contain_text("Alles steht wieder wie vorher")
    shows(page, 0)
