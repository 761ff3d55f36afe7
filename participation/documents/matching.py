"""Which node of a new version is which node of the version before: by what they say, with order and section as hints.

Pure, and about linear: equal texts find each other by a table, like ones are looked for among those that share rare
words, stand in the same section or carry the same key.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from participation.documents.likeness import Index, Likeness
from participation.documents.parts import Part

ANYWHERE: Final = 0.58  # so alike that it is the same paragraph wherever it stands
AT_HOME: Final = 0.3  # in the same section, beside the same neighbours or with the same number
REWRITTEN: Final = 0.16  # between the same neighbours, with the same number
TITLED: Final = 0.5  # the words of two headings
HELD: Final = 0.72  # so much of a piece stands in the paragraph it was cut from
LONG: Final = 4  # words; shorter pieces are equal by chance
AROUND: Final = 12  # pieces of a section that are compared at most
HINTS: Final = {"section": 0.1, "neighbour": 0.1, "key": 0.05}


@dataclass(frozen=True)
class Matching:
    """New key -> keys of the nodes it was before, the main one first; without an entry it is new."""

    origins: Mapping[str, tuple[str, ...]]
    successors: Mapping[str, tuple[str, ...]] = field(init=False)  # old key -> new keys in the order of the text

    def __post_init__(self) -> None:
        found: dict[str, list[str]] = defaultdict(list)
        for new, before in self.origins.items():
            for old in before:
                found[old].append(new)
        object.__setattr__(self, "successors", {old: tuple(new) for old, new in found.items()})


def stored(before: Mapping[str, str]) -> Matching:
    """The matching that was kept with the nodes of a version: new key -> keys with blanks between them."""
    return Matching({new: tuple(old.split()) for new, old in before.items() if old})


def match(old: Sequence[Part], new: Sequence[Part]) -> Matching:
    """What each node of the new version was in the old one: one node, several (joined), part of one (split), none."""
    return _Matcher(old, new).matching()


class _Matcher:
    """Pairs of places, found in steps from the sure to the less sure."""

    def __init__(self, old: Sequence[Part], new: Sequence[Part]) -> None:
        self.old, self.new = old, new
        self.to_new: dict[int, int] = {}
        self.to_old: dict[int, int] = {}
        self.likeness = Likeness(old, new)
        self.old_at = {part.key: place for place, part in enumerate(old)}
        self.new_at = {part.key: place for place, part in enumerate(new)}

    def matching(self) -> Matching:
        """The result of all steps."""
        if self.old and self.new:
            self._pair(0, 0)  # the title
        self._equal()
        self._headings()
        self._equal_again()
        for _again in range(2):  # what was found gives hints for the rest
            self._like()
        self._headings(by_key=True)
        self._like()
        self._rewritten()
        origins = {n: [self.to_old[n]] for n in range(len(self.new)) if n in self.to_old}
        self._cut_and_joined(origins)
        return Matching({self.new[n].key: tuple(self.old[o].key for o in origins[n]) for n in sorted(origins)})

    def _pair(self, o: int, n: int) -> None:
        if o not in self.to_new and n not in self.to_old and self.old[o].family == self.new[n].family:
            self.to_new[o], self.to_old[n] = n, o

    def _left(self, parts: Sequence[Part], done: Mapping[int, int]) -> list[int]:
        return [place for place in range(len(parts)) if place not in done]

    def _equal(self) -> None:
        """Texts that stand once in each version."""
        tables: list[dict[tuple[str, tuple[str, ...]], list[int]]] = []
        for parts in (self.old, self.new):
            table: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
            for place, part in enumerate(parts):
                if len(part.words) >= LONG or (part.is_heading and part.words):
                    table[part.family, part.words].append(place)
            tables.append(table)
        for said, places in tables[0].items():
            others = tables[1].get(said, [])
            if len(places) == len(others) == 1:
                self._pair(places[0], others[0])

    def _headings(self, by_key: bool = False) -> None:
        """Headings by their words and by what stands below them; at last by their number alone."""
        votes: Counter[tuple[int, int]] = Counter()
        for o, n in self.to_new.items():
            above = self._section(self.old, self.old_at, o), self._section(self.new, self.new_at, n)
            if None not in above:
                votes[above] += 1  # type: ignore[index]
        sizes = Counter(self._section(self.old, self.old_at, place) for place in range(len(self.old)))
        left = [n for n in self._left(self.new, self.to_old) if self.new[n].is_heading]
        found = []
        for o in self._left(self.old, self.to_new):
            if self.old[o].is_heading:
                for n in left:
                    below = votes[o, n] / max(sizes[o], 1)
                    found.append((self._as_headings(o, n, below, by_key), o, n))
        for score, o, n in sorted(found, key=lambda one: (-one[0], one[1], one[2])):
            if score >= TITLED:
                self._pair(o, n)

    def _as_headings(self, o: int, n: int, below: float, by_key: bool) -> float:
        one, other = self.old[o], self.new[n]
        words = self.likeness.of(one, other) if one.words and other.words else 0.5 * float(one.label == other.label)
        same = HINTS["section"] * (one.key == other.key) + HINTS["section"] * (one.level == other.level)
        surely = TITLED if by_key and one.key == other.key and (below > 0 or self._at_same_home(o, n)) else 0.0
        return max(0.6 * words + 0.6 * below + same if words >= AT_HOME or below > 0 else 0.0, surely)

    def _equal_again(self) -> None:
        """Texts that stand more than once, or are short: within the same section, in order; long ones by their key."""
        waiting: dict[tuple[int | None, str, tuple[str, ...]], list[int]] = defaultdict(list)
        for n in self._left(self.new, self.to_old):
            part = self.new[n]
            waiting[self._section(self.new, self.new_at, n), part.family, part.words].append(n)
        for o in self._left(self.old, self.to_new):
            part = self.old[o]
            home = self._section(self.old, self.old_at, o)
            here = waiting.get((self.to_new.get(home, -1) if home is not None else None, part.family, part.words), [])
            free = [n for n in here if n not in self.to_old]
            if free:
                self._pair(o, next((n for n in free if self.new[n].key == part.key), free[0]))

    def _like(self) -> None:
        """The best pairs first, as far as they are alike enough for where they stand."""
        left = self._left(self.old, self.to_new)
        index = Index(self.old, left, self.likeness)
        open_ = set(left)
        found = []
        for n in self._left(self.new, self.to_old):
            if self.new[n].is_heading:
                continue
            for o in self._candidates(n, index, open_):
                if self.old[o].family == self.new[n].family:
                    found.append((*self._scored(o, n), o, n))
        for _score, is_enough, o, n in sorted(found, key=lambda one: (-one[0], one[2], one[3])):
            if is_enough:
                self._pair(o, n)

    def _candidates(self, n: int, index: Index, open_: set[int]) -> Iterable[int]:
        found = set(index.near(self.new[n]))
        same_key = self.old_at.get(self.new[n].key)
        if same_key in open_:
            found.add(same_key)
        home = self.to_old.get(self._section(self.new, self.new_at, n) or 0)
        if home is not None:
            after = range(home + 1, min(home + 400, len(self.old)))
            here = [o for o in after if o in open_ and self._section(self.old, self.old_at, o) == home]
            found.update(here[:AROUND])
        return sorted(found)

    def _scored(self, o: int, n: int) -> tuple[float, bool]:
        """How good a pair is, and whether that is good enough."""
        likeness = self.likeness.of(self.old[o], self.new[n])
        at_home, beside = self._at_same_home(o, n), self._beside(o, n)
        same_key = self.old[o].key == self.new[n].key
        is_short = min(len(self.old[o].words), len(self.new[n].words)) < LONG
        score = likeness + HINTS["section"] * at_home + HINTS["neighbour"] * bool(beside) + HINTS["key"] * same_key
        is_enough = (likeness >= ANYWHERE and not is_short) or (
            at_home and (same_key or beside > 0) and likeness >= AT_HOME
        )
        return score, is_enough

    def _rewritten(self) -> None:
        """What stands between the same neighbours under the same number, if it is about the same things."""
        for n in self._left(self.new, self.to_old):
            o = self.old_at.get(self.new[n].key)
            if o is None or o in self.to_new or self.new[n].is_heading or not self._at_same_home(o, n):
                continue
            if self._beside(o, n) == 2 and self.likeness.of(self.old[o], self.new[n]) >= REWRITTEN:
                self._pair(o, n)

    def _cut_and_joined(self, origins: dict[int, list[int]]) -> None:
        """New pieces that were cut from a paragraph, and old ones that went into another."""
        olds = Index(self.old, self.to_new, self.likeness)
        for n in self._left(self.new, self.to_old):
            if self.new[n].family != "words" or len(self.new[n].words) < LONG:
                continue
            near = [self.to_old[other] for other in (n - 1, n - 2, n + 1) if other in self.to_old]
            home = self._holder(self.new[n], [*near, *olds.near(self.new[n], most=3)], self.old)
            if home is not None and self.likeness.held(self.old[home], self.new[self.to_new[home]]) < 0.9:
                origins[n] = [home]
        news = Index(self.new, self.to_old, self.likeness)
        for o in self._left(self.old, self.to_new):
            if self.old[o].family != "words" or len(self.old[o].words) < LONG:
                continue
            near = [self.to_new[other] for other in (o - 1, o - 2, o + 1) if other in self.to_new]
            home = self._holder(self.old[o], [*near, *news.near(self.old[o], most=3)], self.new)
            if home is not None and self.likeness.held(self.new[home], self.old[self.to_old[home]]) < 0.9:
                origins[home].append(o)

    def _holder(self, small: Part, places: Iterable[int], parts: Sequence[Part]) -> int | None:
        """The piece that holds most of another one; None where none holds enough."""
        words = [place for place in places if parts[place].family == "words"]
        held = [(self.likeness.held(small, parts[place]), -order, place) for order, place in enumerate(words)]
        best = max(held, default=(0.0, 0, 0))
        return best[2] if best[0] >= HELD else None

    def _section(self, parts: Sequence[Part], places: Mapping[str, int], place: int) -> int | None:
        key = parts[place].section
        return places.get(key) if key is not None else None

    def _at_same_home(self, o: int, n: int) -> bool:
        one, other = self._section(self.old, self.old_at, o), self._section(self.new, self.new_at, n)
        return one is not None and other is not None and self.to_new.get(one) == other

    def _beside(self, o: int, n: int) -> int:
        """How many of its two neighbours are the same; where both texts end, that counts as one."""
        before = o > 0 and n > 0 and self.to_new.get(o - 1) == n - 1
        is_end = o + 1 == len(self.old) and n + 1 == len(self.new)
        return int(before) + int(is_end or self.to_new.get(o + 1) == n + 1)
