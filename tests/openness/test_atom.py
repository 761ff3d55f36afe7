"""Feeds are well-formed whatever people wrote."""

from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from participation.openness.atom import Entry, Feed, tag, write

ATOM = {"a": "http://www.w3.org/2005/Atom"}
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


def feed(*entries):
    links = {"url": "https://stadt.example/", "self_url": "https://stadt.example/feed.atom"}
    return Feed(
        id="tag:stadt.example,2026:x", title="X", author="Stadt", language="de", since=AT, entries=entries, **links
    )


@given(st.text(), st.text())
def test_any_text_gives_valid_xml(title, html):
    root = fromstring(write(feed(Entry(id="tag:x,2026:1", title=title, url="https://x/", updated=AT, html=html))))
    assert root.find("a:entry/a:id", ATOM).text == "tag:x,2026:1"


def test_markup_in_a_title_stays_text_and_content_says_that_it_is_html():
    root = fromstring(write(feed(Entry(id="i", title="<b>&", url="https://x/", updated=AT, html="<p>a &amp; b</p>"))))
    assert root.find("a:entry/a:title", ATOM).text == "<b>&"
    content = root.find("a:entry/a:content", ATOM)
    assert (content.get("type"), content.text) == ("html", "<p>a &amp; b</p>")


def test_a_feed_has_what_the_standard_asks_for():
    root = fromstring(write(feed()))
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    assert [root.find(f"a:{name}", ATOM).text for name in ("id", "title", "updated")] == [
        "tag:stadt.example,2026:x",
        "X",
        "2026-11-22T10:00:00Z",
    ]
    assert {link.get("rel") for link in root.findall("a:link", ATOM)} == {"self", "alternate"}
    assert root.find("a:author/a:name", ATOM).text == "Stadt"


def test_ids_name_the_host_without_its_port():
    assert tag("http://127.0.0.1:8000", "x") == "tag:127.0.0.1,2026:x"
