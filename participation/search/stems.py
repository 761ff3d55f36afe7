"""Words as they are searched: folded, then reduced to their German stem; the same for both databases.

"Straßen" and "STRASSE" become "strass", "Bäume" and "Baum" become "baum". The databases get nothing but these stems,
so they need no dictionary of their own and find the same.
"""

import unicodedata
from itertools import chain, islice
from typing import NamedTuple

from participation.kernel.stems import stem, words

MOST_WORDS = 30_000  # of one entry
MOST_ASKED = 10  # words of a question
SHORTEST_BEGINNING = 3  # letters; shorter words must stand alone, "in" does not find "Innenstadt"
TITLE_WEIGHT = 3  # a word of the title counts as often

# Words that hardly narrow anything; they are left out of a question that has others
FREQUENT = frozenset(
    """
    aber als am an auch auf aus bei das dass dem den der des die ein eine einem einen einer eines er es für hat ich
    im in ist mit nach nicht oder sich sie sind so und vom von war was wie wir zu zum zur
    and are for is of on or the to
    """.split()
)


class Term(NamedTuple):
    """A stem that is asked for; `is_beginning`: longer words that begin with it are found too."""

    stem: str
    is_beginning: bool

    def fits(self, stem: str) -> bool:
        """Whether a word with this stem is meant."""
        return stem.startswith(self.stem) if self.is_beginning else stem == self.stem


def stems(title: str, text: str) -> str:
    """What is stored for an entry: stems separated by blanks, those of the title three times over."""
    found = chain(_stems_of(title) * TITLE_WEIGHT, _stems_of(text))
    return " ".join(islice(found, MOST_WORDS))


def _stems_of(text: str) -> list[str]:
    return [found for match in words(unicodedata.normalize("NFC", text)) if (found := stem(match[0]))]


def terms(question: str) -> tuple[Term, ...]:
    """What is asked for: every term must be found. Compounds are found by their beginning: "Verkehr" finds
    "Verkehrsberuhigung". The last word may still be incomplete. Empty where the question has no word.
    """
    asked = [match[0] for match in words(unicodedata.normalize("NFC", question))]
    telling = [word for word in asked if word.lower() not in FREQUENT] or asked
    found = dict.fromkeys(stem(word) for word in telling[:MOST_ASKED])
    parts = [part for part in found if part]
    return tuple(Term(part, _is_beginning(part, part == parts[-1])) for part in parts)


def _is_beginning(part: str, is_last: bool) -> bool:
    return len(part) >= SHORTEST_BEGINNING or (is_last and len(part) > 1)
