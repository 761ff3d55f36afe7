"""Comparing two versions: words, not lines; what is gone stands where it stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.documents.comparing import CHANGED, GONE, NEW, NUMBERED, compare, totals
from participation.documents.matching import match
from participation.documents.parts import parts_of
from participation.documents.reading import read
from participation.documents.worddiff import compare_words
from tests.documents.changed_laws import NAMES, versions

SIGNS = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}


def told(old: str, new: str) -> str:
    return "".join(SIGNS[piece.kind].format(piece.text) for piece in compare_words(old, new))


def rows_of(old: str, new: str):
    one, other = (parts_of(read(text.encode(), "t.md").nodes) for text in (old, new))
    return compare(one, other, match(one, other))


def law(*absaetze: str) -> str:
    return "# Gesetz\n\n## § 1 Zweck\n\n" + "\n\n".join(absaetze) + "\n"


@pytest.mark.requirement("RA-4.1-10")
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Der Rat entscheidet.", "Der Rat entscheidet.", "Der Rat entscheidet."),
        ("Der Rat entscheidet.", "Der Stadtrat entscheidet.", "Der [-Rat-]{+Stadtrat+} entscheidet."),
        ("Der Rat entscheidet.", "Der Rat entscheidet bald.", "Der Rat entscheidet{+ bald+}."),
        ("Der Rat  entscheidet.", "Der\nRat entscheidet.", "Der\nRat entscheidet."),
        ("E-Mail und Brief", "E-Mail oder Brief", "E-Mail [-und-]{+oder+} Brief"),
        ("Bis zum 1. Mai.", "Bis zum 2. Mai.", "Bis zum [-1-]{+2+}. Mai."),
        ("", "Neu.", "{+Neu.+}"),
        ("Alt.", "", "[-Alt.-]"),
        ("<b>fett</b>", "<b>dick</b>", "<b>[-fett-]{+dick+}</b>"),
    ],
)
def test_words_are_compared_and_not_letters_or_lines(old, new, expected):
    assert told(old, new) == expected


def test_a_few_letters_between_changes_are_read_as_part_of_the_change():
    told_so = told("Die Gemeinde baut an der Straße einen Weg.", "Die Stadt plant an der Allee einen Weg.")
    assert told_so == "Die [-Gemeinde baut an der Straße-]{+Stadt plant an der Allee+} einen Weg."


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_comparison_holds_both_texts(old, new):
    pieces = compare_words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new
    words = "".join(piece.text for piece in pieces if piece.kind != "new")
    assert "".join(words.split()) == "".join(old.split())


@pytest.mark.requirement("RA-4.1-10")
@pytest.mark.parametrize("name", NAMES)
def test_every_paragraph_of_both_versions_is_in_the_comparison(name):
    old, new = versions(name)
    rows = compare(old, new, match(old, new))
    assert [row.part.key for row in rows if row.kind != GONE] == [part.key for part in new]
    assert {part.key for row in rows for part in row.before} == {part.key for part in old}
    for row in rows:
        if row.kind != GONE:
            assert "".join(piece.text for piece in row.pieces if piece.kind != "gone") == row.part.shown


def test_a_new_absatz_and_the_numbers_that_follow_from_it():
    found = rows_of(
        law("(1) Der Rat tagt öffentlich.", "(2) Er wählt einen Vorsitz aus seiner Mitte."),
        law("(1) Der Rat tagt öffentlich.", "(2) Wer will, hört zu.", "(3) Er wählt einen Vorsitz aus seiner Mitte."),
    )
    assert [row.kind for row in found[2:]] == ["same", NEW, NUMBERED]
    assert totals(found) == {CHANGED: 0, NEW: 1, GONE: 0, "moved": 0, NUMBERED: 1}


def test_what_is_gone_stands_after_what_stood_before_it():
    found = rows_of(
        law("(1) Der Rat tagt öffentlich.", "(2) Er wählt einen Vorsitz.", "(3) Gäste dürfen bei Sitzungen reden."),
        law("(1) Der Rat tagt öffentlich.", "(2) Gäste dürfen bei Sitzungen reden."),
    )
    assert [(row.kind, row.part.citation) for row in found[2:]] == [
        ("same", "§ 1 Absatz 1"),
        (GONE, "§ 1 Absatz 2"),
        (NUMBERED, "§ 1 Absatz 2"),
    ]


def test_a_paragraph_that_was_cut_shows_what_each_piece_keeps():
    found = rows_of(
        law("(1) Der Rat tagt immer öffentlich im Saal. Gäste dürfen bei den Sitzungen reden und fragen."),
        law("(1) Der Rat tagt immer öffentlich im Saal.", "(2) Gäste dürfen bei den Sitzungen reden und fragen."),
    )
    assert [row.cut for row in found[2:]] == [True, True]
    assert [row.moved for row in found[2:]] == [False, False]
    assert all(piece.kind != "gone" for row in found[2:] for piece in row.pieces)


def test_a_moved_paragraph_is_said_to_have_moved():
    guests, other = "(2) Gäste dürfen bei den Sitzungen reden.\n\n", "## § 2 B\n\n(1) Anderes gilt hier.\n\n"
    one = f"# T\n\n## § 1 A\n\n(1) Kurzes hier am Anfang.\n\n{guests}{other}"
    two = f"# T\n\n## § 1 A\n\n(1) Kurzes hier am Anfang.\n\n{other}{guests}"
    row = rows_of(one, two)[-1]
    assert row.moved
    assert row.kind == "same"
    assert row.is_change
