"""The piece of a text in which something was found, with the words that were meant."""

from collections.abc import Sequence
from typing import NamedTuple

from participation.kernel.stems import stem, words
from participation.search.stems import Term

LENGTH = 240  # characters
BEFORE = 60  # of them before the first word that was found
READ = 40_000  # characters of a text that are looked through


class Piece(NamedTuple):
    """A run of characters; `is_found` ones are marked."""

    text: str
    is_found: bool


def excerpt(text: str, asked: Sequence[Term]) -> list[Piece]:
    """About 240 characters around the first word that was found (else the beginning), cut between words."""
    line = " ".join(text[:READ].split())
    first = next((match.start() for match in words(line) if _fits(match[0], asked)), 0)
    start = _blank_after(line, first - BEFORE) if first > BEFORE else 0
    end = start + LENGTH
    if end < len(line):
        end = max(line.rfind(" ", start, end), first)
    pieces = marked(line[start:end], asked)
    return [Piece("… ", False)] * (start > 0) + pieces + [Piece(" …", False)] * (start + LENGTH < len(line))


def _blank_after(line: str, position: int) -> int:
    return line.find(" ", position) + 1


def marked(text: str, asked: Sequence[Term]) -> list[Piece]:
    """A text cut into pieces, so that the words that were found can be marked."""
    pieces, done = [], 0
    for match in words(text):
        if _fits(match[0], asked):
            pieces += [Piece(text[done : match.start()], False), Piece(match[0], True)]
            done = match.end()
    return [piece for piece in [*pieces, Piece(text[done:], False)] if piece.text]


def _fits(word: str, asked: Sequence[Term]) -> bool:
    found = stem(word)
    return any(term.fits(found) for term in asked)
