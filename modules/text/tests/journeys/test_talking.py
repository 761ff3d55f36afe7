"""Following a thread, answering, rating with words; finding a paragraph by search."""

import re

import pytest
from playwright.sync_api import expect

from modules.text.tests.journeys.steps import COMMENT, PATH, PLACE
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser


@pytest.mark.requirement("RA-4.1-03", "RA-3-12")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_comment_is_answered_and_rated_in_three_values(site, visit, law, script):
    comment = site.world.contribution(law, source=COMMENT, place="p2-abs1")
    page = visit(site, PLACE, person=site.world.person("Rosa"), script=script)
    rate(page, "Ich stimme zu", 1, 0, 0)
    rate(page, "Neutral", 0, 1, 0)
    rate(page, "Ich stimme nicht zu", 0, 0, 1)
    rate(page, "Ich stimme nicht zu", 0, 0, 0)
    check(page)
    page.locator(f"#c-{comment.reference}").get_by_role("link", name="Antworten").first.click()
    page.get_by_label("Ihre Antwort").fill("Das sehe ich auch so.")
    check(page)
    page.get_by_role("button", name="Weiter zum Prüfen").click()
    page.get_by_role("button", name="absenden").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("veröffentlicht")
    page.goto(PLACE)
    answer = page.locator(".comment", has_text="Das sehe ich auch so.").last
    expect(answer).to_contain_text("Rosa")
    expect(answer.locator(".rating--write")).to_have_count(0)  # nobody rates their own words
    check(page)


def rate(page, words, *counts):
    page.get_by_role("button", name=words).and_(page.locator(f".rating__button:has-text('{words}')")).first.click()
    expect(page.locator(".rating__count")).to_have_text([str(count) for count in counts])


def test_a_visitor_is_led_to_the_log_in_and_back_to_the_rating(site, visit, law):
    comment = site.world.contribution(law, source=COMMENT, place="p2-abs1")
    person = site.world.person()
    page = visit(site, PLACE)
    page.get_by_role("link", name="Bewerten").click()
    page.get_by_label("E-Mail-Adresse").fill(person.email)
    page.locator("#password").fill(site.world.password)
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Beitrag bewerten")
    check(page)
    page.get_by_role("button", name="Ich stimme zu").click()
    expect(page.locator(f"#c-{comment.reference}")).to_contain_text("1")


def test_search_finds_the_procedure_the_paragraph_and_the_comment(site, visit, law):
    site.world.contribution(law, source="Die Nashörner fehlen.", place="p2-abs1")
    site.work()
    page = visit(site, "/-/search")
    for words, kind, title in (
        ("Ämter online", "Verfahren", "Wie Ämter online erreichbar werden"),
        ("Begriffsbestimmungen", "Text", "§ 2 Begriffsbestimmungen"),
        ("Nashorn", "Beitrag", "Beitrag von"),
    ):
        page.get_by_role("searchbox").fill(words)
        page.get_by_role("main").get_by_role("button", name="Suchen").click()
        hit = page.locator(".hit", has=page.locator(".hit__kind", has_text=kind)).first
        expect(hit.get_by_role("link")).to_contain_text(title)
        check(page)
    hit.get_by_role("link").click()
    expect(page.get_by_role("main")).to_contain_text("Die Nashörner fehlen.")
    expect(page).to_have_url(re.compile(rf"^{re.escape(site.url + PATH)}/"))
