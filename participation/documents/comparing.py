"""Two versions of a text as one list to be read: what stayed, was reworded, moved, came in, went. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from participation.documents.matching import Matching
from participation.documents.parts import Part
from participation.documents.worddiff import Piece, compare_words, is_same

SAME: Final = "same"
CHANGED: Final = "changed"
NUMBERED: Final = "numbered"  # only its number is another one
NEW: Final = "new"
GONE: Final = "gone"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A paragraph of the comparison. `part` is the new one, or the old one where it is gone."""

    kind: str
    part: Part
    before: tuple[Part, ...] = ()  # what it was
    moved: bool = False  # it stands in another section, or in another order
    cut: bool = False  # it was part of a paragraph that is several now
    pieces: tuple[Piece, ...] = field(default=(), compare=False)  # word by word, where it was reworded or has moved

    @property
    def is_change(self) -> bool:
        """Whether a reader has to look at it."""
        return self.kind != SAME or self.moved

    @property
    def key(self) -> str:
        """How the row is called in addresses; what is gone is no place of the new version."""
        return gone_key(self.part.key) if self.kind == GONE else self.part.key


def gone_key(key: str) -> str:
    """The name of a node that is gone, unlike the key of any node."""
    return f"gone:{key}"


def compare(old: Sequence[Part], new: Sequence[Part], matching: Matching) -> list[Row]:
    """All rows in the order of the new version; what is gone stands after what stood before it."""
    old_at = {part.key: place for place, part in enumerate(old)}
    found = {part.key: part for part in old}
    moved = _moved(old, new, matching)
    after: dict[str | None, list[Row]] = {}
    anchor: str | None = None
    for part in old:
        if part.key in matching.successors:
            anchor = matching.successors[part.key][-1]
        else:
            after.setdefault(anchor, []).append(_gone(part))
    rows = after.get(None, [])
    for part in new:
        before = [found[key] for key in matching.origins.get(part.key, ())]
        before.sort(key=lambda one: old_at[one.key])
        rows.append(_row(part, before, new, matching, moved=part.key in moved))
        rows += after.get(part.key, [])
    return rows


def _gone(part: Part) -> Row:
    return Row(kind=GONE, part=part, before=(part,), pieces=(Piece("gone", part.shown),))


def _row(part: Part, before: Sequence[Part], new: Sequence[Part], matching: Matching, *, moved: bool) -> Row:
    if not before:
        return Row(kind=NEW, part=part, pieces=(Piece("new", part.shown),))
    siblings = matching.successors[before[0].key] if len(before) == 1 else (part.key,)
    if len(siblings) > 1:
        pieces = _cut_out(part, before[0], [one for one in new if one.key in siblings])
        return Row(kind=CHANGED, part=part, before=tuple(before), moved=moved, cut=True, pieces=pieces)
    was = "\n".join(one.shown for one in before)
    kind = _kind(part, before, was)
    return Row(kind=kind, part=part, before=tuple(before), moved=moved, pieces=compare_words(was, part.shown))


def _kind(part: Part, before: Sequence[Part], was: str) -> str:
    if is_same(was, part.shown):
        return SAME
    is_one = len(before) == 1
    return NUMBERED if is_one and before[0].label != part.label and is_same(before[0].said, part.said) else CHANGED


def _cut_out(part: Part, old: Part, pieces: Sequence[Part]) -> tuple[Piece, ...]:
    """The comparison of the old paragraph with all it became, and of that the part that one of them is."""
    whole = compare_words(old.shown, "\n".join(one.shown for one in pieces))
    start = sum(len(one.shown) + 1 for one in pieces[: pieces.index(part)])
    end = start + len(part.shown)
    found, at = [], 0
    for piece in whole:
        if piece.kind == "gone":
            if start <= at < end or (at == end == sum(len(one.shown) + 1 for one in pieces) - 1):
                found.append(piece)
            continue
        text = piece.text[max(start - at, 0) : max(end - at, 0)]
        if text:
            found.append(Piece(piece.kind, text))
        at += len(piece.text)
    return tuple(found)


def _moved(old: Sequence[Part], new: Sequence[Part], matching: Matching) -> set[str]:
    """Which nodes of the new version stand in another section, or changed places with others."""
    old_at = {part.key: place for place, part in enumerate(old)}
    found = {part.key: part for part in old}
    elsewhere, families = set(), dict[str | None, list[tuple[str, int]]]()
    for part in new:
        origins = matching.origins.get(part.key, ())
        if not origins:
            continue
        was = found[origins[0]]
        if not part.is_heading and _left_home(was, part, matching):
            elsewhere.add(part.key)
        else:
            families.setdefault(None if part.is_heading else part.section, []).append((part.key, old_at[was.key]))
    for family in families.values():
        elsewhere |= _out_of_order(family)
    return elsewhere


def _left_home(was: Part, part: Part, matching: Matching) -> bool:
    if was.section is None or part.section is None:
        return False
    return part.section not in matching.successors.get(was.section, (part.section,))


def _out_of_order(family: Iterable[tuple[str, int]]) -> set[str]:
    """All but the longest run that kept its order."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    entries = list(family)
    for index, (_key, place) in enumerate(entries):
        at = bisect_right(ends, place)  # pieces of one paragraph are in order
        before.append(places[at - 1] if at else -1)
        ends[at : at + 1], places[at : at + 1] = [place], [index]
    kept: set[int] = set()
    last = places[-1] if places else -1
    while last >= 0:
        kept.add(last)
        last = before[last]
    return {key for index, (key, _place) in enumerate(entries) if index not in kept}


def totals(rows: Iterable[Row]) -> Mapping[str, int]:
    """How many paragraphs were changed, came in, went, moved or only have another number."""
    found = dict.fromkeys((CHANGED, NEW, GONE, "moved", NUMBERED), 0)
    for row in rows:
        if row.kind in found:
            found[row.kind] += 1
        if row.moved:
            found["moved"] += 1
    return found
