"""What residents do on their way, one step each; the journeys put them together."""

import re

from playwright.sync_api import Page, expect

from participation.testing.accessibility import check
from participation.testing.browser import Site

PATH = "/musterland/onlinezugang"
TEXT = f"{PATH}/text/a/"
PLACE = f"{TEXT}at/p2-abs1"
COMMENT = "Bitte auch Gemeinden ohne eigenes Portal nennen."


def open_the_text(page: Page) -> None:
    """From the procedure page by the one main button."""
    page.locator(".hero a.kern-btn--primary").click()
    expect(page).to_have_url(re.compile(r"/text/a/$"))


def open_the_comments(page: Page, place: str = "p2-abs1") -> None:
    """From the text, by the count beside a paragraph."""
    page.locator(f"#{place} .count-link").click()
    expect(page.locator("#kommentare-titel")).to_contain_text("§ 2 Absatz 1")


def write_a_comment(page: Page, text: str = COMMENT) -> None:
    """Type, and go on to check it."""
    page.get_by_label("Ihr Kommentar zu § 2 Absatz 1").fill(text)
    page.get_by_role("button", name="Weiter zum Prüfen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und absenden")


def ask_for_the_link(page: Page, email: str) -> None:
    """Give an address on the page of the draft."""
    page.get_by_label(re.compile("E-Mail-Adresse")).fill(email)
    page.get_by_role("button", name="Link zum Bestätigen senden").click()
    expect(page.get_by_role("status")).to_contain_text("Wir haben Ihnen eine E-Mail gesendet")


def confirm(page: Page) -> None:
    """The button behind the link of the mail."""
    page.get_by_role("button", name="Bestätigen und Text ansehen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und absenden")


def send(page: Page) -> str:
    """Send the draft. Returns the number on the receipt."""
    page.get_by_role("button", name="Kommentar absenden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Kommentar ist veröffentlicht")
    return page.locator(".receipt__number").inner_text().strip()


def take_part(site: Site, page: Page, other: Page, email: str = "anwohner@uebung.example") -> str:
    """From the place in the text to the receipt, confirming on another device; each state is checked."""
    page.goto(PLACE)
    write_a_comment(page)
    expect(page.get_by_role("textbox", name="Ihr Text")).to_have_value(COMMENT)
    check(page)
    ask_for_the_link(page, email)
    check(page)
    other.goto(site.link(email))
    check(other)
    confirm(other)
    expect(other.get_by_role("textbox", name="Ihr Text")).to_have_value(COMMENT)
    check(other)
    number = send(other)
    check(other)
    return number
