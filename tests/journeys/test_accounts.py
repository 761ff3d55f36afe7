"""An account in the browser: making it, coming back, forgetting the password, seeing where one is logged in."""

import pytest
from playwright.sync_api import expect

from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
EMAIL, PASSWORD = "rosa@uebung.example", "kirschen-am-morgen"


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def log_in(page, password):
    page.goto("/stadt/-/log-in")
    page.get_by_label("E-Mail-Adresse").fill(EMAIL)
    page.locator("#password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()


def log_out(page):
    page.get_by_role("banner").get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("status")).to_contain_text("Sie sind abgemeldet")


def register(site, page):
    page.goto("/stadt/-/register")
    check(page)
    page.get_by_label("Name, den alle sehen").fill("Rosa")
    page.get_by_label("E-Mail-Adresse").fill(EMAIL)
    page.locator("#password").fill("kurz")
    page.locator("main button.kern-btn--primary").click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_label("Name, den alle sehen")).to_have_value("Rosa")
    check(page)
    page.locator("#password").fill(PASSWORD)
    page.locator("#rules").check()
    page.locator("main button.kern-btn--primary").click()
    heading(page, "Bitte sehen Sie in Ihr Postfach")
    check(page)
    page.goto(site.link(EMAIL))
    check(page)
    page.get_by_role("button", name="Bestätigen und anmelden").click()
    expect(page.get_by_role("main")).to_contain_text("Rosa")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_register_log_out_log_in_and_a_new_password(site, visit, script):
    site.world.tenant("stadt")
    page = visit(site, "/stadt/", width=360, height=640, script=script)
    register(site, page)
    check(page)
    log_out(page)
    log_in(page, "falsch-falsch-falsch")
    expect(page.locator(".error-summary")).to_contain_text("passen nicht zusammen")
    check(page)
    log_in(page, PASSWORD)
    heading(page, "Meine Beteiligung")
    log_out(page)
    forget_the_password(site, page)
    log_out(page)
    log_in(page, "birnen-am-abend-spaet")
    heading(page, "Meine Beteiligung")


def forget_the_password(site, page):
    page.goto("/stadt/-/log-in")
    page.get_by_role("link", name="Passwort vergessen").click()
    check(page)
    page.get_by_label("E-Mail-Adresse").fill(EMAIL)
    page.get_by_role("button", name="Link senden").click()
    page.goto(site.link(EMAIL))
    check(page)
    page.locator("#password").fill("birnen-am-abend-spaet")
    page.get_by_role("button", name="Neues Passwort speichern").click()
    expect(page.get_by_role("status")).to_contain_text("Ihr neues Passwort gilt jetzt")
    check(page)


def test_one_sees_where_one_is_logged_in_and_ends_it_there(site, visit):
    site.world.tenant("stadt")
    person = site.world.person()
    here, there = visit(site, "/stadt/", person=person), visit(site, "/stadt/", person=person)
    here.goto("/stadt/-/sessions")
    expect(here.get_by_role("main")).to_contain_text("2 Anmeldungen")
    check(here)
    here.get_by_role("button", name="Abmelden", exact=True).and_(here.locator("main button")).click()
    expect(here.get_by_role("main")).to_contain_text("1 Anmeldung")
    there.goto("/stadt/-/participation")
    expect(there.get_by_role("heading", level=1)).not_to_have_text("Meine Beteiligung")
    check(there)


@pytest.mark.parametrize("path", ["settings", "email", "password", "data", "delete-account"])
def test_the_pages_of_the_account_are_accessible(site, visit, path):
    site.world.tenant("stadt")
    page = visit(site, f"/stadt/-/{path}", person=site.world.person(), width=360, height=640)
    expect(page.locator("h1")).to_have_count(1)
    check(page)


def test_the_password_can_be_shown(site, visit):
    site.world.tenant("stadt")
    page = visit(site, "/stadt/-/log-in")
    field = page.locator("#password")
    field.fill("sichtbar")
    page.get_by_role("button", name="Passwort anzeigen").click()
    expect(field).to_have_attribute("type", "text")
    check(page)
    page.get_by_role("button", name="Passwort verbergen").click()
    expect(field).to_have_attribute("type", "password")
