"""Passkeys in Chromium, with a device that the browser plays (WebAuthn over CDP): make, log in, confirm, remove."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from participation.accounts.models import Passkey
from participation.interfaces import Role
from participation.kernel.db import db
from participation.testing.accessibility import check
from participation.testing.browser import PHONE, Site

pytestmark = pytest.mark.browser

DEVICE = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}


@pytest.fixture
def named(site):
    """The portal under a name: browsers keep passkeys from bare numbers."""
    return Site(site.app, site.url.replace("127.0.0.1", "localhost"))


@pytest.fixture
def admin(site):
    return site.world.staff(site.world.tenant("stadt", name="Stadt Musterau"), Role.TENANT_ADMIN)


class Key:
    """A device that keeps passkeys and says yes; Chromium forgets it with each page, so it is put in anew."""

    def __init__(self, page):
        self.kept = {}
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.on("WebAuthn.credentialAdded", self._keep)
        self.cdp.on("WebAuthn.credentialAsserted", self._keep)

    def _keep(self, event):
        self.kept[event["credential"]["credentialId"]] = event["credential"]

    def put_in(self, *, empty=False):
        """Put it into the browser; `empty`: another one, without the passkeys made so far."""
        self.cdp.send("WebAuthn.disable")
        self.cdp.send("WebAuthn.enable")
        options = {**DEVICE, "automaticPresenceSimulation": True}
        device = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        for credential in () if empty else self.kept.values():
            self.cdp.send("WebAuthn.addCredential", {"authenticatorId": device, "credential": credential})


def log_in(page, person, site):
    page.get_by_label("E-Mail-Adresse").fill(person.email)
    page.get_by_label("Passwort", exact=True).fill(site.world.password)
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()


@pytest.mark.requirement("RA-5.1.7-01")
def test_staff_make_a_passkey_log_in_with_it_and_confirm_acts_of_weight(named, visit, admin):
    page = visit(named, "/stadt/-/log-in?next=/stadt/-/team", **PHONE)
    key = Key(page)
    log_in(page, admin, named)
    check(page)
    page.get_by_role("link", name="Passkey anlegen").click()
    check(page)
    key.put_in()
    page.get_by_label("Name des Passkeys").fill("Diensttelefon")
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.locator(".secret--list code")).to_have_count(10)
    page.get_by_role("link", name="Weiter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Team")
    page.goto(f"{named.url}/stadt/-/second-factor")
    expect(page.locator(".own-keys")).to_contain_text("Diensttelefon")
    check(page)
    page.get_by_role("button", name="Abmelden").first.click()
    page.goto(f"{named.url}/stadt/-/log-in?next=/stadt/-/team")
    log_in(page, admin, named)
    expect(page.get_by_role("heading", level=1)).to_have_text("Zweiter Schritt")
    check(page)
    key.put_in()
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Team")
    page.get_by_label("E-Mail-Adresse").fill("neu@uebung.example")
    named.clock_shifted(timedelta(minutes=16))
    page.get_by_role("button", name="Einladung senden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte bestätigen Sie, dass Sie es sind")
    check(page)
    key.put_in()
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    expect(page.get_by_role("status").first).to_contain_text("Einladung")
    expect(page.get_by_role("main")).to_contain_text("neu@uebung.example")


def test_a_passkey_of_somebody_else_or_a_cancelled_one_lets_nobody_in(named, visit, admin):
    named.world.code(admin)
    page = visit(named, "/stadt/-/second-factor/passkey", person=admin)
    key = Key(page)
    key.put_in()
    page.get_by_label("Name des Passkeys").fill("Rechner")
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.get_by_role("status").first).to_contain_text("Der Passkey ist angelegt")
    check(page)
    db.session.rollback()
    row = db.session.scalars(select(Passkey)).one()
    assert (row.person_id, row.host, row.name) == (admin.id, "localhost", "Rechner")
    page.get_by_role("button", name="Abmelden").first.click()
    page.goto(f"{named.url}/stadt/-/log-in")
    log_in(page, admin, named)
    expect(page.get_by_role("heading", level=1)).to_have_text("Code eingeben")
    key.put_in(empty=True)
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    expect(page.get_by_role("main")).to_contain_text("Das hat nicht geklappt")
    page.get_by_label("Code aus Ihrer App").fill(named.world.code(admin))
    page.get_by_role("button", name="Anmeldung abschließen").click()
    page.goto(f"{named.url}/stadt/-/second-factor")
    page.locator(".own-keys").get_by_role("button").click()
    expect(page.get_by_role("main")).to_contain_text("Sie haben keinen Passkey")


def test_without_script_and_under_a_number_pages_say_what_to_do_instead(named, site, visit, admin):
    page = visit(named, "/stadt/-/second-factor/passkey", person=admin, script=False, **PHONE)
    expect(page.get_by_role("main")).to_contain_text("Eine App für Codes geht auch ohne")
    check(page)
    page = visit(site, "/stadt/-/second-factor/passkey", person=admin)
    expect(page.get_by_role("main")).to_contain_text("Unter dieser Adresse gibt es keine Passkeys")
    check(page)
