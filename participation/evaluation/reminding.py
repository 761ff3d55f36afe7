"""Who hears of what they were given: new work once for all of it, and what comes due or is late, once each.

Rows are marked and the fact that brings the mail is written in one transaction: a worker that is killed goes on where
it was, and nobody is written to twice.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from participation.access.models import RoleGrant
from participation.contributions.models import Contribution
from participation.evaluation.assigning import may_be_given_to
from participation.evaluation.case_models import Assignment, DepartmentMember
from participation.evaluation.events import AssignmentsReady
from participation.evaluation.models import ResponseTo
from participation.evaluation.services import ANSWERABLE
from participation.kernel.clock import local, now, today
from participation.kernel.db import db
from participation.kernel.events import Delivery, Handler, emit

WAIT = timedelta(minutes=10)  # until a mail goes out: what belongs together comes together, a slip is taken back
SETTLED = timedelta(minutes=5)  # what is younger waits for a mail of its own
SOON = timedelta(days=2)  # before the last day
MORNING = 6  # o'clock: no reminder in the night
NAMED = 10  # assignments that a mail names one by one
A, C = Assignment, Contribution


def tell_of_new(delivery: Delivery) -> None:
    """Everything of a procedure that nobody was told of: one fact for each person who is to hear of it."""
    procedure_id = delivery.event.procedure_id
    fresh = (C.procedure_id == procedure_id, A.told_at.is_(None), A.done_at.is_(None), A.at <= now() - SETTLED)
    rows = _held(*fresh)
    if not rows:
        return
    _mark([row.id for row in rows], told_at=now())
    _tell(rows, "new")


def remind() -> None:
    """Periodic: two days before the last day, and once it is over. In the morning, each once."""
    if local(now()).hour < MORNING:
        return
    day = today()
    soon = and_(A.due_on >= day, A.due_on <= day + SOON, A.reminded_on.is_(None))
    late = and_(A.due_on < day, or_(A.reminded_on.is_(None), A.reminded_on <= A.due_on))
    for why, which in (("soon", soon), ("late", late)):
        rows = _held(A.done_at.is_(None), which)
        _mark([row.id for row in rows], reminded_on=day)
        _tell(rows, why)


def finish(delivery: Delivery) -> None:
    """What was answered needs no recommendation any more."""
    answered = select(ResponseTo.id).where(
        ResponseTo.response_id == delivery.event.response_id,
        ResponseTo.contribution_id == A.contribution_id,
        func.coalesce(ResponseTo.argument_id, 0) == func.coalesce(A.argument_id, 0),
    )
    _end(answered.exists())


def finish_whole(delivery: Delivery) -> None:
    """All arguments were answered, so the contribution is."""
    _end(and_(A.contribution_id == delivery.event.contribution_id, A.argument_id.is_(None)))


def _end(which: ColumnElement[bool]) -> None:
    statement = update(A).where(A.done_at.is_(None), which).values(done_at=now())
    db.session.execute(statement, execution_options={"synchronize_session": False})


def _held(*which: ColumnElement[bool]) -> Sequence[Any]:
    """The assignments, held until the end of the transaction, so that a second worker does not find them too."""
    query = (
        select(A.id, A.tenant_id, A.department_id, A.person_id, A.assigned_by_id, C.procedure_id)
        .join(C, C.id == A.contribution_id)
        .where(C.state.in_(ANSWERABLE), *which)
        .order_by(A.id)
        .with_for_update(of=A)
    )
    return db.session.execute(query).all()


def _mark(ids: list[int], **values: Any) -> None:
    for start in range(0, len(ids), 500):
        statement = update(A).where(A.id.in_(ids[start : start + 500])).values(**values)
        db.session.execute(statement, execution_options={"synchronize_session": False})


def _tell(rows: Sequence[Any], why: str) -> None:
    """One fact for each procedure and person; who gave something to themselves knows of it."""
    found: dict[tuple[int, int, int], list[int]] = {}
    readers: dict[tuple[int, int | None, int | None], set[int]] = {}
    for row in rows:
        key = (row.procedure_id, row.department_id, row.person_id)
        if key not in readers:
            readers[key] = set(_readers(row))
        own = {row.assigned_by_id} if why == "new" else set()
        for person_id in readers[key] - own:
            found.setdefault((row.tenant_id, row.procedure_id, person_id), []).append(row.id)
    _emit(found, why)


def _emit(found: dict[tuple[int, int, int], list[int]], why: str) -> None:
    for (tenant_id, procedure_id, person_id), ids in sorted(found.items()):
        emit(
            AssignmentsReady(
                tenant_id=tenant_id,
                procedure_id=procedure_id,
                person_id=person_id,
                why=why,
                number=len(ids),
                assignment_ids=tuple(ids[:NAMED]),
            )
        )


def _readers(row: Any) -> Iterable[int]:
    """The person, or everybody of the department; only who may recommend there."""
    may = select(RoleGrant.person_id).where(may_be_given_to(row.tenant_id, row.procedure_id))
    if row.person_id is not None:
        return db.session.scalars(may.where(RoleGrant.person_id == row.person_id))
    members = select(DepartmentMember.person_id).where(DepartmentMember.department_id == row.department_id)
    return db.session.scalars(may.where(RoleGrant.person_id.in_(members)))


NEW = Handler(name="evaluation.assigned", run=tell_of_new, after=WAIT)
FINISHED = Handler(name="evaluation.assignment_finished", run=finish)
FINISHED_WHOLE = Handler(name="evaluation.assignment_finished_whole", run=finish_whole)
