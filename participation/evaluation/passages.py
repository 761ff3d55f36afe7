"""Where arguments stand in the text of a contribution: found by their words, never overlapping. Pure.

Offsets count code points of the text that is shown. An argument keeps the words that were marked; where the text was
changed or blacked out since, only words that still stand there are shown again.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from participation.documents.anchors import Span, locate, passage_at, passage_from_quote

_GAP: Final = re.compile(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*")  # "Anfang … Ende" means everything between


class Piece(NamedTuple):
    """A stretch of a text: one argument's, or what stands between (number 0)."""

    text: str
    number: int


def place_of(words: str, start: int, text: str) -> Span | None:
    """Where the words of an argument stand in a text now; None where they are gone or could mean another place."""
    if text[start : start + len(words)] == words:
        return Span(start, start + len(words))
    if not words.strip():
        return None
    return locate(passage_at(words, 0, len(words)), text)


def passage_of_quote(text: str, quote: str) -> Span | None:
    """The first passage with these words, over as many paragraphs as they go; "Anfang … Ende" is all between."""
    found = passage_from_quote(text, quote)
    if found is not None:
        return Span(found.start, found.end)
    ends = [part for part in _GAP.split(quote.strip()) if part]
    if len(ends) != 2:
        return None
    first = passage_from_quote(text, ends[0])
    last = passage_from_quote(text[first.end :], ends[1]) if first else None
    return Span(first.start, first.end + last.end) if first and last else None


def whole_words(text: str, start: int, end: int) -> Span | None:
    """The passage without blanks around it and with whole words at its ends; None where nothing is meant."""
    if not 0 <= start < end <= len(text):
        return None
    words = text[start:end]
    begin, end = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
    if begin >= end:
        return None
    while begin > 0 and text[begin - 1].isalnum() and text[begin].isalnum():
        begin -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return Span(begin, end)


def first_overlap(span: Span, others: Iterable[tuple[int, Span]]) -> int | None:
    """The number of an argument that a passage would share words with."""
    return next((number for number, there in others if span.start < there.end and there.start < span.end), None)


def pieces(text: str, spans: Sequence[tuple[int, Span]]) -> list[Piece]:
    """The whole text cut at the arguments, in order; together it is the text again."""
    found, last = [], 0
    for number, span in sorted(spans, key=lambda entry: entry[1].start):
        if span.start >= last:
            found += [Piece(text[last : span.start], 0), Piece(text[span.start : span.end], number)]
            last = span.end
    return [piece for piece in (*found, Piece(text[last:], 0)) if piece.text]
