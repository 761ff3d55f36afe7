"""Passages: which words of a node somebody means, found again when the text around them has moved.

Offsets count code points of the node's NFC text. The words themselves and a little of what stands around them
are kept beside the offsets (quote and position selectors of the W3C Web Annotation Data Model).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from participation.kernel.text import normalise

CONTEXT: Final = 32
QUOTE_LIMIT: Final = 2_000
_LONG_ENOUGH: Final = 16  # so many characters hardly stand in a text twice by chance
_ENOUGH_CONTEXT: Final = 8
_QUOTES: Final = "\"'„“”«»‚‘’‹›"
_HYPHENS: Final = "-‐‑–—"


@dataclass(frozen=True)
class Span:
    """From `start` to before `end`, in code points."""

    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """The words `exact` from `start` to `end`, and up to 32 characters before and after."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


def passage_at(text: str, start: int, end: int) -> Passage:
    """The passage at these offsets of a node's text. Raises ValueError if they enclose nothing of it."""
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        raise ValueError(f"no passage from {start} to {end} in a text of {len(text)} characters")
    return Passage(start, end, text[start:end], text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT])


def locate(passage: Passage, text: str) -> Span | None:
    """Where the passage is in a text now: at its offsets, else where its words stand in the most similar
    surroundings. None if the words are gone or could mean another place; then the node is meant.
    """
    if text[passage.start : passage.end] == passage.exact:
        return Span(passage.start, passage.end)
    places = [found.start() for found in re.finditer(f"(?={re.escape(passage.exact)})", text)]
    if not passage.exact or not places:
        return None
    best = max(places, key=lambda place: (_likeness(passage, text, place), -abs(place - passage.start)))
    likeness = _likeness(passage, text, best)
    is_sure = len(places) == 1 and len(passage.exact) >= _LONG_ENOUGH
    known = len(passage.prefix) + len(passage.suffix)
    if not is_sure and likeness < min(_ENOUGH_CONTEXT, max(known, 1)):
        return None
    return Span(best, best + len(passage.exact))


def passage_from_quote(text: str, quote: str) -> Passage | None:
    """The first passage with these words, as people paste them: blanks, quotation marks and
    hyphens may differ. None if they do not stand there. Raises BrokenText.
    """
    words = normalise(quote[: QUOTE_LIMIT + 1]).strip()
    if not words or len(words) > QUOTE_LIMIT:
        return None
    found = re.search(_pattern(words), text) or re.search(_pattern(words.strip(_QUOTES + "… ")), text)
    return passage_at(text, *found.span()) if found and found[0].strip() else None


def _likeness(passage: Passage, text: str, place: int) -> int:
    """How many characters around this place are the same as around the passage."""
    before, after = text[max(place - CONTEXT, 0) : place], text[place + len(passage.exact) :]
    return _same(reversed(passage.prefix), reversed(before)) + _same(passage.suffix, after)


def _same(one: Iterable[str], other: Iterable[str]) -> int:
    """How many characters two texts have in common from their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _pattern(words: str) -> str:
    return r"\s+".join("".join(map(_loosely, word)) for word in words.split())


def _loosely(sign: str) -> str:
    for alike in (_QUOTES, _HYPHENS):
        if sign in alike:
            return f"[{re.escape(alike)}]"
    return re.escape(sign)
