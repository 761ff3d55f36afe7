"""Moving procedures on. `advance` and the clock are the only writers of `procedure.stage`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from participation.interfaces import Role
from participation.kernel.clock import instant, now, today
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Refused
from participation.procedures.conditions import check_actor, check_state, check_typed, last_phases
from participation.procedures.events import ProcedureAdvanced
from participation.procedures.lifecycle import TRANSITIONS, Stage, clock_steps, is_closing, next_stage
from participation.procedures.models import Phase, Procedure
from participation.procedures.queries import dates_of, procedure_by_id, require_closed, stage_of
from participation.procedures.review import check_seen, kept_content
from participation.procedures.services import lock, note_change
from participation.procedures.step_models import StepTaken


@dataclass(frozen=True, kw_only=True)
class _Taking:
    """A step that is being taken, with what its author said."""

    name: str
    actor_id: int | None = None
    reason: str = ""
    until: datetime | None = None
    resumes_on: date | None = None


def advance(
    procedure: Procedure,
    transition: str,
    *,
    actor_id: int | None = None,
    roles: frozenset[Role] = frozenset(),
    reason: str = "",
    until: datetime | None = None,
    phase_ids: Collection[int] | None = None,
    resumes_on: date | None = None,
    version: int | None = None,
    seen: str | None = None,
    frozen: bool = False,
    prepared_by_id: int | None = None,
) -> None:
    """Take a step of the life cycle. First records what the clock has already done.

    Without an actor it is the clock. `until` is the new local end for extend and reopen, of the phases that end last
    or of those of them named by `phase_ids`. `version` is that of the procedure its author saw, `seen` the fingerprint
    of its content. `frozen` and `prepared_by_id` are for publish_results: whether every package is frozen, and who
    prepared the result. Raises Refused (with a sentence) when role, reason, dates or a guard say no, Conflict when
    somebody was faster, IllegalStepError when the table has no such step.
    """
    if version is not None:
        lock(procedure, version)
    if seen is not None:
        check_seen(procedure, seen)
    record_clock(procedure)
    require_closed(procedure)
    next_stage(Stage(procedure.stage), transition)
    check_actor(procedure, transition, actor_id, roles, prepared_by_id)
    chosen = [phase for phase in last_phases(procedure) if phase_ids is None or phase.id in phase_ids]
    check_state(procedure, transition, frozen=frozen)
    check_typed(transition, reason, until, chosen)
    step = _Taking(name=transition, actor_id=actor_id, reason=reason.strip(), until=until, resumes_on=resumes_on)
    _apply(procedure, step, chosen)
    _move(procedure, step)


def possible_steps(procedure: Procedure, actor_id: int, roles: frozenset[Role]) -> list[tuple[str, Any]]:
    """The steps the table has for where the procedure stands now, each with None or the sentence why not.

    Steps that the clock takes at their date and nobody may take before are left out.
    """
    found: list[tuple[str, Any]] = []
    stage = stage_of(procedure)
    for name, step in TRANSITIONS.items():
        if stage in step.source and name not in ("open", "close"):
            found.append((name, _why_not(procedure, name, actor_id, roles)))
    return found


def _why_not(procedure: Procedure, name: str, actor_id: int, roles: frozenset[Role]) -> Any:
    try:
        check_actor(procedure, name, actor_id, roles)
        check_state(procedure, name)
    except Refused as refused:
        return refused.sentence
    return None


def record_clock(procedure: Procedure) -> int:
    """Write down the steps the clock has taken. Returns how many.

    The end of taking part is written down 30 s after it: who arrived in time and is still being served is let in.
    """
    dates, at = dates_of(procedure), now()
    if dates.ends_at is not None and is_closing(dates, at):
        at = dates.ends_at - datetime.resolution
    steps = clock_steps(dates, at)
    for name in steps:
        _move(procedure, _Taking(name=name))
    return len(steps)


def _apply(procedure: Procedure, step: _Taking, chosen: Collection[Phase]) -> None:
    """What a step changes besides the stage."""
    if step.until is not None and step.name in {"extend", "reopen"}:
        for phase in chosen:
            phase.ends_local, phase.ends_at = step.until.isoformat(), instant(step.until)
    if step.name == "submit":
        procedure.submitted_by_id = step.actor_id
    if step.name == "announce" and step.actor_id is not None:
        procedure.announced_on, procedure.announced_at = today(), now()
    procedure.resumes_on = step.resumes_on if step.name == "pause" else None


def _move(procedure: Procedure, step: _Taking) -> None:
    source = Stage(procedure.stage)
    procedure.stage, procedure.stage_since, procedure.reason = next_stage(source, step.name), now(), step.reason
    taken = _noted(procedure, step)
    db.session.flush()
    note_change(procedure)
    emit(
        ProcedureAdvanced(
            tenant_id=procedure.tenant_id,
            procedure_id=procedure.id,
            actor_id=step.actor_id,
            transition=step.name,
            source=source,
            target=procedure.stage,
            step_id=taken.id,
        )
    )


def _noted(procedure: Procedure, step: _Taking) -> StepTaken:
    """The row that keeps what was said, and for submit and release the procedure as it was."""
    taken = StepTaken(
        tenant_id=procedure.tenant_id,
        procedure_id=procedure.id,
        transition=step.name,
        at=procedure.stage_since,
        actor_id=step.actor_id,
        reason=step.reason,
        ends_local=step.until.isoformat() if step.until is not None else "",
        resumes_on=step.resumes_on,
        content=kept_content(procedure) if step.name in {"submit", "release"} else None,
    )
    db.session.add(taken)
    return taken


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
