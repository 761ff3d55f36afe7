"""Texts that say the same: letter for letter, or nearly. A hint for staff, never a reason to refuse.

Nearness is rapidfuzz's token set ratio (0 to 100): how much of the words two texts share, in whatever order.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.contributions.text_keys import words_of
from participation.kernel.db import db

NEAR: Final = 80  # of 100
COMPARED: Final = 20_000  # contributions of a procedure, newest first
SHORT: Final = 20  # characters; below that words are equal by chance


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
