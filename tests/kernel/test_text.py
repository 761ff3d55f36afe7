"""What people type becomes harmless HTML, and stays what they typed."""

import json
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from participation.kernel import text as door
from participation.kernel.text import (
    CONTRIBUTION_LIMIT,
    RESIDENT,
    RICH,
    BrokenText,
    Policy,
    TextTooLong,
    clean,
    escape,
    excerpt,
    normalise,
    normalise_name,
    plain,
    render,
    render_rich,
)

HOSTILE = Path(__file__).parents[1] / "data" / "hostile"
NAUGHTY: list[str] = json.loads((HOSTILE / "naughty_strings.json").read_text(encoding="utf-8"))
PAYLOADS = [
    case["payload"] for case in json.loads((HOSTILE / "html_sanitiser_payloads.json").read_text(encoding="utf-8"))
]
EXAMPLES = [case["markdown"] for case in json.loads((HOSTILE / "commonmark_examples.json").read_text(encoding="utf-8"))]
ODD = NAUGHTY + PAYLOADS + EXAMPLES

SLOW = {
    "brackets": "[" * 10_000,
    "images": "![" * 5_000,
    "open links": "[a](" * 2_500,
    "bracket in link": "[a]((" + "(" * 9_000,
    "autolinks": "<http://a" * 1_111,
    "mail autolinks": "<a@" * 3_333,
    "angles": "<" * 10_000,
    "emphasis": "*a **a " * 1_428,
    "mixed emphasis": "*_" * 5_000,
    "closing emphasis": "a**" * 3_333,
    "stars": "***" * 3_333,
    "backticks": "`a" * 5_000,
    "rising backticks": "".join("a" + "`" * n for n in range(140)),
    "backslashes": "\\*" * 5_000,
    "quotes": ">" * 10_000,
    "quoted lists": "> - " * 2_500,
    "numbered lists": "1. " * 3_333,
    "deep list": "\n".join("  " * depth + "- a" for depth in range(95)),
    "long list": "- a\n" * 2_500,
    "long quote": "> a\n" * 2_500,
    "lazy quote": ">" * 20 + "a\n" * 4_900,
    "many links": "[a](http://b.c)" * 666,
    "nested links": "[" * 1_000 + "a" + "](http://b)" * 800,
    "entities": "&" * 10_000,
    "line breaks": "a\n" * 5_000,
    "empty lines": "\n" * 9_999 + "a",
    "tabs": "\t" * 9_999 + "a",
    "six lazy quotes": ">" * 6 + "a\n" * 4_900,
    "ten lazy quotes": ">" * 10 + "a\n" * 4_900,
    "lazy quoted lists": "> - " * 8 + "a\n" * 4_900,
    "deep lazy lists": "- " * 18 + "a\n" * 4_900,
    "combining marks": "e" + "\u0301" * 9_999,
    "table heads": "|a" * 20 + "\n" + "|-" * 20 + "\n" + "|b" * 4_900,
    "pipes": "|" * 9_999 + "a",
    "rules": "- " * 5_000,
}

LINKED = ["http:", "https:", "mailto:"]
SIGNS = "[]()<>!*_`#>-+|\\&;:/\"'= \n\t" + "abcjsx019" + "\u202e\u0301\u200b\u00a0"
MARKDOWN = st.text(alphabet=SIGNS, max_size=120) | st.text(max_size=80) | st.sampled_from(ODD)
MARKUP = st.lists(
    st.sampled_from(["<a href=", "javascript:x", "'", '"', ">", "</a>", "<svg>", "<p>", "<table>", "<td>", "<math>"])
    | st.sampled_from(["<style>", "</style>", "<!--", "-->", "<img src=x onerror=y>", "<b>", "</b>", "<em>", "&lt;"])
    | st.text(alphabet="ab<>&/ ", max_size=4),
    max_size=25,
).map("".join)


def elements(html: str) -> Iterator[Element]:
    """All elements a browser would make of this HTML."""
    return (e for e in html5lib.parseFragment(html, namespaceHTMLElements=False).iter() if e.tag != "DOCUMENT_FRAGMENT")


def assert_harmless(html: str, policy: Policy) -> None:
    for element in elements(html):
        assert element.tag in policy.tags
        assert set(element.attrib) <= set(policy.attributes.get(element.tag, {})) | {"rel"}
        address = element.get("href", element.get("src", "https:"))
        is_local = address.startswith(("#", "/")) and not address.startswith("//")
        assert any(address.lower().startswith(scheme) for scheme in LINKED) or (policy is RICH and is_local)
        if element.tag == "a":
            assert element.get("rel") == policy.rel


@given(MARKDOWN)
@settings(max_examples=300, deadline=None)
def test_a_residents_text_becomes_only_allowed_html(source: str) -> None:
    try:
        html = render(source)
    except BrokenText:
        return
    assert_harmless(html, RESIDENT)
    assert clean(html) == html


@given(MARKDOWN)
@settings(max_examples=150, deadline=None)
def test_a_text_of_staff_becomes_only_allowed_html(source: str) -> None:
    try:
        html = render_rich(source)
    except BrokenText:
        return
    assert_harmless(html, RICH)
    assert clean(html, RICH) == html


@given(MARKUP | st.sampled_from(PAYLOADS))
@settings(max_examples=300, deadline=None)
@pytest.mark.parametrize("policy", [RESIDENT, RICH], ids=["resident", "rich"])
def test_foreign_html_is_reduced_to_what_is_allowed(policy: Policy, source: str) -> None:
    cleaned = clean(source, policy)
    assert_harmless(cleaned, policy)
    assert clean(cleaned, policy) == cleaned


@pytest.mark.parametrize("source", ODD)
def test_no_odd_string_breaks_the_renderer(source: str) -> None:
    html = render(source)
    assert_harmless(html, RESIDENT)
    assert "\x00" not in html


BLOWN_UP = 5  # seconds of processor time; twenty times the promise, which is measured apart from the tests


@pytest.mark.parametrize("name", SLOW)
def test_hostile_markdown_does_not_blow_up(name: str) -> None:
    begin = time.process_time()
    assert_harmless(render(SLOW[name][:10_000]), RESIDENT)
    assert time.process_time() - begin < BLOWN_UP


def test_the_markdown_subset() -> None:
    source = "Hallo **Welt** und *alle*,\nneue Zeile\n\n- eins\n- zwei\n\n3. drei\n\n> Zitat"
    assert render(source) == (
        "<p>Hallo <strong>Welt</strong> und <em>alle</em>,<br>\nneue Zeile</p>\n"
        "<ul>\n<li>eins</li>\n<li>zwei</li>\n</ul>\n"
        '<ol start="3">\n<li>drei</li>\n</ol>\n'
        "<blockquote>\n<p>Zitat</p>\n</blockquote>"
    )


def test_links_are_marked_and_only_lead_to_the_web_or_to_mail() -> None:
    assert render("[a](https://a.de/?b=1&c=2)") == (
        '<p><a href="https://a.de/?b=1&amp;c=2" rel="nofollow ugc noopener">a</a></p>'
    )
    assert 'href="mailto:a@b.de"' in render("[a](mailto:a@b.de)")
    for address in (
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/x",
        "file:///x",
        "vbscript:x",
    ):
        assert "<a" not in render(f"[a]({address})")


@pytest.mark.parametrize(
    "source",
    ["# Titel", "Titel\n===", "`code`", "---", "<b>fett</b>", "&copy;", "[a]: http://b.de", "    vier"],
)
def test_what_is_not_in_the_subset_stays_as_typed(source: str) -> None:
    assert plain(render(source)) == source.strip()


def test_a_picture_in_a_residents_text_is_only_a_link() -> None:
    assert "<img" not in render("![x](https://a.de/b.png)")


def test_what_is_nested_too_deeply_keeps_its_words() -> None:
    source = ">" * 25 + " tief\nund weiter"
    assert plain(render(source)) == source


def test_a_text_of_staff_may_have_headings_tables_and_local_pictures() -> None:
    html = render_rich("# A\n\n##### B\n\n|a|b|\n|-|-|\n|1|2|\n\n![Plan](/stadt/-/files/1.png)")
    assert "<h2>A</h2>" in html
    assert "<h4>B</h4>" in html
    assert "<td>2</td>" in html
    assert '<img src="/stadt/-/files/1.png" alt="Plan">' in html


@pytest.mark.parametrize(
    "address", ["https://a.de/b.png", "//a.de/b.png", "/stadt/-/files/../../x", "data:image/png,x"]
)
def test_a_foreign_picture_becomes_its_alternative_text(address: str) -> None:
    assert "<img" not in render_rich(f"![Plan]({address})")


@pytest.mark.parametrize("source", ["a\x00b", "a\ud800b"])
def test_nul_and_lone_surrogates_are_refused_with_a_sentence(source: str) -> None:
    with pytest.raises(BrokenText) as raised:
        render(source)
    assert str(raised.value.sentence).startswith("Der Text enthält Zeichen")


def test_a_text_over_the_limit_is_refused_with_the_limit() -> None:
    assert render("a" * CONTRIBUTION_LIMIT)
    with pytest.raises(TextTooLong) as raised:
        render("a" * (CONTRIBUTION_LIMIT + 1))
    assert "20000" in str(raised.value.sentence)


def test_normalising_keeps_words_and_drops_what_harms() -> None:
    assert normalise("u\u0308ber\r\nZeile  \rEnde\u2028x\n\n") == "über\nZeile\nEnde\nx"
    assert normalise("a\u202eb\u2066c\u2069\x07\x1b\ufeff") == "abc"
    assert normalise("\u05d0\u200f!") == "\u05d0\u200f!"
    assert normalise("x" + "\u0335" * 30) == "x" + "\u0335" * 8


@given(st.text(max_size=200))
@example("a\u0301\u0302" * 20)
def test_normalising_twice_changes_nothing(source: str) -> None:
    try:
        once = normalise(source)
    except BrokenText:
        return
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_a_name_is_one_line_without_invisible_characters() -> None:
    assert normalise_name(" Amt\u200b für\n Bau\u00ad ") == "Amt für Bau"


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x08"])
def test_entities_cannot_bring_back_what_was_removed(sign: str) -> None:
    assert sign not in clean(f"<p>&#{ord(sign)};</p>")


def test_where_the_cleaners_disagree_the_words_stay_without_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "_bleached", lambda html, policy: "")
    assert clean("<p>a <em>b</em> &lt;c&gt;</p>") == "a b &lt;c&gt;"


def test_plain_is_what_can_be_read() -> None:
    assert plain("<p>a &amp; b</p><ul><li>c</li><li>d<br>e</li></ul>") == "a & b\nc\nd\ne"
    assert plain("<table><tr><td>1</td><td>2</td></tr></table>") == "1 2"
    assert plain("<script>x</script>y") == "y"


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=80))
def test_escaped_text_reads_the_same(source: str) -> None:
    assert plain(escape(source)) == source.replace("\r\n", "\n").replace("\r", "\n").strip()


def test_an_excerpt_ends_between_words() -> None:
    assert excerpt("Hallo Welt, hier ist Text", 11) == "Hallo Welt…"
    assert excerpt("Hallo Welt", 8) == "Hallo…"
    assert excerpt("Donaudampfschiff", 6) == "Donau…"
    assert excerpt("kurz\nund gut", 40) == "kurz und gut"


@given(st.text(max_size=60), st.integers(1, 40))
def test_an_excerpt_is_never_longer_than_asked(source: str, length: int) -> None:
    assert len(excerpt(source, length)) <= length
