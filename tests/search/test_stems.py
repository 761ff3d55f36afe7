"""Words are folded and stemmed in one place, for both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.kernel.stems import stem
from participation.search.excerpts import excerpt, marked
from participation.search.queries import fts5_question, postgres_question
from participation.search.stems import MOST_WORDS, Term, stems, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("Straßen", "Strasse"),
        ("Spielplätze", "Spielplatz"),
        ("Bäume", "Baum"),
        ("Häuser", "Haus"),
        ("Fußgänger", "fussgänger"),
    ],
)
def test_forms_of_a_word_have_one_stem(one, other):
    assert stem(one) == stem(other)


def test_a_decomposed_umlaut_is_the_same_letter():
    assert stems("", "Ba\u0308ume") == stems("", "Bäume")
    assert terms("Ba\u0308ume") == terms("Bäume")


def test_words_of_the_title_count_three_times():
    assert stems("Baum", "Haus").split() == ["baum", "baum", "baum", "haus"]


def test_a_very_long_text_is_cut():
    assert len(stems("", "wort " * (MOST_WORDS + 5)).split()) == MOST_WORDS


def test_frequent_words_are_left_out_unless_there_are_no_others():
    assert [term.stem for term in terms("die Bäume und der Platz")] == ["baum", "platz"]
    assert [term.stem for term in terms("und")] == ["und"]


def test_a_short_word_stands_alone_and_a_longer_one_may_begin_a_compound():
    assert terms("U5 Verkehr 30") == (Term("u5", False), Term("verkehr", True), Term("30", True))


def test_many_threads_get_the_right_stems():
    words = [f"häuser{number}" for number in range(300)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(stem.__wrapped__, words * 3))
    assert found == [stem.__wrapped__(word) for word in words * 3]


@given(st.text())
def test_a_question_holds_nothing_but_letters_and_digits(question):
    asked = terms(question)
    assert all(term.stem.isalnum() for term in asked)
    assert fts5_question(asked).count('"') == 2 * len(asked) == postgres_question(asked).count("'")


@given(st.text(), st.text(alphabet="abÄß <>&\"'\u0308", max_size=5))
def test_marking_loses_no_character(text, question):
    assert "".join(piece.text for piece in marked(text, terms(question))) == text


def test_an_excerpt_begins_before_the_word_and_marks_it():
    pieces = excerpt("Vorrede " * 50 + "Hier wachsen Bäume an der Straße. " + "Nachrede " * 50, terms("Baum"))
    assert [piece.text for piece in pieces if piece.is_found] == ["Bäume"]
    text = "".join(piece.text for piece in pieces)
    assert text.startswith("… Vorrede")
    assert text.endswith(" …")
    assert len(text) < 260


def test_an_excerpt_without_the_word_is_the_beginning():
    assert [piece.text for piece in excerpt("Kurzer Text.", terms("Baum"))] == ["Kurzer Text."]
