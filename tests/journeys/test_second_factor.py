"""Logging in in two steps, in the browser: set up, recovery codes, the next log-in; and the pages of the settings."""

import pyotp
import pytest
from playwright.sync_api import expect

from participation.interfaces import Role
from participation.kernel.clock import now
from participation.testing.accessibility import check
from participation.testing.world import PASSWORD

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 640}


@pytest.fixture
def admin(site):
    return site.world.staff(site.world.tenant("stadt", name="Stadt Musterau"), Role.TENANT_ADMIN)


def log_in(page, person):
    page.get_by_label("E-Mail-Adresse").fill(person.email)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_staff_set_it_up_by_typing_the_key_and_log_in_with_a_recovery_code(site, visit, admin, script):
    page = visit(site, "/stadt/-/log-in?next=/stadt/-/team", script=script, **PHONE)
    log_in(page, admin)
    expect(page.get_by_role("main")).to_contain_text("Für die Verwaltung ist der zweite Schritt nötig")
    check(page)
    page.get_by_role("button", name="Jetzt einrichten").click()
    expect(page.get_by_role("img", name="QR-Code")).to_be_visible()
    check(page)
    groups = page.locator(".secret code").inner_text().split(" ")
    assert all(len(group) == 4 for group in groups)
    page.get_by_label("Code aus Ihrer App").fill("000000")
    page.get_by_role("button", name="Zweiten Schritt einschalten").click()
    expect(page.locator(".error-summary")).to_contain_text("Dieser Code passt nicht")
    check(page)
    page.get_by_label("Code aus Ihrer App").fill(pyotp.TOTP("".join(groups)).at(now()))
    page.get_by_role("button", name="Zweiten Schritt einschalten").click()
    expect(page.locator(".secret--list code")).to_have_count(10)
    codes = page.locator(".secret--list code").all_inner_texts()
    check(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Als Textdatei speichern").click()
    assert download.value.path().read_text("utf-8").split() == codes
    page.get_by_role("link", name="Weiter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Team")
    elsewhere = visit(site, "/stadt/-/log-in?next=/stadt/-/team", script=script, **PHONE)
    log_in(elsewhere, admin)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Code eingeben")
    check(elsewhere)
    elsewhere.get_by_text("Ich habe die App nicht zur Hand").click()
    elsewhere.get_by_label("Wiederherstellungscode").fill(codes[0].lower())
    check(elsewhere)
    elsewhere.get_by_role("button", name="Anmeldung abschließen").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Team")


def test_the_code_page_works_with_the_keyboard_alone(site, visit, admin):
    code = site.world.code(admin)
    page = visit(site, "/stadt/-/log-in?next=/stadt/-/team")
    log_in(page, admin)
    page.get_by_label("Code aus Ihrer App").focus()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Team")


def test_on_a_practice_portal_the_codes_of_invented_people_stand_on_a_page(site, visit, admin):
    site.world.code(admin)
    page = visit(site, "/stadt/-/log-in", **PHONE)
    log_in(page, admin)
    page.get_by_role("link", name="Die jetzigen Codes der Übungspersonen").click()
    check(page)
    code = page.get_by_role("row").filter(has_text=admin.email).locator("code").inner_text()
    page.go_back()
    page.get_by_label("Code aus Ihrer App").fill(code)
    page.get_by_role("button", name="Anmeldung abschließen").click()
    expect(page.get_by_role("link", name="Team")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_an_administrator_sets_up_the_portal_on_a_telephone(site, visit, admin, script):
    page = visit(site, "/stadt/-/settings/portal", person=admin, script=script, **PHONE)
    check(page)
    page.get_by_role("link", name="Aussehen und Kontakt ändern").click()
    check(page)
    page.get_by_label("Farbe", exact=True).fill("#ffee00")
    if not script:
        page.get_by_role("button", name="Farbe prüfen").click()
    expect(page.get_by_role("main")).to_contain_text("Auf hellem Grund: schlecht lesbar")
    check(page)
    page.get_by_label("Farbe", exact=True).fill("#7a1f2b")
    page.get_by_role("button", name="Änderungen speichern").click()
    expect(page.get_by_role("status").first).to_contain_text("gespeichert")
    check(page)
    page.goto("/stadt/-/settings/pages/imprint")
    check(page)
    page.get_by_label("Text").fill("## Wer wir sind\n\nStadt Musterau")
    page.get_by_role("button", name="Vorschau ansehen").click()
    expect(page.get_by_role("heading", name="Wer wir sind")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Speichern und veröffentlichen").click()
    expect(page.get_by_role("main")).to_contain_text("5 Seiten fehlen noch")
    for path in ("settings/formats", "team", f"team/{admin.id}", "second-factor"):
        page.goto(f"/stadt/-/{path}")
        check(page)


@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_of_the_operation_are_accessible(site, visit, admin, width):
    page = visit(site, "/-/operation", person=site.world.person("Betrieb", operator=True), width=width, height=800)
    for path in ("", "/new", "/procedures", "/health", "/health?check=log", "/people"):
        page.goto(f"/-/operation{path}")
        check(page)
