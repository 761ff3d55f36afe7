"""Words that could be keywords: what many contributions speak of, counted. Nothing is tagged unless a person agrees.

Counted are nouns by the German rule (written with a capital inside a sentence), by their stem: a word that a part of
the contributions uses says more than one that nearly all or hardly any use.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import log
from typing import Final, NamedTuple

from sqlalchemy import insert, select

from participation.contributions.models import Contribution
from participation.evaluation.case_models import Keyword, Tag
from participation.evaluation.events import KeywordsChanged
from participation.evaluation.services import ANSWERABLE
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.stems import stem, words
from participation.procedures.models import Procedure

READ: Final = 20_000  # contributions, newest first
LEAST: Final = 3  # contributions that speak of it
SHARE: Final = 0.6  # of the contributions: what more of them use tells them apart no longer
SHOWN: Final = 40
SHORTEST: Final = 4  # letters
NOUN: Final = 0.6  # of its uses inside a sentence are with a capital
STOP: Final = frozenset(
    stem(word)
    for word in """
    Absatz Abschnitt Anfang Anregung Anregungen Antrag Artikel Art Beispiel Beitrag Bitte Bürger Bürgerin Bürgerinnen
    Damen Dank Dinge Ende Entwurf Euro Fall Form Frage Fragen Gesetz Grund Gründe Herren Ihnen Ihre Ihren Ihrer Jahr
    Jahre Jahren Leben Leute Meinung Mensch Menschen Meter Möglichkeit Nummer Paragraf Person Personen Prozent Punkt
    Recht Sache Satz Seite Sicht Stelle Stellungnahme Tag Tage Teil Text Thema Vorschlag Weise Woche Wochen Wort Zeit
    Zeiten Ziel Zukunft
    """.split()
)
_BEGINS_SENTENCE: Final = re.compile(r"(?:^|[.!?:;\n„\"(>*\-–•])\s*$")


class Term(NamedTuple):
    """A word that could be a keyword, and the contributions that use it."""

    stem: str
    title: str  # as it is written most often
    ids: tuple[int, ...]

    @property
    def number(self) -> int:
        """How many contributions use it."""
        return len(self.ids)


@dataclass
class _Uses:
    spellings: Counter[str] = field(default_factory=Counter)
    ids: set[int] = field(default_factory=set)
    inside: int = 0  # uses inside a sentence
    capital: int = 0  # of them with a capital


def frequent_terms(texts: Mapping[int, str], *, known: Collection[str] = (), most: int = SHOWN) -> list[Term]:
    """The words that tell these texts apart, the most telling first. `known`: keywords there are already. Pure."""
    uses: dict[str, _Uses] = {}
    for number, text in texts.items():
        _count(uses, number, text)
    there = {stem(word) for title in known for word in title.split()}
    telling = [
        (name, found)
        for name, found in uses.items()
        if name not in there and name not in STOP and _is_noun(found) and len(found.ids) >= LEAST
    ]
    fitting = [entry for entry in telling if len(entry[1].ids) <= max(SHARE * len(texts), LEAST)]
    ranked = sorted(fitting, key=lambda entry: (-_weight(len(entry[1].ids), len(texts)), entry[0]))
    return [_term(name, found) for name, found in ranked[:most]]


def _count(uses: dict[str, _Uses], number: int, text: str) -> None:
    for match in words(text):
        word = match[0]
        if len(word) < SHORTEST or word[0].isdecimal():
            continue
        found = uses.setdefault(stem(word), _Uses())
        found.ids.add(number)
        found.spellings[word] += 1
        if not _BEGINS_SENTENCE.search(text[max(match.start() - 4, 0) : match.start()]):
            found.inside += 1
            found.capital += word[0].isupper()


def _is_noun(found: _Uses) -> bool:
    return found.capital > 0 and found.capital >= NOUN * found.inside


def _weight(count: int, texts: int) -> float:
    """Used often, yet not by all: frequency × inverse document frequency."""
    return count * log((texts + 1) / count)


def _term(name: str, found: _Uses) -> Term:
    capital = {word: count for word, count in found.spellings.items() if word[0].isupper()}
    title = min(capital, key=lambda word: (-capital[word], len(word), word))
    return Term(name, title, tuple(sorted(found.ids)))


def proposals(procedure: Procedure) -> list[Term]:
    """Keywords proposed from the texts of a procedure; two queries."""
    texts = select(Contribution.id, Contribution.source).where(
        Contribution.procedure_id == procedure.id, Contribution.state.in_(ANSWERABLE)
    )
    rows = db.session.execute(texts.order_by(Contribution.id.desc()).limit(READ))
    known = db.session.scalars(select(Keyword.title).where(Keyword.procedure_id == procedure.id))
    return frequent_terms({row.id: row.source for row in rows}, known=list(known))


def tag_all(keyword: Keyword, ids: Collection[int], *, actor_id: int | None) -> int:
    """Give a keyword to contributions of its procedure that do not have it; returns how many. One fact for all."""
    has = select(Tag.id).where(
        Tag.contribution_id == Contribution.id, Tag.keyword_id == keyword.id, Tag.argument_id.is_(None)
    )
    query = select(Contribution.id).where(
        Contribution.procedure_id == keyword.procedure_id, Contribution.state.in_(ANSWERABLE), ~has.exists()
    )
    wanted = set(ids)
    missing = [number for number in db.session.scalars(query) if number in wanted]
    rows = [
        {"tenant_id": keyword.tenant_id, "contribution_id": number, "argument_id": None, "keyword_id": keyword.id}
        for number in missing
    ]
    if rows:
        db.session.execute(insert(Tag), rows)
    _tell(keyword, actor_id)
    return len(rows)


def untag_all(keyword: Keyword, *, actor_id: int | None) -> int:
    """Take a keyword off everything that has it; the keyword stays. Returns how many."""
    rows = db.session.scalars(select(Tag).where(Tag.keyword_id == keyword.id)).all()
    for row in rows:
        db.session.delete(row)
    _tell(keyword, actor_id)
    return len(rows)


def _tell(keyword: Keyword, actor_id: int | None) -> None:
    where = {"tenant_id": keyword.tenant_id, "procedure_id": keyword.procedure_id}
    emit(KeywordsChanged(**where, actor_id=actor_id, keyword_id=keyword.id))
