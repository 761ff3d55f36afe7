"""What becomes of a place, and of the passage somebody marked there, when a text gets a new version. Pure.

Carried: the node is the same place. Moved: it is called something else now, or the marked words went elsewhere.
Orphaned: the node is gone, and so are the words.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from participation.documents.anchors import Passage, Span, locate
from participation.documents.matching import Matching
from participation.documents.parts import Part

UNMISTAKABLE: Final = 40  # characters that stand once in a text are not there by chance


class Fate(StrEnum):
    """What became of a place."""

    CARRIED = "carried"
    MOVED = "moved"
    ORPHANED = "orphaned"


class Landing(NamedTuple):
    """Where a comment stands in the new version (`part` is None where nowhere), and where its passage is there."""

    fate: Fate
    part: Part | None
    span: Span | None = None


class Carrier:
    """Carries places and passages from one version to the next."""

    def __init__(self, old: Sequence[Part], new: Sequence[Part], matching: Matching) -> None:
        self._matching = matching
        self._old = {part.key: part for part in old}
        self._new = {part.key: part for part in new}

    def land(self, key: str, passage: Passage | None = None) -> Landing:
        """What becomes of a place; with a passage its words decide, as far as they still stand somewhere."""
        pieces = self._pieces(key)
        if passage is not None:
            for piece in (*pieces, *self._far(key, passage)):
                span = locate(passage, piece.text)
                if span is not None:
                    return Landing(self._fate(key, piece), piece, span)
        if not pieces:
            return Landing(Fate.ORPHANED, None)
        return Landing(self._fate(key, pieces[0]), pieces[0])

    def _pieces(self, key: str) -> list[Part]:
        """The nodes a node became; the one that says most of it first."""
        old = self._old.get(key)
        found = [self._new[new] for new in self._matching.successors.get(key, ())]
        if old is None or len(found) < 2:
            return found
        first = [part for part in found if self._matching.origins[part.key][0] == key]
        return sorted(found, key=lambda part: (part not in first, part.key != key, self._order[part.key]))

    def _far(self, key: str, passage: Passage) -> list[Part]:
        """Where long words stand that have left their node: the one node that holds them."""
        if len(passage.exact) < UNMISTAKABLE or key not in self._old:
            return []
        found = [part for part in self._new.values() if passage.exact in part.text]
        return found if len(found) == 1 else []

    @cached_property
    def _order(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self._new)}

    def _fate(self, key: str, new: Part) -> Fate:
        old = self._old[key]
        is_same = key in self._matching.origins.get(new.key, ()) and not self.is_renamed(old, new)
        return Fate.CARRIED if is_same else Fate.MOVED

    def is_renamed(self, old: Part, new: Part) -> bool:
        """Whether people would cite a place differently now: other section, other number."""
        if old.is_heading:
            return old.label != new.label
        above, below = self._old.get(old.section or ""), self._new.get(new.section or "")
        if above is None or below is None:
            return old.citation != new.citation
        is_elsewhere = below.key not in self._matching.successors.get(above.key, ())
        return is_elsewhere or above.label != below.label or _within(old, above) != _within(new, below)


def _within(part: Part, section: Part) -> str:
    """How a place is cited within its section: "Absatz 2"."""
    return part.citation.removeprefix(section.citation).lstrip(", ")
