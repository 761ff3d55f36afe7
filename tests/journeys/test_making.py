"""A manager without training: from the home of the staff to a checklist with nothing missing."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from participation.interfaces import Role
from participation.kernel.clock import today
from participation.kernel.db import transaction
from participation.procedures.services import change_procedure
from participation.procedures.templates import keep_template
from participation.testing.accessibility import assert_fits, check, focused

pytestmark = pytest.mark.browser


@pytest.fixture
def manager(site):
    """A manager of an authority that has one template."""
    tenant = site.world.tenant("amt")
    procedure = site.world.procedure(tenant, title="Ein alter Park")
    with transaction():
        keep_template(site.world.again(procedure), title="Parks planen")
    return site.world.staff(tenant, Role.MANAGER)


@pytest.mark.requirement("RA-3-18", "RA-3-24")
@pytest.mark.parametrize(("width", "script"), [(360, True), (1280, False)], ids=["phone", "desk without script"])
def test_a_procedure_is_made_from_a_template_until_nothing_is_missing(site, visit, manager, width, script):
    page = visit(site, "/amt/-/staff", person=manager, width=width, script=script)
    check(page)
    page.get_by_role("link", name="Verfahren anlegen").first.click()
    check(page)
    page.get_by_role("link", name="Parks planen").click()
    page.get_by_role("button", name="Verfahren anlegen").click()
    expect(page.locator(".error-summary")).to_contain_text("Bitte füllen Sie dieses Feld aus.")
    check(page)
    page.get_by_label("Titel").fill("Ein Park für alle")
    page.get_by_label("Erster Tag").fill((today() + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Verfahren anlegen").click()
    expect(page.get_by_role("status").first).to_contain_text("Das Verfahren ist angelegt")
    expect(page.get_by_role("main")).to_contain_text("Vor der Freigabe fehlen noch")
    check(page)
    assert_fits(page)
    page.get_by_role("link", name="Wer entscheidet").click()
    fill_facts(page)
    menu = page.get_by_role("navigation", name="Verwaltung")
    if width == 360:  # the menu is folded there
        menu.locator("summary").click()
    menu.get_by_role("link", name="Übersicht").click()
    expect(page.get_by_role("main")).to_contain_text("Alles Nötige ist da")
    expect(page.get_by_role("main")).to_contain_text("Was die Veröffentlichung bewirkt")
    check(page)


def fill_facts(page):
    check(page)
    assert_fits(page)
    page.get_by_label("Das Wichtigste in Kürze").fill("Wir planen einen Park. Sagen Sie, was Sie brauchen.")
    page.get_by_role("textbox", name="Beschreibung").fill("## Warum\n\nDas Gelände ist frei.")
    page.get_by_role("button", name="Beschreibung in der Vorschau zeigen").click()
    expect(page.locator("#vorschau h2")).to_have_text("Warum")
    check(page)
    page.get_by_role("textbox", name="Wer entscheidet").fill("Der Stadtrat")
    page.get_by_role("textbox", name="Kontakt").fill("rat@amt.example")
    page.get_by_label("Antworten bis").fill((today() + timedelta(days=200)).isoformat())
    page.get_by_role("button", name="Angaben speichern").click()
    expect(page.get_by_role("status").first).to_contain_text("Ihre Änderungen sind gespeichert.")
    check(page)


def test_with_the_keyboard_alone(site, visit, manager):
    page = visit(site, "/amt/-/staff/new/empty", person=manager)
    page.locator("#title").focus()
    page.keyboard.type("Nur mit Tasten")
    page.keyboard.press("Tab")
    assert focused(page)["id"] == "slug"
    page.keyboard.type("nur-mit-tasten")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nur-mit-tasten/-/manage/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nur mit Tasten")


def test_two_people_at_once_choose_between_both_versions(site, visit, manager):
    procedure = site.world.procedure(site.world.tenant("stadt"), slug="park", title="Der Park", stage="draft")
    one = site.world.staff(procedure.tenant, Role.MANAGER)
    page = visit(site, "/stadt/park/-/manage/facts", person=one, width=360)
    with transaction():
        change_procedure(site.world.again(procedure), actor_id=manager.id, title="Der Garten")
    page.get_by_label("Titel").fill("Der Wald")
    page.get_by_role("button", name="Angaben speichern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zwei Fassungen")
    expect(page.get_by_role("main")).to_contain_text("Der Garten")
    check(page)
    assert_fits(page)
    page.get_by_label("Ihre Fassung", exact=True).check()
    page.get_by_role("button", name="Auswahl speichern").click()
    expect(page.get_by_label("Titel")).to_have_value("Der Wald")
