"""Reading answers as case workers do: what waits for a second person, and what an answer is for."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select

from participation.contributions.models import Contribution
from participation.contributions.references import SHAPE
from participation.evaluation.case_models import Argument
from participation.evaluation.models import Response, ResponseTo, ResponseVersion
from participation.evaluation.services import ANSWERABLE, MOST
from participation.kernel.db import db
from participation.procedures.models import Procedure

C, R, V, T, A = Contribution, Response, ResponseVersion, ResponseTo, Argument


class Waiting(NamedTuple):
    """An answer whose newest words are not public."""

    id: int
    number: int
    decision: str
    text: str
    author_id: int | None
    at: datetime
    contributions: int
    arguments: int  # of them single arguments
    publish_on: date | None  # released for that day


def named(procedure: Procedure, references: Collection[str]) -> list[Contribution]:
    """The contributions with these numbers that can be answered, in the order they came in."""
    wanted = [entry for entry in references if SHAPE.fullmatch(entry)][:MOST]
    query = select(C).where(C.tenant_id == procedure.tenant_id, C.reference.in_(wanted), C.procedure_id == procedure.id)
    return list(db.session.scalars(query.where(C.state.in_(ANSWERABLE)).order_by(C.id)))


def response_in(procedure: Procedure, response_id: int) -> Response | None:
    """An answer of a procedure by its number."""
    return db.session.scalar(select(R).where(R.procedure_id == procedure.id, R.id == response_id))


def answered_by(response_id: int) -> list[Contribution]:
    """The contributions that a response answers as a whole."""
    query = select(C).join(T, T.contribution_id == C.id).where(T.response_id == response_id, T.argument_id.is_(None))
    return list(db.session.scalars(query.order_by(C.id)))


def arguments_answered_by(response_id: int) -> list[Argument]:
    """The arguments that a response answers."""
    query = select(A).join(T, T.argument_id == A.id).where(T.response_id == response_id)
    return list(db.session.scalars(query.order_by(A.id)))


def references_for(contribution_ids: Collection[int]) -> dict[int, str]:
    """The numbers by which contributions are known; one query, none for none."""
    if not contribution_ids:
        return {}
    rows = db.session.execute(select(C.id, C.reference).where(C.id.in_(contribution_ids)))
    return {row.id: row.reference for row in rows}


def waiting(procedure: Procedure) -> list[Waiting]:
    """Answers that a second person can publish, oldest first, at most 200; one query."""
    count = select(func.count(T.contribution_id.distinct())).where(T.response_id == R.id).scalar_subquery()
    single = select(func.count(T.argument_id)).where(T.response_id == R.id).scalar_subquery()
    query = (
        select(R.id, R.number, V.decision, V.source, V.author_id, V.at, count, single, R.publish_on)
        .join(V, and_(V.response_id == R.id, V.number == R.number))
        .where(R.procedure_id == procedure.id, func.coalesce(R.published_number, 0) != R.number)
    )
    return [Waiting(*row) for row in db.session.execute(query.order_by(R.id).limit(200))]
