"""Contributions and arguments that say the same, or nearly: to be answered together, if somebody agrees."""

from typing import Final, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from participation.contributions.models import Contribution
from participation.contributions.similar import COMPARED, Likeness, like, nearest
from participation.evaluation.case_file import copies_to_show
from participation.evaluation.case_models import Argument
from participation.evaluation.models import ResponseTo
from participation.evaluation.services import ANSWERABLE
from participation.kernel.db import db
from participation.kernel.text import excerpt

AT_ONCE: Final = 1_000  # contributions of a procedure, up to which near ones are looked for without being asked
SAME: Final = 100
MOST: Final = 100  # shown; the same words first
NEAREST: Final = 20
LONGEST: Final = 300  # characters of a text
C, A, T, OTHER = Contribution, Argument, ResponseTo, aliased(Argument)


class Alike(NamedTuple):
    """A contribution or an argument that is like another one, and how much (100 = the same words)."""

    id: int
    reference: str
    argument: int | None  # its number within the contribution
    text: str
    score: int
    open: bool  # can get an answer together with it


def looks_alone(procedure_id: int) -> bool:
    """Whether near ones are found fast enough to look for them on every page."""
    some = select(C.id).where(C.procedure_id == procedure_id).limit(AT_ONCE + 1).subquery()
    return (db.session.scalar(select(func.count()).select_from(some)) or 0) <= AT_ONCE


def alike_contributions(contribution: Contribution, *, near: bool) -> list[Alike]:
    """Other contributions with the same words, with `near` also those that say nearly the same, nearest first."""
    same = select(C.id).where(
        C.procedure_id == contribution.procedure_id,
        C.text_key == contribution.text_key,
        C.id != contribution.id,
        C.state.in_(ANSWERABLE),
    )
    found = [Likeness(id_, SAME) for id_ in db.session.scalars(same.order_by(C.id).limit(MOST))]
    if near:
        found += _but(like(contribution, states=ANSWERABLE, most=NEAREST), found)
    split = select(OTHER.id).where(OTHER.contribution_id == C.id, OTHER.removed_at.is_(None)).exists()
    query = (
        select(C.id, C.reference, C.source, and_(T.id.is_(None), ~split))
        .outerjoin(T, and_(T.contribution_id == C.id, T.argument_id.is_(None)))
        .where(C.id.in_([one.id for one in found]))
    )
    rows = {row[0]: row for row in db.session.execute(query)} if found else {}
    return [_alike(one, rows[one.id][1], None, rows[one.id][2], rows[one.id][3]) for one in found if one.id in rows]


def alike_arguments(argument: Argument, *, near: bool) -> list[Alike]:
    """Other arguments of the procedure with the same words, with `near` also those that say nearly the same."""
    here = select(A.id, A.source, A.text_key).join(C, C.id == A.contribution_id)
    query = here.where(A.procedure_id == argument.procedure_id, A.id != argument.id, A.removed_at.is_(None))
    query = query.where(C.state.in_(ANSWERABLE)).order_by(A.id.desc()).limit(COMPARED)
    others = db.session.execute(query if near else query.where(A.text_key == argument.text_key)).all()
    found = [Likeness(row.id, SAME) for row in others if row.text_key == argument.text_key][:MOST]
    if near:
        found += _but(nearest(argument.source, {row.id: row.source for row in others}, most=NEAREST), found)
    shown = (
        select(A.id, C.reference, A.number, T.id.is_(None))
        .join(C, C.id == A.contribution_id)
        .outerjoin(T, T.argument_id == A.id)
        .where(A.id.in_([one.id for one in found]))
    )
    rows = {row[0]: row for row in db.session.execute(shown)} if found else {}
    copies = copies_to_show(set(rows))
    return [
        _alike(one, rows[one.id][1], rows[one.id][2], copies[one.id], rows[one.id][3])
        for one in found
        if copies.get(one.id)
    ]


def _but(more: list[Likeness], found: list[Likeness]) -> list[Likeness]:
    known = {one.id for one in found}  # the others are not the same: their words stand in another order at least
    return [one._replace(score=min(one.score, SAME - 1)) for one in more if one.id not in known]


def _alike(one: Likeness, reference: str, argument: int | None, text: str, is_open: bool) -> Alike:
    return Alike(one.id, reference, argument, excerpt(text, LONGEST), one.score, bool(is_open))
