"""The first part of a procedure's life, one step each: from the log-in of the manager to the release."""

import re
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from participation.accounts.models import Person
from participation.testing.accessibility import check
from participation.testing.browser import Site
from participation.testing.world import PASSWORD

LAW = Path(__file__).parents[1] / "data" / "laws" / "plansig.md"
TEMPLATE = "Entwurf eines Gesetzes kommentieren und über offene Fragen abstimmen"
TITLE = "Planungen sichern"
PLACE = "/amt/plan"
WORK = f"{PLACE}/-/manage"
QUESTION = "Soll das Gesetz befristet sein?"
NOTICE = "Am ersten Abend gibt es eine Sprechstunde im Rathaus."


def done(page: Page, words: str) -> None:
    """What the page says was done; then it is checked whole."""
    expect(page.get_by_role("status").first).to_contain_text(words)
    check(page)


def log_in_with_second_factor(site: Site, page: Page, person: Person) -> None:
    """Password first, then the code of the app; the home of the staff opens."""
    code = site.world.code(person)
    page.goto("/amt/-/log-in?next=/amt/-/staff")
    page.get_by_label("E-Mail-Adresse").fill(person.email)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Code eingeben")
    page.get_by_label("Code aus Ihrer App").fill(code)
    page.get_by_role("button", name="Anmeldung abschließen").click()
    expect(page).to_have_url(re.compile("/amt/-/staff"))
    check(page)


def begin_from_the_template(page: Page, first: date) -> None:
    """Choose the template, give a title, an address and the first day."""
    page.get_by_role("link", name="Verfahren anlegen").first.click()
    page.get_by_role("link", name=TEMPLATE).click()
    page.get_by_label("Titel").fill(TITLE)
    page.get_by_label("Adresse").fill("plan")
    page.get_by_label("Erster Tag").fill(first.isoformat())
    page.get_by_role("button", name="Verfahren anlegen").click()
    done(page, "Das Verfahren ist angelegt")
    expect(page.get_by_role("main")).to_contain_text("Vor der Freigabe fehlen noch")


def fill_the_facts(page: Page, first: date) -> None:
    """Summary, who decides, the days that people are promised."""
    page.goto(f"{WORK}/facts")
    page.get_by_label("Das Wichtigste in Kürze").fill("Das Gesetz sichert Planungen. Sagen Sie, was fehlt.")
    page.get_by_role("textbox", name="Wer entscheidet").fill("Der Landtag")
    page.get_by_role("textbox", name="Kontakt").fill("plan@amt.example")
    page.get_by_label("Ankündigung am").fill((first - timedelta(days=2)).isoformat())
    page.get_by_label("Antworten bis").fill((first + timedelta(days=20)).isoformat())
    page.get_by_label("Sichtbar bis").fill((first + timedelta(days=60)).isoformat())
    page.get_by_role("button", name="Angaben speichern").click()
    done(page, "Ihre Änderungen sind gespeichert")


def import_the_text(page: Page) -> None:
    """Upload the law, look at what was read, take it."""
    page.goto(f"{WORK}/formats")
    page.get_by_role("link", name="Text einlesen und berichtigen").click()
    page.get_by_label("Datei").set_input_files(LAW)
    page.get_by_role("button", name="Datei ansehen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Was eingelesen wurde")
    check(page)
    page.get_by_role("button", name="Als Text übernehmen").click()
    done(page, "Der Text ist übernommen")


def write_the_question(page: Page) -> None:
    """Say what effect the vote has, then ask."""
    page.goto(f"{WORK}/formats")
    page.get_by_role("link", name="Titel und Einstellungen").nth(1).click()
    check(page)
    page.get_by_role("button", name=re.compile("Vorlage verwenden.*Empfehlung")).click()
    page.get_by_label("Wer das Ergebnis bekommt").fill("den Landtag")
    page.get_by_role("button", name="Einstellungen speichern").click()
    page.goto(f"{WORK}/formats")
    page.get_by_role("link", name="Fragen der Abstimmung").click()
    page.get_by_label("Frage", exact=True).fill(QUESTION)
    page.get_by_label("Ja, Nein oder Enthaltung").check()
    page.get_by_role("button", name="Frage speichern").click()
    done(page, "gespeichert")
    expect(page.get_by_role("main")).to_contain_text(QUESTION)


def plan_short_phases(page: Page, first: date) -> None:
    """Two days for each of the three phases; comments are looked at before they appear."""
    names = ("Entwurf kommentieren", "Kommentare besprechen und bewerten", "Über die offenen Fragen abstimmen")
    for number, name in enumerate(names):
        page.goto(f"{WORK}/schedule")
        page.locator(".timeline").get_by_role("link", name=name).click()
        page.get_by_label("Erster Tag").fill((first + timedelta(days=2 * number)).isoformat())
        page.get_by_label("Letzter Tag").fill((first + timedelta(days=2 * number + 1)).isoformat())
        if number == 0:
            page.get_by_label("Jeder Beitrag wird vorher geprüft").check()
        page.get_by_role("button", name="Speichern", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("Der Zeitplan ist gespeichert")
    check(page)


def add_a_notice(page: Page, first: date) -> None:
    """A notice that appears on the first day."""
    page.goto(f"{WORK}/contents/new/notice")
    page.get_by_label("Titel").fill("Sprechstunde")
    page.get_by_label("Text der Mitteilung").fill(NOTICE)
    page.get_by_label("Ab einem Tag").check()
    page.locator("#day").fill(first.isoformat())
    page.get_by_role("button", name="Eintrag speichern").click()
    done(page, "gespeichert")


def see_that_nothing_is_missing(page: Page) -> None:
    """The checklist is complete and says what publication does."""
    page.goto(f"{WORK}/")
    expect(page.get_by_role("main")).to_contain_text("Alles Nötige ist da")
    expect(page.get_by_role("main")).to_contain_text("Was die Veröffentlichung bewirkt")
    check(page)


def look_at_a_day_to_come(page: Page, day: date) -> None:
    """What visitors will see on the first day; nothing changes."""
    page.goto(f"{WORK}/preview")
    page.get_by_label("Tag").fill(day.isoformat())
    page.get_by_role("button", name="Vorschau ansehen").click()
    banner = page.get_by_role("complementary", name="Vorschau")
    expect(page.get_by_role("main")).to_contain_text("Läuft")
    expect(page.get_by_role("main")).to_contain_text(NOTICE)
    check(page)
    banner.get_by_role("link", name="Vorschau verlassen").click()
    expect(page.get_by_role("main")).to_contain_text("Diese Seite sehen nur Mitarbeitende")


def submit(page: Page) -> None:
    """Hand the procedure to a second person."""
    page.goto(f"{WORK}/steps/submit")
    check(page)
    page.get_by_role("button", name="Zur Freigabe vorlegen").click()
    done(page, "Eine zweite Person entscheidet")
    expect(page.get_by_role("link", name="Freigeben", exact=True)).to_have_count(0)


def review_and_release(page: Page) -> None:
    """The second person comes by the link of the mail, reads what changed, and releases."""
    page.get_by_role("link", name="Freigeben", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Freigeben")
    for words in (TITLE, QUESTION, NOTICE, "Über die offenen Fragen abstimmen"):
        expect(page.get_by_role("main")).to_contain_text(words)
    check(page)
    page.get_by_role("button", name="Freigeben").click()
    done(page, "freigegeben")
