"""One comment until its author sees the changed sentence, one step each; and a letter that says the same."""

import re

from playwright.sync_api import Page, expect

from participation.evaluation.models import Response
from participation.kernel.clock import today
from participation.kernel.db import db
from participation.testing.accessibility import check
from participation.testing.browser import Site

PATH = "/stadt/platz"
WORK = f"{PATH}/-/manage"
OLD = "Der Platz ist von acht bis zwanzig Uhr geöffnet."
NEW = "Der Platz ist von acht bis zweiundzwanzig Uhr geöffnet."
LAW = f"""# Satzung für den Platz

## § 1 Zweck

(1) Der Platz dient allen Menschen in der Stadt.

## § 2 Zeiten

(1) {OLD}
"""
EMAIL = "rosa@uebung.example"
COMMENT = "Bitte lassen Sie den Platz im Sommer länger offen."
LETTER = "Lassen Sie den Platz im Sommer bitte länger offen."
NUMBER = re.compile("^[0-9A-Z]{5}-[0-9A-Z]{5}$")
KEYWORD, OFFICE = "Öffnungszeiten", "Büro Grün"
ADVICE = "Bis 22 Uhr ist es für die Nachbarn leise genug."
ANSWER = f"Der Platz bleibt bis 22 Uhr offen. {ADVICE}"


def heading(page: Page, words: str) -> None:
    """The page is there."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def done(page: Page, words: str) -> None:
    """What the page says was done; then it is checked whole."""
    expect(page.get_by_role("status").first).to_contain_text(words)
    check(page)


def come_from_the_poster(page: Page) -> None:
    """Type the address that stands below the code, and go to the text by the one main button."""
    check(page)
    address = page.locator(".poster__address").inner_text().strip()
    page.goto(f"http://{address}")
    check(page)
    page.locator(".hero a.kern-btn--primary").click()
    check(page)


def comment(site: Site, page: Page) -> str:
    """On one paragraph, with an address that is confirmed on the way. Returns the number on the receipt."""
    page.locator("#p2-abs1 .count-link").click()
    page.get_by_label("Ihr Kommentar zu § 2 Absatz 1").fill(COMMENT)
    check(page)
    page.get_by_role("button", name="Weiter zum Prüfen").click()
    heading(page, "Prüfen und absenden")
    page.get_by_label(re.compile("E-Mail-Adresse")).fill(EMAIL)
    page.get_by_role("button", name="Link zum Bestätigen senden").click()
    done(page, "Wir haben Ihnen eine E-Mail gesendet")
    page.goto(site.link(EMAIL))
    check(page)
    page.get_by_role("button", name="Bestätigen und Text ansehen").click()
    heading(page, "Prüfen und absenden")
    check(page)
    page.get_by_role("button", name="Kommentar absenden").click()
    heading(page, "Ihr Kommentar ist eingegangen")
    check(page)
    return page.locator(".receipt__number").inner_text().strip()


def record_the_letter(page: Page) -> str:
    """It came by post, with a name and an address and no e-mail. Returns its number."""
    check(page)
    page.get_by_label("Wie ging der Beitrag ein?").select_option(label="Brief")
    page.get_by_label("Eingegangen am").fill(today().isoformat())
    page.get_by_label("Stelle im Text").select_option("p2-abs1")
    page.get_by_label("Wortlaut").fill(LETTER)
    page.locator("#sender_name").fill("Erika Muster")
    page.get_by_label("Anschrift für die Antwort").fill("Am Platz 1\n12345 Stadt")
    page.get_by_label("Den Text, ohne Namen").check()
    page.get_by_role("button", name="Eingang erfassen").click()
    done(page, "Der Eingang ist erfasst.")
    return page.get_by_role("main").get_by_role("link", name=NUMBER).inner_text().strip()


def publish_both(page: Page) -> None:
    """The moderation reads one after the other, the oldest first, and publishes it."""
    for words in (COMMENT, LETTER):
        check(page)
        page.get_by_role("link", name=words).first.click()
        check(page)
        page.get_by_role("button", name="Veröffentlichen", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("veröffentlicht")


def tag_and_assign(page: Page, number: str, letter: str) -> None:
    """From the list, where both wait, to the case of the comment: a keyword, and the office that knows."""
    expect(page.locator("tr[data-row]")).to_have_count(2)
    expect(page.locator("tr[data-row]", has_text=letter)).to_contain_text("Brief")
    check(page)
    page.locator("tr[data-row]", has_text=number).locator(".work-text a").click()
    heading(page, f"Beitrag {number}")
    check(page)
    page.get_by_label("Schlagwort", exact=True).fill(KEYWORD)
    page.get_by_role("button", name="Vergeben").click()
    expect(page.locator(".case-keywords")).to_contain_text(KEYWORD)
    page.get_by_text("Zuweisen", exact=True).click()
    page.locator("select[name$=department]").select_option(label=OFFICE)
    page.get_by_role("button", name="Zuweisung speichern").click()
    expect(page.get_by_role("main")).to_contain_text(f"Zugewiesen: {OFFICE}")
    check(page)


def recommend(page: Page) -> None:
    """A member of the office opens what it was given and says what to answer."""
    check(page)
    page.get_by_role("link", name=COMMENT).click()
    page.get_by_label("Wird übernommen").check()
    page.get_by_label("Begründung").fill(ADVICE)
    check(page)
    page.get_by_role("button", name="Antwort empfehlen").click()
    done(page, "Ihre Empfehlung ist angekommen")


def answer_both(page: Page, letter: str) -> None:
    """Take the words of the office over, add to them, and answer the letter that says the same along with it."""
    check(page)
    page.get_by_role("link", name="In eine Antwort übernehmen").click()
    heading(page, "Antwort schreiben")
    expect(page.locator(".staff__menu [aria-current=page]")).to_have_text("Arbeitsliste")
    expect(page.get_by_label("Begründung")).to_have_value(ADVICE)
    expect(page.get_by_label("Wird übernommen")).to_be_checked()
    page.get_by_label("Begründung").fill(ANSWER)
    page.get_by_role("group", name="Gleich mit beantworten").get_by_label(letter).check()
    check(page)
    page.get_by_role("button", name="Antwort vorlegen").click()
    done(page, "Die Antwort liegt vor")
    expect(page.get_by_role("link", name="In eine Antwort übernehmen")).to_have_count(0)


def release(page: Page) -> None:
    """The second person reads and publishes."""
    expect(page.get_by_role("main")).to_contain_text("2 Beiträge")
    check(page)
    page.get_by_role("checkbox", name=re.compile("Antwort")).check()
    page.get_by_role("button", name="Ausgewählte freigeben").click()
    done(page, "Veröffentlicht")


def read_the_mail(site: Site) -> str:
    """The author gets the own words and the answer. Returns the path that the mail leads to."""
    body = site.mails(EMAIL)[-1].get_body(("plain",))
    assert body is not None
    words = " ".join(body.get_content().split())
    for expected in (COMMENT, "Der Platz bleibt bis 22 Uhr offen.", ADVICE):
        assert expected in words
    return site.link(EMAIL)


def print_the_letter(page: Page) -> None:
    """Who wrote on paper gets an answer on paper."""
    check(page)
    page.get_by_role("link", name="Briefe ansehen und drucken").click()
    for words in ("Erika Muster", "Am Platz 1", ANSWER, LETTER, "Wird übernommen"):
        expect(page.locator("article.letter")).to_contain_text(words)
    check(page)
    page.get_by_role("button", name="Als versendet vermerken").click()
    done(page, "versendet")


def change_the_paragraph(page: Page) -> None:
    """Begin the next version and correct the one sentence by hand."""
    page.get_by_role("button", name="Neue Fassung beginnen").click()
    check(page)
    page.get_by_role("link", name="Text bearbeiten").click()
    page.locator("#p2-abs1").get_by_role("link", name="Bearbeiten").click()
    heading(page, "Abschnitt bearbeiten")
    check(page)
    page.get_by_label("Text", exact=True).fill(NEW)
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.locator("#p2-abs1")).to_contain_text(NEW)
    check(page)


def link_and_publish(page: Page) -> None:
    """Say that the answer is behind the change, look at what becomes of comments, publish."""
    page.get_by_role("link", name="Fassungen des Textes").last.click()
    page.get_by_role("link", name="Änderungen ansehen und begründen").click()
    check(page)
    page.get_by_role("link", name="1 Antwort passt hierher").click()
    page.get_by_label(re.compile("Wird übernommen: Der Platz bleibt")).check()
    check(page)
    page.get_by_role("button", name="Begründung speichern").click()
    done(page, "Die Begründung ist gespeichert")
    page.get_by_role("link", name="Prüfen und veröffentlichen").click()
    page.get_by_label("Ich habe die Änderungen").check()
    check(page)
    page.get_by_role("button", name="Fassung 2 veröffentlichen").click()
    done(page, "Die neue Fassung ist veröffentlicht")


def see_what_became_of_it(page: Page) -> None:
    """The comment, its answer and the changed sentence stand together; nothing of it on the page is a secret."""
    expect(page.get_by_role("main")).to_contain_text(ANSWER)
    expect(page.get_by_role("heading", name="Was daraus geworden ist")).to_be_visible()
    expect(page.locator(".became ins")).to_contain_text("zweiundzwanzig")
    check(page)


def go_from_the_change_to_the_answer(page: Page, number: str) -> None:
    """The comparison names whose answer is behind the change, and leads right to it."""
    page.locator(".became a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Was hat sich geändert?")
    check(page)
    page.get_by_role("link", name=number).click()
    response = db.session.query(Response.id).scalar()
    expect(page.locator(":target")).to_have_id(f"response-{number}-{response}")
    expect(page.locator(":target")).to_contain_text(ANSWER)
