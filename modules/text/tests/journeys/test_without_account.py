"""A hurried resident on a phone takes part without an account, with and without script; a pupil with a code."""

import re
import time

import pytest
from playwright.sync_api import expect

from modules.text.tests.journeys.conftest import consultation
from modules.text.tests.journeys.steps import COMMENT, PATH, PLACE, send, write_a_comment
from participation.contributions.models import Contribution
from participation.kernel.db import db, transaction
from participation.procedures import codes, lists
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 640}


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


@pytest.mark.requirement("RA-3-01")
@pytest.mark.requirement("RA-3-05")
@pytest.mark.requirement("RA-4.2-09")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_hurried_resident_takes_part_without_account_and_comes_back_by_the_link(site, visit, script):
    consultation(site, identity=("form_token", "email"))
    page = visit(site, f"{PATH}/", script=script, **PHONE)
    expect(page.get_by_role("main")).to_contain_text("ohne Konto")
    page.goto(PLACE)
    write_a_comment(page)
    check(page)
    begun = time.monotonic()
    page.get_by_role("button", name="Ohne Konto absenden").click()
    heading(page, "Ihr Kommentar ist veröffentlicht" if script else "Ihr Kommentar ist eingegangen")
    assert time.monotonic() - begun < 8, "about a second of work, on a machine that is shared"
    check(page)
    link = page.get_by_label("Link zu Ihrem Beitrag").input_value()
    expect(page.get_by_role("button", name="Link kopieren")).to_have_count(int(script))
    come_back(site, visit, link, script)


def come_back(site, visit, link, script):
    page = visit(site, link.removeprefix(site.url), script=script, **PHONE)
    check(page)
    page.get_by_role("button", name="Zu meinem Beitrag").click()
    heading(page, "Meine Beiträge")
    expect(page.get_by_role("main")).to_contain_text(COMMENT)
    check(page)
    page.get_by_role("link", name="Ansehen, ändern, zurückziehen").click()
    page.get_by_role("link", name="Text ändern").click()
    page.get_by_role("textbox", name="Ihr Text").fill("Und kleine Ämter.")
    page.get_by_role("button", name="Änderung speichern").click()
    expect(page.get_by_role("main")).to_contain_text("Und kleine Ämter.")
    check(page)
    page.get_by_role("link", name=re.compile("ziehen", re.IGNORECASE)).first.click()
    check(page)
    page.get_by_role("main").get_by_role("button", name=re.compile("ziehen", re.IGNORECASE)).click()
    expect(page.get_by_role("status")).to_contain_text("Ihr Beitrag ist zurückgezogen")
    check(page)
    page.get_by_role("banner").get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("status")).to_contain_text("Sie sind abgemeldet")
    db.session.rollback()
    assert db.session.query(Contribution).one().state == "withdrawn"


@pytest.mark.requirement("LP-19")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_pupil_takes_part_with_the_code_of_a_sheet(site, visit, script):
    procedure = consultation(site)
    with transaction():
        found = lists.make_list(procedure, "Klasse 8b", "codes")
        number, code = found.id, codes.make_codes(found, 1)[0].code
    with transaction():
        phase = site.world.phase(procedure)
        phase.audience, phase.list_id, phase.identity = "members", number, ["code"]
    page = visit(site, f"{PATH}/", script=script, **PHONE)
    page.get_by_role("link", name="Zugangscode eingeben").click()
    heading(page, "Mit Zugangscode teilnehmen")
    check(page)
    page.get_by_label("Zugangscode").fill("FALSCH")
    page.get_by_role("button", name="Mit diesem Code teilnehmen").click()
    expect(page.locator(".error-summary")).to_contain_text("kennen wir nicht")
    check(page)
    page.goto(f"/musterland/-/code/{code}")
    check(page)
    page.get_by_role("button", name="Mit diesem Code teilnehmen").click()
    expect(page.get_by_role("status")).to_contain_text("Ihr Zugangscode gilt")
    check(page)
    page.goto(PLACE)
    write_a_comment(page)
    check(page)
    send(page)
    page.get_by_role("banner").get_by_role("link", name="Meine Beiträge").click()
    expect(page.get_by_role("main")).to_contain_text(COMMENT)
    check(page)
