"""Moving procedures on. `advance` and the clock are the only writers of `procedure.stage`."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.interfaces import Role
from participation.kernel.clock import instant, now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Invalid, Refused
from participation.procedures.events import ProcedureAdvanced
from participation.procedures.lifecycle import TRANSITIONS, Stage, clock_steps, next_stage
from participation.procedures.models import Procedure
from participation.procedures.queries import dates_of, procedure_by_id
from participation.procedures.services import note_change


def advance(
    procedure: Procedure,
    transition: str,
    *,
    actor_id: int | None = None,
    roles: frozenset[Role] = frozenset(),
    reason: str = "",
    until: datetime | None = None,
    resumes_on: date | None = None,
) -> None:
    """Take a step of the life cycle. First records what the clock has already done.

    Without an actor it is the clock. `until` is the new local end for extend and reopen. Raises Refused (with a
    sentence) when role, reason, dates or a guard say no, IllegalStepError when the table has no such step.
    """
    record_clock(procedure)
    step = TRANSITIONS[transition]
    source = Stage(procedure.stage)
    target = next_stage(source, transition)
    _check_actor(procedure, transition, actor_id, roles)
    if step.needs_reason and not reason.strip():
        raise Invalid(_l("Bitte nennen Sie den Grund. Die Teilnehmenden sehen ihn."), field="reason")
    _check_guard(procedure, transition, until)
    if until is not None:
        _extend_phases(procedure, until)
    procedure.submitted_by_id = actor_id if transition == "submit" else procedure.submitted_by_id
    procedure.resumes_on = resumes_on if transition == "pause" else None
    _move(procedure, transition, source, target, actor_id, reason)


def record_clock(procedure: Procedure) -> int:
    """Write down the steps the clock has taken. Returns how many."""
    steps = clock_steps(dates_of(procedure), now())
    for name in steps:
        source = Stage(procedure.stage)
        _move(procedure, name, source, next_stage(source, name), None, "")
    return len(steps)


def _move(procedure: Procedure, name: str, source: Stage, target: Stage, actor_id: int | None, reason: str) -> None:
    procedure.stage, procedure.stage_since, procedure.reason = target, now(), reason.strip()
    db.session.flush()
    note_change(procedure)
    emit(
        ProcedureAdvanced(
            tenant_id=procedure.tenant_id,
            procedure_id=procedure.id,
            actor_id=actor_id,
            transition=name,
            source=source,
            target=target,
        )
    )


def _check_actor(procedure: Procedure, name: str, actor_id: int | None, roles: frozenset[Role]) -> None:
    step = TRANSITIONS[name]
    if actor_id is None:
        if not step.by_clock:
            raise Refused(_l("Diesen Schritt entscheidet eine Person."))
    elif not step.roles & roles:
        raise Refused(_l("Dazu ist die Rolle Verfahrensleitung nötig."))
    elif step.second_person and procedure.submitted_by_id == actor_id:
        raise Refused(_l("Das entscheidet eine zweite Person. Sie haben das Verfahren selbst vorgelegt."))


def _check_guard(procedure: Procedure, name: str, until: datetime | None) -> None:
    dates, at = dates_of(procedure), now()
    phases = [phase for activity in procedure.activities for phase in activity.phases]
    if name == "submit" and (not phases or dates.begins_at is None):
        raise Refused(_l("Es fehlt noch eine Phase, in der Menschen sich beteiligen können."))
    if name == "open" and (dates.begins_at is None or dates.begins_at > at):
        raise Refused(_l("Die erste Phase hat noch nicht begonnen."))
    if name == "close" and (dates.ends_at is None or dates.ends_at > at):
        raise Refused(_l("Die letzte Phase läuft noch."))
    if name == "pause" and any(phase.statutory and phase.is_on(at) for phase in phases):
        raise Refused(_l("Eine gesetzliche Frist läuft. Darum kann das Verfahren nicht unterbrochen werden."))
    if name in {"extend", "reopen"} and (until is None or instant(until) <= max(at, dates.ends_at or at)):
        raise Invalid(_l("Bitte nennen Sie ein späteres Ende."), field="until")
    if name == "archive" and (dates.archived_at is None or dates.archived_at > at):
        raise Refused(_l("Die Frist, bis zu der das Verfahren sichtbar bleibt, läuft noch."))


def _extend_phases(procedure: Procedure, until: datetime) -> None:
    """The phases that end last get the new end; earlier ones stay as they were."""
    end = dates_of(procedure).ends_at
    for activity in procedure.activities:
        for phase in activity.phases:
            if phase.ends_at == end:
                phase.ends_local, phase.ends_at = until.isoformat(), instant(until)


def tick() -> int:
    """Record what the clock has done in all procedures. Returns the number of steps written."""
    final = (Stage.ARCHIVED, Stage.DRAFT, Stage.REVIEW)
    ids = list(db.session.scalars(select(Procedure.id).where(Procedure.stage.not_in(final))))
    count = 0
    for procedure_id in ids:
        procedure = procedure_by_id(procedure_id)
        if procedure is not None:
            count += record_clock(procedure)
    return count
