"""How alike two pieces of a text are, and which pieces could be meant at all. Pure.

Words that stand nearly everywhere weigh little, so two paragraphs are not alike for their "Behörden" and "und".
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from math import log

from rapidfuzz.distance import Indel, LCSseq

from participation.documents.parts import Part

RAREST = 12  # words of a piece that are looked up
OFTEN = 60  # a word that stands in more pieces finds nothing


class Likeness:
    """The words of two versions with their weights."""

    def __init__(self, old: Sequence[Part], new: Sequence[Part]) -> None:
        everywhere = Counter(word for part in (*old, *new) for word in set(part.words))
        total = max(len(old) + len(new), 1)
        self._weight = {word: log(1 + total / count) for word, count in everywhere.items()}

    def of(self, one: Part, other: Part) -> float:
        """From 0 to 1: half the order of all words, half the words they share by weight."""
        if not one.words or not other.words:
            return float(one.words == other.words)
        order = Indel.normalized_similarity(one.words, other.words)
        mine, theirs = Counter(one.words), Counter(other.words)
        both = 2 * self._sum(mine & theirs)
        return (order + both / (self._sum(mine) + self._sum(theirs))) / 2

    def held(self, small: Part, large: Part) -> float:
        """From 0 to 1: how much of a piece stands in another one, in the same order."""
        if not small.words:
            return 0.0
        mine, theirs = Counter(small.words), Counter(large.words)
        shared = self._sum(mine & theirs) / self._sum(mine)
        return min(shared, LCSseq.similarity(small.words, large.words) / len(small.words))

    def rare(self, part: Part) -> list[str]:
        """Its words that say most about it."""
        return sorted(set(part.words), key=lambda word: (-self._weight[word], word))[:RAREST]

    def _sum(self, words: Counter[str]) -> float:
        return sum(self._weight[word] * count for word, count in words.items())


class Index:
    """Which pieces of a version share rare words with another piece."""

    def __init__(self, parts: Sequence[Part], places: Iterable[int], likeness: Likeness) -> None:
        self._likeness = likeness
        self._with: dict[str, list[int]] = defaultdict(list)
        for place in places:
            for word in set(parts[place].words):
                self._with[word].append(place)

    def near(self, part: Part, besides: Collection[int] = (), most: int = 8) -> list[int]:
        """The pieces with the most of its rare words, at most `most`."""
        found: Counter[int] = Counter()
        for word in self._likeness.rare(part):
            places = self._with.get(word, ())
            if len(places) <= OFTEN:
                found.update(place for place in places if place not in besides)
        return [place for place, _count in sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most]]
