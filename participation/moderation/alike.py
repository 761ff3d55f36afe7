"""Texts that say the same, for the desk: which are repeated in a procedure, and what is like one contribution."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from participation.contributions.locations import is_near, locations_of
from participation.contributions.models import Contribution
from participation.contributions.references import read_reference
from participation.contributions.similar import SHORT, like
from participation.kernel.db import db
from participation.kernel.text import excerpt, plain
from participation.moderation.changes import Part, changes
from participation.moderation.desk import Desk, Place
from participation.procedures.models import Participant

STATES = ("published", "pending")  # what is merged, hidden or withdrawn repeats nothing any more
PAGE = 30
SHOWN = 20  # of the same, and of the near ones, beside a contribution
EXCERPT = 300
CLOSE = 100.0  # metres
C, P = Contribution, Participant


class Repeated(NamedTuple):
    """A text that came in more than once."""

    reference: str  # of the oldest
    procedure: Place
    text: str
    number: int
    first_at: datetime
    last_at: datetime


class Repeats(NamedTuple):
    """A page of repeated texts, and the key after which the next one begins (None on the last)."""

    rows: list[Repeated]
    next: str | None


class Alike(NamedTuple):
    """A contribution beside the one that is looked at."""

    reference: str
    state: str
    version: int
    author: str
    created_at: datetime
    place: str
    title: str
    html: str
    replies: int
    agree: int
    score: int  # 100 = the same words, 0 = not compared
    parts: tuple[Part, ...]  # what differs; empty where the words are the same


class Beside(NamedTuple):
    """What is like a contribution: the same words (the first of them, how many), nearly the same, the same place."""

    same: list[Alike]
    number: int
    near: list[Alike]
    others: list[Alike]  # close by on the ground, or named by its number; its words are others


def repeated(desk: Desk, *, after: str | None = None) -> Repeats:
    """The texts that stand more than once in a procedure of the desk, the most frequent first, 30 a page; two queries.

    Texts below 20 characters are left out: "Dafür!" is no campaign.
    """
    number, first = func.count(C.id).label("number"), func.min(C.id).label("first")
    groups = select(number, first, func.min(C.created_at), func.max(C.created_at)).where(
        desk.covers(), C.state.in_(STATES), func.length(C.source) >= SHORT
    )
    groups = groups.group_by(C.procedure_id, C.text_key).having(func.count(C.id) > 1)
    if (key := _read(after)) is not None:
        most, last = key
        groups = groups.having(or_(func.count(C.id) < most, and_(func.count(C.id) == most, func.min(C.id) > last)))
    found = db.session.execute(groups.order_by(number.desc(), first).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    texts = _texts([row.first for row in shown])
    rows = [_repeated(desk, texts[first_id], *values) for values in shown for first_id in (values[1],)]
    return Repeats(rows, f"{shown[-1].number}_{shown[-1].first}" if len(found) > PAGE else None)


def _repeated(desk: Desk, text: Any, number: int, _first: int, first_at: datetime, last_at: datetime) -> Repeated:
    reference, procedure_id, html = text
    return Repeated(reference, desk.procedures[procedure_id], excerpt(plain(html), EXCERPT), number, first_at, last_at)


def _texts(ids: Sequence[int]) -> dict[int, tuple[str, int, str]]:
    query = select(C.id, C.reference, C.procedure_id, C.html).where(C.id.in_(ids))
    return {number: (reference, procedure, html) for number, reference, procedure, html in db.session.execute(query)}


def _read(after: str | None) -> tuple[int, int] | None:
    """A key from the address; an odd one counts as none."""
    number, _, first = (after or "").partition("_")
    if number.isascii() and number.isdigit() and first.isascii() and first.isdigit() and len(after or "") < 20:
        return int(number), int(first)
    return None


def beside(contribution: Contribution, named: str = "") -> Beside:
    """What says the same, or nearly, with the words that differ; what lies within 100 m, and the one that is `named` by
    its number. Six queries however much there is.
    """
    mine = (C.procedure_id == contribution.procedure_id, C.type == contribution.type, C.id != contribution.id)
    same = and_(*mine, C.text_key == contribution.text_key, C.state.in_(STATES))
    number = db.session.scalar(select(func.count(C.id)).where(same)) or 0
    scores = dict(like(contribution, states=STATES, most=SHOWN + number))
    near = _rows(and_(*mine, C.id.in_(scores), C.text_key != contribution.text_key))
    return Beside(
        [_alike(contribution, row, 100) for row in _rows(same)],
        number,
        [_alike(contribution, row, scores[row.id]) for row in sorted(near, key=lambda row: (-scores[row.id], row.id))],
        [_alike(contribution, row, 0) for row in _rows(and_(*mine, _others(contribution, named), C.id.not_in(scores)))],
    )


def _others(contribution: Contribution, named: str) -> ColumnElement[bool]:
    place = locations_of([contribution.id]).get(contribution.id)
    by_number = and_(C.reference == (read_reference(named) or ""), C.state.in_(STATES))
    if place is None or place.longitude is None or place.latitude is None:
        return by_number
    close = is_near(contribution.activity_id, (place.longitude, place.latitude), CLOSE)
    return or_(by_number, and_(close, C.state.in_(STATES), C.text_key != contribution.text_key))


def _rows(which: Any) -> Sequence[Any]:
    columns = (
        C.id, C.reference, C.state, C.versions, P.pseudonym, C.created_at, C.place, C.title, C.html, C.source,
        C.replies, C.agree,
    )  # fmt: skip
    query = select(*columns).join(P, P.id == C.participant_id).where(which)
    return db.session.execute(query.order_by(C.id).limit(SHOWN)).all()


def _alike(contribution: Contribution, row: Any, score: int) -> Alike:
    differs = changes(contribution.source, row.source) if score and row.source != contribution.source else ()
    return Alike(
        row.reference, row.state, row.versions, row.pseudonym, row.created_at, row.place, row.title, row.html,
        row.replies, row.agree, score, tuple(differs),
    )  # fmt: skip


def same_words(contribution: Contribution, most: int) -> dict[str, tuple[str, int]]:
    """Everything of the same words: number → state and version as they are now, oldest first."""
    mine = (C.procedure_id == contribution.procedure_id, C.type == contribution.type, C.id != contribution.id)
    query = select(C.reference, C.state, C.versions).where(
        *mine, C.text_key == contribution.text_key, C.state.in_(STATES)
    )
    return {name: (state, version) for name, state, version in db.session.execute(query.order_by(C.id).limit(most))}
