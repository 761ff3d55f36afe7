"""Which words of a paragraph are new and which are gone. Pure; gives plain text, which whoever shows it escapes."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from rapidfuzz.distance import Indel

_TOKEN = re.compile(r"\s+|\w+(?:[-‑]\w+)*|.", re.DOTALL)
_BLANK = re.compile(r"\s+")
LONGEST: Final = 6_000  # words and signs; beyond that a paragraph is shown as taken out and put in
ISLAND: Final = 3  # words; fewer that stayed between changes are read better as part of the change


class Piece(NamedTuple):
    """Some words of a paragraph: `same`, `gone` or `new`."""

    kind: str
    text: str


def compare_words(old: str, new: str) -> tuple[Piece, ...]:
    """The new paragraph with what is gone put where it stood. Blanks alone never count as a change."""
    before, after = _tokens(old), _tokens(new)
    if [_plain(token) for token in before] == [_plain(token) for token in after]:
        return (Piece("same", new),) if new else ()
    if max(len(before), len(after)) > LONGEST:
        return tuple(piece for piece in (Piece("gone", old), Piece("new", new)) if piece.text)
    return tuple(_shown(_settled(_steps(before, after))))


def is_same(old: str, new: str) -> bool:
    """Whether two paragraphs say the same, blanks aside."""
    return _BLANK.sub(" ", old).strip() == _BLANK.sub(" ", new).strip()


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _plain(token: str) -> str:
    return " " if token.isspace() else token


Step = tuple[bool, str, str]  # whether it stayed, what stood there, what stands there


def _steps(before: list[str], after: list[str]) -> Iterator[Step]:
    for code in Indel.opcodes([_plain(token) for token in before], [_plain(token) for token in after]):
        old = "".join(before[code.src_start : code.src_end])
        yield code.tag == "equal", old, "".join(after[code.dest_start : code.dest_end])


def _settled(steps: Iterable[Step]) -> list[Step]:
    """Steps joined: changes beside each other, and with them the few words that stayed between two of them."""
    found: list[Step] = []
    for step in steps:
        if found and not step[0] and len(found) > 1 and found[-1][0] and _is_island(found[-1][2]):
            island = found.pop()
            found[-1] = (False, found[-1][1] + island[1] + step[1], found[-1][2] + island[2] + step[2])
        elif found and found[-1][0] == step[0]:
            found[-1] = (step[0], found[-1][1] + step[1], found[-1][2] + step[2])
        else:
            found.append(step)
    return found


def _is_island(text: str) -> bool:
    """Whether only a few letters stayed: blanks, commas, "der"."""
    words = re.findall(r"\w+", text)
    return len(words) < ISLAND and sum(map(len, words)) < 12 and not re.search(r"[.!?;:]\s", text)


def _shown(steps: Iterable[Step]) -> Iterator[Piece]:
    """Pieces to be read; what a change begins and ends with on both sides is no change."""
    for stayed, old, new in steps:
        if stayed:
            yield Piece("same", new)
            continue
        head, tail = _common(old, new)
        gone, put = old[head : len(old) - tail], new[head : len(new) - tail]
        yield from (
            piece
            for piece in (
                Piece("same", new[:head]),
                Piece("gone", gone),
                Piece("new", put),
                Piece("same", new[len(new) - tail :] if tail else ""),
            )
            if piece.text
        )


def _common(old: str, new: str) -> tuple[int, int]:
    """How many characters two texts share at their begin and end, in whole words and signs."""
    before, after = _tokens(old), _tokens(new)
    head = 0
    while head < min(len(before), len(after)) and _plain(before[head]) == _plain(after[head]):
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and _plain(before[-1 - tail]) == _plain(after[-1 - tail]):
        tail += 1
    length = sum(len(token) for token in after[:head])
    return min(length, len(old)), sum(len(token) for token in after[len(after) - tail :]) if tail else 0
