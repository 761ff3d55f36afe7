"""The main journey: from the poster to one's own comment, with and without script, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from modules.text.tests.journeys.conftest import consultation
from modules.text.tests.journeys.steps import COMMENT, PATH, PLACE, open_the_comments, open_the_text, take_part
from participation.testing.accessibility import check

pytestmark = pytest.mark.browser
EMAIL = "anwohner@uebung.example"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
@pytest.mark.requirement("RA-4.2-15", "BX-08")
def test_a_resident_comes_by_the_poster_and_takes_part_from_two_devices(site, visit, law, script):
    poster = visit(site, f"{PATH}/-/poster", script=script)
    address = poster.locator(".poster__address").inner_text()
    page = visit(site, "http://" + address, width=360, height=640, script=script)
    first_screen_says_until_when_and_what_to_do(page)
    check(page)
    open_the_text(page)
    check(page)
    open_the_comments(page)
    check(page)
    other = visit(site, "/", width=360, height=640, script=script)
    number = take_part(site, page, other, EMAIL)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", number)
    expect(other.locator(".receipt")).to_contain_text("Text kommentieren · Wie Ämter online erreichbar werden")
    expect(other.locator(".receipt")).to_contain_text(re.compile(r"\d{1,2}\. \w+ \d{4}, \d\d:\d\d Uhr"))
    find_it_again(other)
    change_it(other)
    take_it_back(other)


def first_screen_says_until_when_and_what_to_do(page):
    for part in (
        page.get_by_role("heading", level=1),
        page.locator(".deadline"),
        page.locator(".hero .kern-btn--primary"),
    ):
        box = part.bounding_box()
        assert box["y"] + box["height"] <= 640, f"{part} ends at {box['y'] + box['height']}"
    expect(page.locator(".deadline")).to_contain_text(re.compile(r"noch 2\d Tage, bis einschließlich \w+, "))


def find_it_again(page):
    page.goto(PLACE)
    expect(page.locator("#kommentare-titel")).to_have_text("1 Kommentar zu § 2 Absatz 1")
    expect(page.locator(".comments")).to_contain_text(COMMENT)
    check(page)
    page.get_by_role("link", name="Meine Beteiligung").click()
    expect(page.get_by_role("main")).to_contain_text(COMMENT)
    check(page)


def change_it(page):
    page.get_by_role("link", name=re.compile("^Ändern")).click()
    page.get_by_role("textbox", name="Ihr Text").fill(COMMENT + " Und kleine Ämter.")
    check(page)
    page.get_by_role("button", name="Änderung speichern").click()
    expect(page.get_by_role("main")).to_contain_text("Und kleine Ämter.")
    expect(page.get_by_role("main")).to_contain_text("geändert am")
    check(page)


def take_it_back(page):
    page.get_by_role("link", name=re.compile("ziehen", re.IGNORECASE)).first.click()
    expect(page.get_by_role("main")).to_contain_text("Akte")
    check(page)
    page.get_by_role("main").get_by_role("button", name=re.compile("ziehen", re.IGNORECASE)).click()
    expect(page.get_by_role("status")).to_contain_text("Ihr Beitrag ist zurückgezogen")
    check(page)
    page.goto(PLACE)
    expect(page.get_by_role("main")).not_to_contain_text(COMMENT)


def test_it_is_the_same_on_postgresql(postgres_site, visit):
    consultation(postgres_site)
    page, other = visit(postgres_site, PLACE), visit(postgres_site, "/")
    number = take_part(postgres_site, page, other)
    other.goto(PLACE)
    expect(other.locator(".comments")).to_contain_text(COMMENT)
    expect(other.locator(f"#c-{number}")).to_be_visible()
