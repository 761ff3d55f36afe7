"""Correcting a text by hand: keys stay, every section stands under its heading, nothing else moves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.documents.editing import changed, in_sections, inserted, joined, removed, split
from participation.documents.reading import Kind, read
from participation.kernel.text import plain

LAWS = Path(__file__).parents[1] / "data" / "laws"
OZG = read((LAWS / "ozg.md").read_bytes(), "ozg.md").nodes
WORDED = [node.key for node in OZG if node.kind in (Kind.PARAGRAPH, Kind.ITEM)]


def keys(nodes):
    return [node.key for node in nodes]


def node(nodes, key):
    return next(node for node in nodes if node.key == key)


@pytest.mark.requirement("RA-4.1-06")
@pytest.mark.parametrize("name", ["ozg", "egovg", "bgg", "plansig"])
def test_sections_follow_from_order_and_levels_for_every_text_that_is_read(name):
    nodes = read((LAWS / f"{name}.md").read_bytes(), f"{name}.md").nodes
    assert in_sections(nodes) == nodes


@pytest.mark.requirement("RA-4.1-06")
def test_other_words_keep_the_key_and_everything_around():
    key = WORDED[3]
    after = changed(OZG, key, text="Neue Worte <b>.", label="(9)", kind=Kind.PARAGRAPH)
    assert keys(after) == keys(OZG)
    assert (node(after, key).text, node(after, key).html) == ("Neue Worte <b>.", "Neue Worte &lt;b&gt;.")
    assert [one for one in after if one.key != key] == [one for one in OZG if one.key != key]


def test_emphasis_stays_while_the_words_stay():
    rich = read(b"# T\n\nEin **wichtiger** Satz.\n", "t.md").nodes
    after = changed(rich, rich[1].key, text=rich[1].text, label="(1)", kind=Kind.PARAGRAPH)
    assert "<strong>" in after[1].html
    assert "<strong>" not in changed(rich, rich[1].key, text="Ein Satz.", label="", kind=Kind.PARAGRAPH)[1].html


@pytest.mark.requirement("RA-4.1-06")
def test_a_section_is_split_and_joined_again():
    key = WORDED[3]
    words = node(OZG, key).text
    middle = len(words) // 2
    parts = split(OZG, key, [words[:middle], words[middle:]])
    assert len(parts) == len(OZG) + 1
    assert set(keys(OZG)) < set(keys(parts))
    again = joined(parts, key)
    assert keys(again) == keys(OZG)
    assert node(again, key).text.replace("\n", "") == words.replace("\n", "")


@pytest.mark.requirement("RA-4.1-06")
def test_a_new_heading_takes_what_follows_and_removing_it_gives_it_back():
    first = next(place for place, one in enumerate(OZG) if one.kind is Kind.HEADING and place > 0)
    after = inserted(OZG, OZG[first + 1].key, text="Neuer Teil", label="", kind=Kind.HEADING)
    new = after[first + 2]
    assert new.kind is Kind.HEADING
    assert any(one.parent_key == new.key for one in after)
    assert removed(after, new.key) == OZG


@pytest.mark.requirement("RA-4.1-06")
@given(
    st.sampled_from(WORDED),
    st.sampled_from(["change", "split", "insert", "remove", "heading"]),
    st.text(min_size=1, max_size=40),
)
def test_whatever_is_done_keys_stay_unique_and_html_says_the_words(key, act, typed):
    words = "".join(sign for sign in typed if sign.isprintable()).strip() or "Wort"
    edits = {
        "change": lambda: changed(OZG, key, text=words, label="", kind=Kind.PARAGRAPH),
        "heading": lambda: changed(OZG, key, text=words, label="", kind=Kind.HEADING),
        "split": lambda: split(OZG, key, [words, words, words]),
        "insert": lambda: inserted(OZG, key, text=words, label="", kind=Kind.ITEM),
        "remove": lambda: removed(OZG, key),
    }
    after = edits[act]()
    found = keys(after)
    assert len(found) == len(set(found))
    assert set(found) >= set(keys(OZG)) - {key}
    assert all(one.parent_key in found for one in after[1:])
    for one in after:
        if one.key not in keys(OZG):
            assert plain(one.html) == one.text
