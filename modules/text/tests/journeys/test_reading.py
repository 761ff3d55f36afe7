"""Reading on every screen and on paper, in both languages, light and dark, large and widely spaced."""

import re

import pytest
from playwright.sync_api import expect

from modules.text.tests.journeys.steps import COMMENT, PATH, PLACE, TEXT
from participation.testing.accessibility import assert_fits, check

pytestmark = pytest.mark.browser
PAGES = (f"{PATH}/", TEXT, PLACE)
SPACED = "* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}"


@pytest.fixture
def talked(site, law):
    """The law with a comment and an answer."""
    comment = site.world.contribution(law, source=COMMENT, place="p2-abs1")
    site.world.contribution(law, source="Das sehe ich auch so.", parent=comment)
    return comment


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_english_pages_are_english_and_accessible(site, visit, talked, dark):
    page = visit(site, f"/en{PATH}/", dark=dark)
    for path in PAGES:
        page.goto(f"/en{path}")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_role("navigation", name="Hauptmenü")).to_have_count(0)
        expect(page.get_by_role("main")).not_to_contain_text("Kommentieren")
        check(page)


def test_the_pages_are_accessible_in_dark_mode_on_a_phone(site, visit, talked):
    page = visit(site, "/", width=360, height=640, dark=True)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert float(re.search(r"oklch\((\S+)", background)[1]) < 0.4, f"{background} is not dark"
    for path in PAGES:
        page.goto(path)
        check(page)


@pytest.mark.requirement("RA-5.1.1-01")
def test_nothing_scrolls_sideways_at_400_percent(site, visit, talked):
    page = visit(site, "/", width=320, height=256)
    for path in (*PAGES, f"{PATH}/-/contributions/{talked.reference}"):
        page.goto(path)
        assert_fits(page)
        page.locator("main a, main button").last.scroll_into_view_if_needed()


def test_widely_spaced_text_is_not_cut_off(site, visit, talked):
    page = visit(site, "/", width=360, height=640)
    for path in PAGES:
        page.goto(path)
        page.evaluate(
            "(css) => {const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]}", SPACED
        )
        assert_fits(page)
        cut = page.evaluate(
            "[...document.querySelectorAll('main *')].filter((e) => !e.closest('.kern-sr-only') && e.tagName != 'INPUT'"
            " && getComputedStyle(e).overflow == 'hidden' && e.clientHeight > 2 && e.scrollHeight > e.clientHeight + 2)"
            ".map((e) => e.outerHTML.slice(0, 120))"
        )
        assert not cut, f"{path}: {cut}"


def test_the_text_is_printed_without_the_frame(site, visit, talked):
    page = visit(site, TEXT)
    page.emulate_media(media="print")
    for hidden in ("header nav", "nav.outline", "form.comment-form", "footer nav"):
        assert not [one for one in page.locator(hidden).all() if one.is_visible()], f"{hidden} is printed"
    expect(page.get_by_role("article", name=re.compile("Onlinezugang"))).to_be_visible()
    expect(page.locator("#p2-abs1")).to_be_visible()
    pdf = page.pdf()
    assert pdf.startswith(b"%PDF")


def test_the_comments_stand_beside_the_text_and_below_it_on_a_phone(site, visit, talked):
    page = visit(site, PLACE)
    node, panel = page.locator("#p2-abs1").bounding_box(), page.locator("#kommentare").bounding_box()
    assert panel["x"] >= node["x"] + node["width"] - 1, "beside"
    page.set_viewport_size({"width": 360, "height": 640})
    node, panel = page.locator("#p2-abs1").bounding_box(), page.locator("#kommentare").bounding_box()
    assert panel["y"] >= node["y"] + node["height"] - 1, "below"


@pytest.mark.requirement("RA-4-04")
def test_selected_words_offer_to_comment_on_them(site, visit, law):
    page = visit(site, TEXT)
    page.evaluate(
        "() => {const p = document.querySelector('#p1-abs1 p').firstChild; const r = document.createRange();"
        " r.setStart(p, 0); r.setEnd(p, 15); getSelection().removeAllRanges(); getSelection().addRange(r)}"
    )
    page.get_by_role("link", name="Zu dieser Stelle kommentieren").click()
    expect(page.get_by_label("Zitierte Stelle")).to_have_value(re.compile("Bund und"))
    check(page)
