"""A manager makes lists and prints codes."""

import pytest
from playwright.sync_api import expect

from participation.interfaces import Role
from participation.kernel.db import db
from participation.procedures.audience_models import PersonList
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 360)], ids=["desk", "phone without script"])
def test_a_manager_makes_a_list_and_prints_codes(site, visit, script, width):
    procedure = site.world.procedure(tenant=site.world.tenant("stadt"), slug="plan")
    person = site.world.staff(procedure.tenant, Role.MANAGER)
    page = visit(site, "/stadt/plan/-/manage/people", person=person, script=script, width=width)
    check(page)
    page.get_by_label("Name der Liste").fill("Jury")
    page.get_by_role("button", name="Liste anlegen").click()
    heading(page, "Jury")
    check(page)
    page.get_by_label("Adressen", exact=True).fill("anna@uebung.example; Anna\nkaputt")
    page.get_by_role("button", name="Adressen aufnehmen").click()
    expect(page.locator(".error-summary")).to_contain_text("Es wurde nichts übernommen")
    check(page)
    page.get_by_label("Adressen", exact=True).fill("anna@uebung.example; Anna")
    page.get_by_role("button", name="Adressen aufnehmen").click()
    expect(page.get_by_role("status")).to_contain_text("stehen jetzt auf der Liste")
    page.get_by_role("button", name="Adressen anzeigen").click()
    expect(page.get_by_role("main")).to_contain_text("anna@uebung.example")
    check(page)
    page.goto("/stadt/plan/-/manage/people")
    page.get_by_label("Name der Liste").fill("Klasse 8b")
    page.get_by_label("Zugangscodes zum Ausdrucken").check()
    page.get_by_role("button", name="Liste anlegen").click()
    heading(page, "Klasse 8b")
    check(page)
    page.get_by_label("Wie viele neue Codes?").fill("4")
    page.get_by_role("button", name="Codes erzeugen").click()
    heading(page, "Zugangscodes: Klasse 8b")
    check(page)
    db.session.rollback()
    assert db.session.query(PersonList).count() == 2
