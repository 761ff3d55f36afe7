"""The middle of a procedure's life, one step each: announced, commented on, moderated, rated, voted on, closed."""

import re

from playwright.sync_api import Page, expect

from participation.procedures.ranking import GROUPS
from participation.testing.accessibility import check
from tests.journeys.life_prepared import NOTICE, PLACE, QUESTION, TITLE, done

TEXT = f"{PLACE}/text/entwurf/"
AT = f"{TEXT}at/p2-abs1"
VOTE = f"{PLACE}/ballot/offene-fragen/"
COMMENT = "Bitte auch Aushänge im Rathaus vorsehen."
RUDE = "Ihr seid alle Nashörner."
RECEIPT = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")


def nothing_can_be_sent(page: Page, path: str, sentence: str) -> None:
    """The page says when it opens, or that it is over, and has no form to send."""
    page.goto(path)
    expect(page.get_by_role("main")).to_contain_text(sentence)
    expect(page.locator("form[data-door], form[action*=cast], form[action*=review], .rating--write")).to_have_count(0)
    check(page)


def is_listed(page: Page, group: str) -> None:
    """The list has it below its stage and by a word of its title, and below no other stage."""
    for other in GROUPS:
        page.goto(f"/amt/-/procedures?stage={other}&q=Planungen")
        expect(page.get_by_role("link", name=TITLE)).to_have_count(int(other == group))
    page.goto(f"/amt/-/procedures?stage={group}&q=Planungen")
    check(page)


def see_it_announced(page: Page) -> None:
    """Everybody finds the procedure in the list and reads from when it is open; the notice is not there yet."""
    is_listed(page, "coming")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("main")).to_contain_text("Beginnt am")
    expect(page.get_by_role("main")).not_to_contain_text(NOTICE)
    check(page)
    nothing_can_be_sent(page, AT, "sind ab")
    nothing_can_be_sent(page, VOTE, "ab")


def comment(page: Page, words: str) -> str:
    """From the procedure by the text to one paragraph and to the receipt. Returns its number."""
    page.goto(f"{PLACE}/")
    expect(page.get_by_role("main")).to_contain_text(NOTICE)
    check(page)
    page.locator(".hero a.kern-btn--primary").click()
    check(page)
    page.locator("#p2-abs1 .count-link").click()
    page.get_by_label("Ihr Kommentar zu § 2 Absatz 1").fill(words)
    page.get_by_role("button", name="Weiter zum Prüfen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und absenden")
    check(page)
    page.get_by_role("button", name="Kommentar absenden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Kommentar ist eingegangen")
    expect(page.locator(".receipt__number")).to_have_text(RECEIPT)
    check(page)
    return page.locator(".receipt__number").inner_text().strip()


def publish_and_hide(page: Page, good: str, bad: str) -> None:
    """The moderator looks at both: one is published, one hidden with a reason."""
    page.goto("/amt/-/moderation?list=waiting")
    expect(page.get_by_role("main")).to_contain_text("2 Beiträge warten auf Prüfung")
    check(page)
    page.goto(f"/amt/-/moderation/{good}")
    check(page)
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("veröffentlicht")
    page.goto(f"/amt/-/moderation/{bad}")
    page.locator("summary", has_text="Ausblenden mit Begründung").click()
    page.get_by_label("Beleidigung").check()
    page.locator("#sentence").fill("Das beleidigt andere.")
    page.get_by_role("button", name="Beitrag ausblenden").click()
    done(page, "ausgeblendet")


def read_what_is_published(page: Page) -> None:
    """At the paragraph stands the one comment, and nowhere the other."""
    page.goto(AT)
    expect(page.locator(".comments")).to_contain_text(COMMENT)
    expect(page.get_by_role("main")).not_to_contain_text("Nashörner")
    check(page)


def rate(page: Page) -> None:
    """In the second phase comments are rated, and nothing new is written to the text."""
    page.goto(AT)
    expect(page.locator("form[data-door]")).to_have_count(0)
    page.get_by_role("button", name="Ich stimme zu").first.click()
    expect(page.get_by_role("button", name="Ich stimme zu").first).to_have_attribute("aria-pressed", "true")
    check(page)


def vote(page: Page, choice: str) -> None:
    """Read what the vote is for, choose, look at it again, submit."""
    page.goto(VOTE)
    expect(page.get_by_role("main")).to_contain_text("den Landtag")
    expect(page.get_by_role("main")).to_contain_text(QUESTION)
    check(page)
    _choose(page, choice)


def change_the_vote(page: Page, choice: str) -> None:
    """Until the end the last one counts; the receipt leads there."""
    page.goto(f"{VOTE}receipt")
    page.get_by_role("link", name="Auswahl ändern").click()
    expect(page.locator(".ballot-state")).to_contain_text("Änderung noch nicht abgegeben")
    _choose(page, choice)


def _choose(page: Page, choice: str) -> None:
    page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Auswahl prüfen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Auswahl prüfen")
    expect(page.locator(".ballot-choices")).to_contain_text(choice)
    check(page)
    page.get_by_role("button", name="Stimme jetzt abgeben").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Stimme ist abgegeben")
    expect(page.locator(".receipt__number")).to_have_text(RECEIPT)
    check(page)


def find_it_closed(page: Page) -> None:
    """After the last day everybody reads on, and nobody takes part."""
    page.goto(f"{PLACE}/")
    expect(page.get_by_role("main")).to_contain_text("Wird ausgewertet")
    check(page)
    nothing_can_be_sent(page, AT, COMMENT)
    nothing_can_be_sent(page, VOTE, "bis einschließlich")
