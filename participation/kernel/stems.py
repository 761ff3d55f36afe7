"""Words reduced to their German stem, so that "Straßen", "STRASSE" and "Straße" are one."""

import re
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock

import snowballstemmer

LONGEST_WORD = 60  # letters; longer ones are cut, PostgreSQL refuses to index very long ones

_WORD = re.compile(r"[^\W_]+")
_STEMMER = snowballstemmer.stemmer("german")
_ONE_AT_A_TIME = Lock()  # the stemmer keeps the word it works on in itself


def words(text: str) -> Iterator[re.Match[str]]:
    """The words of a text with where they stand: runs of letters and digits."""
    return _WORD.finditer(text)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of one word. Cached, because the stemmer is slow and words come again."""
    folded = "".join(_WORD.findall(word.lower().replace("ß", "ss")))[:LONGEST_WORD]
    with _ONE_AT_A_TIME:
        found: str = _STEMMER.stemWord(folded)
    return found
