"""A passage is found again, or honestly not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.documents.anchors import Passage, Span, locate, passage_at, passage_from_quote

TEXT = "(1) Bund und Länder sind verpflichtet, ihre Verwaltungsportale miteinander zu nutzen. Die Länder zahlen."


def passage_of(words: str, text: str = TEXT) -> Passage:
    return passage_at(text, text.index(words), text.index(words) + len(words))


@given(st.text(min_size=1, max_size=120), st.data())
def test_a_passage_is_found_in_the_text_it_was_taken_from(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if text[start:end].strip():
        assert locate(passage_at(text, start, end), text) == Span(start, end)


def test_a_passage_carries_what_stands_around_it() -> None:
    passage = passage_of("Länder zahlen")
    assert passage.prefix == TEXT[: passage.start][-32:]
    assert passage.suffix == "."


def test_offsets_count_code_points() -> None:
    text = "Bäume 🌳 pflanzen"
    assert passage_at(text, 6, 7).exact == "🌳"


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 10_000), (3, 4)])
def test_offsets_that_enclose_nothing_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no passage"):
        passage_at(TEXT, start, end)


def test_a_passage_moves_with_its_text() -> None:
    moved = "(1) Neu: " + TEXT[4:]
    span = locate(passage_of("ihre Verwaltungsportale"), moved)
    assert span is not None
    assert moved[span.start : span.end] == "ihre Verwaltungsportale"


def test_of_two_places_the_one_with_the_same_surroundings_is_meant() -> None:
    moved = "Alle Länder reden. " + TEXT
    span = locate(passage_of("Länder sind"[:6]), moved)
    assert span == Span(moved.index("Länder sind"), moved.index("Länder sind") + 6)


def test_words_that_are_gone_fall_back_to_the_node() -> None:
    assert locate(passage_of("Verwaltungsportale"), "(1) Etwas ganz anderes.") is None


def test_a_short_word_in_other_surroundings_is_not_taken_for_the_passage() -> None:
    assert locate(passage_of("und"), "Hier steht und dort auch.") is None


def test_a_pasted_quote_becomes_a_passage() -> None:
    passage = passage_from_quote(TEXT, "„ihre  Verwaltungsportale\nmiteinander“")
    assert passage == passage_of("ihre Verwaltungsportale miteinander")


def test_quotation_marks_and_hyphens_may_differ() -> None:
    text = "Das „Nutzerkonto“ ist eine IT-Komponente."
    passage = passage_from_quote(text, '"Nutzerkonto" ist eine IT–Komponente')
    assert passage is not None
    assert passage.exact == "„Nutzerkonto“ ist eine IT-Komponente"


@pytest.mark.parametrize("quote", ["", "  ", "steht nicht da", "x" * 3_000, "“"])
def test_a_quote_that_is_not_there_is_no_passage(quote: str) -> None:
    assert passage_from_quote(TEXT, quote) is None
