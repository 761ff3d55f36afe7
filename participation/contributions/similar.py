"""Texts that say the same: letter for letter, or nearly. A reason to look, never a reason to refuse.

Nearness is rapidfuzz's token set ratio (0 to 100): how much of the words two texts share, in whatever order.
"""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, func, select

from participation.contributions.models import Contribution
from participation.contributions.text_keys import text_key, words_of
from participation.kernel.clock import now
from participation.kernel.db import db

NEAR: Final = 80  # of 100
COMPARED: Final = 20_000  # contributions of a procedure, newest first
SHORT: Final = 20  # characters; below that words are equal by chance
COPY: Final = 0.81  # of the words of the longer text; from here on one is a copy of the other
LONG: Final = 60  # characters; shorter texts are copies only where the same words come again and again
AGAIN: Final = 3  # times that the same short words came lately
LATELY: Final = timedelta(hours=1)  # over a day many people say "Dafür!", each for themselves
LATEST: Final = 500  # contributions of about the same length that a new one is compared with
LOOKED_THROUGH: Final = 10_000  # contributions of the installation among which those are looked for
STATES: Final = ("published", "pending", "hidden", "merged")  # what was taken back may be sent again


class Likeness(NamedTuple):
    """A contribution whose text is like another one, and how much: 100 = the same words."""

    id: int
    score: int


def like(contribution: Contribution, *, states: Collection[str], most: int = 20) -> list[Likeness]:
    """The contributions of the same procedure in these states that say nearly the same, nearest first; one query.

    Texts below 20 characters are only compared letter for letter.
    """
    query = select(Contribution.id, Contribution.source).where(
        Contribution.procedure_id == contribution.procedure_id,
        Contribution.id != contribution.id,
        Contribution.state.in_(states),
    )
    rows = db.session.execute(query.order_by(Contribution.id.desc()).limit(COMPARED))
    return nearest(contribution.source, {row.id: row.source for row in rows}, most=most)


def nearest(text: str, others: dict[int, str], *, most: int = 20) -> list[Likeness]:
    """Those of some texts that are near to one, nearest first, then by number. Pure."""
    mine = words_of(text)
    least = NEAR if len(mine) >= SHORT else 100
    found = process.extract(
        mine, others, scorer=fuzz.token_set_ratio, processor=words_of, score_cutoff=least, limit=None
    )
    fair = [Likeness(number, round(score)) for other, score, number in found if _alike(mine, words_of(other))]
    return sorted(fair, key=lambda one: (-one.score, one.id))[:most]


def _alike(one: str, other: str) -> bool:
    """Whether the shorter of two texts says a good part of the longer: a single shared sentence is not enough."""
    short, long = sorted((len(one), len(other)))
    return one == other or (short >= SHORT and short * 3 >= long * 2)


def is_repeated(text: str, procedure_id: int, besides: int | None = None) -> bool:
    """Whether just these words stand in a procedure already; a short phrase may, until it came thrice in an hour."""
    others = Contribution.id != (besides or 0)
    same = (Contribution.procedure_id == procedure_id, Contribution.text_key == text_key(text), others)
    query = select(Contribution.id).where(*same, Contribution.state.in_(STATES))
    if len(words_of(text)) >= LONG:
        return db.session.scalar(query.limit(1)) is not None
    lately = query.where(Contribution.received_at > now() - LATELY)
    return len(db.session.scalars(lately.limit(AGAIN)).all()) >= AGAIN


def is_copied(text: str, procedure_id: int, besides: int | None = None) -> bool:
    """Whether a long text is nearly one of the latest in a procedure, whatever the order of its words.

    Words that stand in both, each as often as in both, among those of the longer: sharing a sentence is no copying.
    """
    if len(words_of(text)) < LONG:
        return False
    size = func.length(Contribution.source).between(len(text) * 2 // 3, len(text) * 3 // 2)
    here = (Contribution.procedure_id == procedure_id, Contribution.id != (besides or 0), size)
    query = select(Contribution.id, Contribution.source).where(*here, Contribution.state.in_(STATES), is_late())
    rows = db.session.execute(query.order_by(Contribution.id.desc()).limit(LATEST))
    mine = Counter(words_of(text).split())
    return any(_shared(mine, Counter(words_of(row.source).split())) >= COPY for row in rows)


def _shared(one: Counter[str], other: Counter[str]) -> float:
    """The part of the longer text's words that stand in the other one too, 0 to 1."""
    return (one & other).total() / max(one.total(), other.total(), 1)


def is_late() -> ColumnElement[bool]:
    """One of the latest of the installation: so that sending takes no longer in a large procedure."""
    return Contribution.id > select(func.max(Contribution.id)).scalar_subquery() - LOOKED_THROUGH
