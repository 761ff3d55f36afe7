"""Where a procedure stands: what waits for whom, what is due, who took part when and how, how far the answers are.

Numbers of a vote are in none of it. People are those who wrote: a list of participants would tell of ballots.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.evaluation.case_models import Argument, Assignment, Department
from participation.evaluation.models import Response, ResponseTo
from participation.evaluation.services import ANSWERABLE
from participation.kernel.clock import last_day, local, today
from participation.kernel.db import db, is_sqlite
from participation.moderation.models import Report
from participation.procedures.models import Participant, Procedure
from participation.procedures.queries import dates_of

SOON = timedelta(days=7)
C, A, R = Contribution, Assignment, Response


class Load(NamedTuple):
    """What waits for a department or a person."""

    name: str
    department_id: int | None
    person_id: int | None
    open: int
    overdue: int
    soon: int  # due within seven days


class Waiting(NamedTuple):
    """What waits for somebody to act."""

    to_check: int  # before it is published
    reported: int
    unassigned: int  # without an answer, and with nobody who works on it
    overdue: int
    to_release: int  # answers a second person has not published or released
    released: int  # with a day that has not come
    late: int  # received after the end, without an answer


class Reach(NamedTuple):
    """Whom the procedure reached, as far as it shows in what came in."""

    people: int
    organisations: int
    districts: int


class Standing(NamedTuple):
    """The whole of it, as of now."""

    contributions: int
    answered: int
    waiting: Waiting
    loads: Sequence[Load]
    reach: Reach
    days: Mapping[date, int]
    channels: Mapping[str, int]
    answers_by: date | None
    ends_on: date | None  # the last day people can take part

    @property
    def share(self) -> int | None:
        """How many of a hundred contributions are answered; None while there are none."""
        return 100 * self.answered // self.contributions if self.contributions else None


def standing_of(procedure: Procedure) -> Standing:
    """The numbers of a procedure for those who run it; eight queries however much there is."""
    total, answered, to_check, late = _totals(procedure)
    loads = _loads(procedure)
    to_release, released = _answers(procedure)
    waiting = Waiting(
        to_check=to_check,
        reported=_number(_reported(procedure)),
        unassigned=_number(_unassigned(procedure)),
        overdue=sum(load.overdue for load in loads),
        to_release=to_release,
        released=released,
        late=late,
    )
    return Standing(
        contributions=total,
        answered=answered,
        waiting=waiting,
        loads=loads,
        reach=_reach(procedure),
        days=_days(procedure),
        channels=_channels(procedure),
        answers_by=procedure.answers_by,
        ends_on=last_day(ends_at) if (ends_at := dates_of(procedure).ends_at) else None,
    )


def _here(procedure: Procedure) -> ColumnElement[bool]:
    return and_(C.procedure_id == procedure.id, C.state.in_(ANSWERABLE))


def _totals(procedure: Procedure) -> tuple[int, int, int, int]:
    columns = (
        func.count(),
        func.count().filter(C.decision != ""),
        func.count().filter(C.state == "pending"),
        func.count().filter(C.late, C.decision == ""),
    )
    total, answered, to_check, late = db.session.execute(select(*columns).where(_here(procedure))).one()
    return total, answered, to_check, late


def _reported(procedure: Procedure) -> Select[Any]:
    query = select(func.count(Report.contribution_id.distinct())).join(C, C.id == Report.contribution_id)
    return query.where(_here(procedure), C.state != "hidden", Report.closed_at.is_(None))


def _unassigned(procedure: Procedure) -> Select[Any]:
    assigned = select(A.id).where(A.contribution_id == C.id).exists()
    answered = select(ResponseTo.id).where(ResponseTo.contribution_id == C.id).exists()
    return select(func.count(C.id)).where(_here(procedure), C.decision == "", ~assigned, ~answered)


def _answers(procedure: Procedure) -> tuple[int, int]:
    """Answers with words that are not public: those nobody released, those released for a day to come."""
    waits = func.coalesce(R.published_number, 0) != R.number
    released = func.coalesce(R.released_number, 0) == R.number
    columns = (func.count().filter(~released), func.count().filter(released))
    row = db.session.execute(select(*columns).where(R.procedure_id == procedure.id, waits)).one()
    return row[0], row[1]


def _loads(procedure: Procedure) -> list[Load]:
    """Who has how much, the most overdue first; one query."""
    day = today()
    overdue, soon = A.due_on < day, A.due_on.between(day, day + SOON)
    name = case((A.department_id.is_not(None), Department.title), else_=Person.display_name)
    query = (
        select(
            func.coalesce(name, ""),
            A.department_id,
            A.person_id,
            func.count(),
            func.count().filter(overdue),
            func.count().filter(soon),
        )
        .join(C, C.id == A.contribution_id)
        .outerjoin(Department, Department.id == A.department_id)
        .outerjoin(Person, Person.id == A.person_id)
        .outerjoin(Argument, Argument.id == A.argument_id)
        .where(_here(procedure), A.done_at.is_(None), Argument.removed_at.is_(None))
        .group_by(name, A.department_id, A.person_id)
    )
    found = [Load(*row) for row in db.session.execute(query)]
    return sorted(found, key=lambda load: (-load.overdue, -load.open, load.name))


def _reach(procedure: Procedure) -> Reach:
    columns = (
        func.count(func.coalesce(Participant.person_id, -Participant.id).distinct()),
        func.count(func.nullif(Participant.organisation_name, "").distinct()),
        func.count(func.nullif(C.district, "").distinct()),
    )
    query = select(*columns).join(C, C.participant_id == Participant.id)
    return Reach(*db.session.execute(query.where(_here(procedure), Participant.badge == "")).one())


def _days(procedure: Procedure) -> dict[date, int]:
    """How many came in on each local day that had any, in order. The hours are added up here: databases differ."""
    hour = func.strftime("%Y-%m-%dT%H:00:00+00:00", C.received_at)
    hour = hour if is_sqlite() else func.date_trunc("hour", C.received_at)
    days: Counter[date] = Counter()
    for at, number in db.session.execute(select(hour, func.count()).where(_here(procedure)).group_by(hour)):
        days[local(at if isinstance(at, datetime) else datetime.fromisoformat(at)).date()] += number
    return dict(sorted(days.items()))


def _channels(procedure: Procedure) -> dict[str, int]:
    query = select(C.intake_channel, func.count()).where(_here(procedure)).group_by(C.intake_channel)
    ordered = query.order_by(func.count().desc(), C.intake_channel)
    return {channel: number for channel, number in db.session.execute(ordered)}  # noqa: C416


def decisions_of(procedure: Procedure) -> dict[str, int]:
    """How many contributions got which public decision; one query."""
    query = select(C.decision, func.count()).where(_here(procedure), C.decision != "").group_by(C.decision)
    return {decision: number for decision, number in db.session.execute(query)}  # noqa: C416


def _number(query: Select[Any]) -> int:
    return db.session.scalar(query) or 0
