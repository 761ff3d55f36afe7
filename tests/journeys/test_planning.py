"""A manager chooses a format, reads a text in, and plans its phases: by keyboard, on a phone, without script."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Route, expect

from participation.interfaces import Role
from participation.kernel.db import db
from participation.kernel.uploads import Upload
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
WORKSPACE = "/stadt/plan/-/manage"
LAW = b"# Gesetz zur Probe\n\n## \xc2\xa7 1 Zweck\n\n(1) Dieses Gesetz dient der Probe.\n\n(2) Es tritt in Kraft.\n"


@pytest.fixture
def tenant(site):
    return site.world.tenant("stadt")


@pytest.fixture
def manager(site, tenant):
    return site.world.staff(tenant, Role.MANAGER)


@pytest.fixture
def empty_draft(site, tenant):
    return site.world.procedure(tenant, slug="plan", module="text", stage="draft", kinds=[])


@pytest.fixture
def draft(site, tenant):
    return site.world.procedure(tenant, slug="plan", module="text", stage="draft", begins=timedelta(days=20))


@pytest.mark.requirement("RA-4-01", "RA-4.1-06", "RA-3-11")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_format_is_set_its_text_read_in_and_a_phase_planned(site, visit, empty_draft, manager, script):
    page = visit(site, f"{WORKSPACE}/formats", person=manager, width=360, height=640, script=script)
    expect(page.get_by_role("main")).to_contain_text("noch keine Phase geplant")
    check(page)
    page.get_by_role("link", name="Titel und Einstellungen").click()
    check(page)
    page.get_by_role("button", name=re.compile("Vorlage verwenden.*Stellungnahmen")).click()
    expect(page.get_by_label("Kommentare lassen sich bewerten")).not_to_be_checked()
    read_in(page)
    correct(page)
    plan(page)


def read_in(page):
    page.goto(f"{WORKSPACE}/formats")
    page.get_by_role("link", name="Text einlesen und berichtigen").click()
    check(page)
    page.get_by_label("Datei").set_input_files({"name": "gesetz.md", "mimeType": "text/markdown", "buffer": LAW})
    page.get_by_role("button", name="Datei ansehen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Was eingelesen wurde")
    expect(page.get_by_role("main")).to_contain_text("1 Paragraf")
    check(page)
    page.get_by_role("button", name="Als Text übernehmen").click()
    expect(page.get_by_role("status").first).to_contain_text("Der Text ist übernommen")
    check(page)


def correct(page):
    page.get_by_role("link", name=re.compile("Bearbeiten.*§ 1 Absatz 2")).click()
    check(page)
    page.get_by_label("Text", exact=True).fill("(2) Es tritt\n\nin Kraft.")
    page.get_by_role("button", name="An leeren Zeilen teilen").click()
    expect(page.get_by_role("status").first).to_contain_text("Der Abschnitt ist gespeichert")
    expect(page.get_by_role("main")).to_contain_text("Fassung 2")


def plan(page):
    page.goto(f"{WORKSPACE}/schedule")
    check(page)
    page.get_by_role("button", name="Phase planen").click()
    page.get_by_label("Erster Tag").fill("2027-03-20")
    page.get_by_label("Letzter Tag").fill("2027-03-01")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("Das Ende muss nach dem Beginn liegen.")
    check(page)
    page.get_by_label("Letzter Tag").fill("2027-04-18")
    page.get_by_role("button", name="Prüfen, ohne zu speichern").click()
    expect(page.locator(".said")).to_contain_text("liegt am Wochenende")
    check(page)
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Der Zeitplan ist gespeichert")
    expect(page.locator(".timeline")).to_contain_text("20. März bis 18. April 2027")
    check(page)
    page.get_by_text("Zeitplan als Tabelle").first.click()
    expect(page.get_by_role("table")).to_contain_text("einschließlich Sonntag, 18. April 2027")
    check(page)


@pytest.mark.requirement("RA-3-11")
def test_a_phase_is_planned_with_the_keyboard_alone_and_warned_about_while_it_is_typed(site, visit, draft, manager):
    page = visit(site, f"{WORKSPACE}/schedule", person=manager)
    page.locator(".timeline__name").nth(0).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Phase ändern")
    page.get_by_label("Name der Phase").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Mit der Tastatur")
    for name, value in (("Erster Tag", "2027-03-01"), ("Letzter Tag", "2027-03-26")):
        page.get_by_label(name).fill(value)
    expect(page.locator(".said")).to_contain_text("Feiertag (Karfreitag)")
    page.get_by_label("Gesetzliche Frist").focus()
    page.keyboard.press("Space")
    expect(page.locator(".said")).to_contain_text("mindestens einen Monat")
    check(page)
    page.get_by_label("Name der Phase").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("Mit der Tastatur")
    expect(page.locator(".timeline")).to_contain_text("mindestens einen Monat")
    check(page)


@pytest.mark.requirement("LP-07")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # answers nobody reads any more
def test_a_large_file_goes_on_after_the_line_was_broken(site, visit, draft, manager):
    page = visit(site, "/stadt/plan/text/a/prepare", person=manager)
    data = "# Ein langer Text\n\n" + "\n\n".join(f"Absatz {number}: " + "Wort " * 3_600 for number in range(70))
    broken = []

    def interrupt(route: Route) -> None:
        if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0" and not broken:
            broken.append(route.request.headers["upload-offset"])
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(re.compile("/manage/uploads/"), interrupt)
    page.get_by_label("Datei").set_input_files(
        {"name": "lang.md", "mimeType": "text/markdown", "buffer": data.encode()}
    )
    page.get_by_role("button", name="Datei ansehen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Was eingelesen wurde", timeout=30_000)
    assert broken == [str(512 * 1024)]
    upload = db.session.query(Upload).one()
    assert (upload.size, upload.is_whole) == (len(data.encode()), True)
