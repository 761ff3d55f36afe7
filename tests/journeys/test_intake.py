"""Paper in both directions, and the kiosk, in a real browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from participation.contributions.models import Contribution, Draft
from participation.interfaces import Role
from participation.kernel.clock import today
from participation.kernel.db import db
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser


@pytest.fixture
def place(site):
    values = {"summary": "Sagen Sie uns, was fehlt.", "identity": ("form_token",)}
    return site.world.procedure(tenant=site.world.tenant("stadt"), slug="plan", **values)


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def pages_of(page):
    data = page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page[^s]", data))


@pytest.mark.requirement("RA-3-01", "RA-3-10")
@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 360)], ids=["desk", "phone without script"])
def test_a_letter_and_a_table_are_recorded_and_the_receipt_fits_on_a_page(site, visit, place, script, width):
    clerk = site.world.staff(place.tenant, Role.CASE_WORKER)
    page = visit(site, "/stadt/plan/-/manage/intake", person=clerk, script=script, width=width)
    check(page)
    page.get_by_role("link", name="Eingang erfassen").first.click()
    heading(page, "Eingang erfassen")
    check(page)
    page.get_by_label("Eingegangen am").fill((today() - timedelta(days=1)).isoformat())
    page.get_by_label("Wortlaut").fill("Der Radweg fehlt.")
    page.get_by_label("Den Text, ohne Namen").check()
    page.get_by_role("button", name="Eingang erfassen").click()
    expect(page.get_by_role("status").first).to_contain_text("Der Eingang ist erfasst.")
    page.get_by_role("link", name="Eingangsbestätigung drucken").click()
    heading(page, "Eingangsbestätigung")
    check(page)
    assert pages_of(page) == 1
    page.goto("/stadt/plan/-/manage/intake/import")
    check(page)
    day = today().strftime("%d.%m.%Y")
    table = f"Eingangsweg;Eingegangen am;Text\nTelefon;{day};Mehr Bäume.\nTaube;{day};Gurr\n"
    file = {"name": "briefe.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.get_by_label("Tabelle", exact=True).set_input_files(file)
    page.get_by_role("button", name="Tabelle prüfen").click()
    heading(page, "Tabelle prüfen")
    check(page)
    page.get_by_label("Zeilen mit Fehlern auslassen").check()
    page.get_by_role("button", name="1 Zeile übernehmen").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("2 Eingänge")


def test_the_sheet_for_people_without_internet_fits_on_both_sides_of_a_page(site, visit, place):
    assert place.id
    page = visit(site, "/stadt/plan/-/paper")
    check(page)
    assert pages_of(page) == 2


def started(site, visit, place, **how):
    clerk = site.world.staff(place.tenant, Role.CASE_WORKER)
    page = visit(site, "/stadt/plan/-/kiosk", person=clerk, **how)
    check(page)
    page.get_by_role("button", name="Hier starten").click()
    expect(page.get_by_role("link", name="Hier mitmachen")).to_be_visible()
    return page


def written(page, text):
    page.get_by_role("link", name="Hier mitmachen").click()
    page.get_by_label("Ihr Text").fill(text)
    page.get_by_role("button", name="Text prüfen").click()
    heading(page, "Prüfen und absenden")


def nothing_is_left(page, text):
    """Cookies, storage, and every page the back button reaches."""
    expect(page.get_by_role("link", name="Hier mitmachen")).to_be_visible()
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    for _ in range(4):
        page.go_back()
        expect(page.get_by_role("main")).not_to_contain_text(text)
        assert text not in page.content()


@pytest.mark.requirement("RA-3-01")
def test_the_next_person_at_the_kiosk_finds_nothing_of_the_one_before(site, visit, place):
    page = started(site, visit, place, width=1024)
    check(page)
    written(page, "Mein Geheimnis.")
    check(page)
    page.get_by_role("button", name="Kommentar absenden").click()
    heading(page, "Danke. Ihr Beitrag ist eingegangen.")
    check(page)
    page.get_by_role("button", name="Fertig").click()
    nothing_is_left(page, "Geheimnis")
    db.session.rollback()
    assert db.session.query(Contribution).one().intake_channel == "on_site"
    page.goto("/stadt/plan/-/manage/intake")
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")


def test_whoever_walks_away_is_forgotten_after_a_countdown_that_can_be_stopped(site, visit, place):
    page = started(site, visit, place)
    page.clock.install()
    written(page, "Mein Geheimnis.")
    page.clock.run_for(65_000)
    expect(page.locator(".kiosk__clock")).to_contain_text("Noch 30 Sekunden")
    check(page)
    page.get_by_role("button", name="Ich bin noch da").click()
    expect(page.locator(".kiosk__clock")).to_be_hidden()
    page.clock.run_for(91_000)
    nothing_is_left(page, "Geheimnis")
    db.session.rollback()
    assert db.session.query(Draft).count() == 0
