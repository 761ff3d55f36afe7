"""The main journey by keyboard alone: Tab, Enter and letters; what has the focus is always seen."""

import pytest
from playwright.sync_api import expect

from modules.text.tests.journeys.steps import COMMENT, PATH
from participation.testing.accessibility import check, focused

pytestmark = pytest.mark.browser
EMAIL = "tastatur@uebung.example"
AT_MOST = 160  # presses of Tab to reach something


def tab_to(page, wanted):
    """Press Tab until `wanted(focus)` is true; the focus is visible at every stop."""
    page.wait_for_load_state()  # a page that is not read yet has no focus at all
    for _press in range(AT_MOST):
        page.keyboard.press("Tab")
        here = focused(page)
        assert here["visible"], f"{page.url}: the focus does not show at {here}"
        if wanted(here):
            return here
    raise AssertionError(f"{page.url}: not reached by keyboard")


def press_button(page, words):
    tab_to(page, lambda here: here["tag"] == "button" and words in here["text"])
    page.keyboard.press("Enter")


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


@pytest.mark.requirement("RA-5.1.1-01", "BX-08")
def test_everything_works_by_keyboard_and_the_focus_is_always_visible(site, visit, law):
    page = visit(site, f"{PATH}/")
    first = tab_to(page, lambda here: True)
    assert first["text"] == "Zum Inhalt springen"
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "inhalt"
    tab_to(page, lambda here: "text/a/" in here["href"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}{PATH}/text/a/")
    tab_to(page, lambda here: here["href"].endswith("at/p1-abs1#kommentare-titel"))
    page.keyboard.press("Enter")
    expect(page.locator("#kommentare-titel")).to_contain_text("§ 1 Absatz 1")
    tab_to(page, lambda here: here["id"] == "kommentar")
    page.keyboard.type(COMMENT)
    press_button(page, "Weiter zum Prüfen")
    heading(page, "Prüfen und absenden")
    confirm_by_keyboard(site, page)
    press_button(page, "Kommentar absenden")
    heading(page, "Ihr Kommentar ist veröffentlicht")


def confirm_by_keyboard(site, page):
    press_button(page, "Link zum Bestätigen senden")
    expect(page.locator(".error-summary")).to_be_focused()
    check(page)
    tab_to(page, lambda here: here["href"] == "#email")
    page.keyboard.press("Enter")
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.type(EMAIL)
    press_button(page, "Link zum Bestätigen senden")
    expect(page.get_by_role("status")).to_contain_text("Wir haben Ihnen eine E-Mail gesendet")
    page.goto(site.link(EMAIL))
    press_button(page, "Bestätigen und Text ansehen")
    heading(page, "Prüfen und absenden")
    expect(page.get_by_role("textbox", name="Ihr Text")).to_have_value(COMMENT)


def test_words_that_are_selected_can_be_quoted_by_keyboard_too(site, visit, law):
    page = visit(site, f"{PATH}/text/a/at/p1-abs1")
    tab_to(page, lambda here: here["tag"] == "summary" and "zitieren" in here["text"])
    page.keyboard.press("Enter")
    tab_to(page, lambda here: here["id"] == "zitat")
    page.keyboard.type("Bund und Länder sind verpflichtet")
    page.get_by_label("Ihr Kommentar zu § 1 Absatz 1").fill(COMMENT)
    press_button(page, "Weiter zum Prüfen")
    expect(page.locator("main .comment__quote")).to_have_text("„Bund und Länder sind verpflichtet“")
