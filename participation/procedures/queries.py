"""Reading procedures: one query brings what a page needs to know of tenant, activities and phases."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from participation.interfaces import Step
from participation.kernel.clock import now, start_of_day
from participation.kernel.db import db
from participation.kernel.refusal import Refused
from participation.procedures.lifecycle import Dates, Span, Stage, is_closing, is_step_open, stage_at
from participation.procedures.models import Activity, Phase, Procedure
from participation.tenants.models import Tenant

CLOSING = _l(
    "Die Frist ist gerade abgelaufen. Was rechtzeitig ankam, wird noch eingetragen. "
    "Bitte versuchen Sie es in einer halben Minute noch einmal."
)


def procedure_at(tenant_slug: str, procedure_slug: str) -> Procedure | None:
    """A procedure with its tenant, activities and phases, by its address; one query."""
    return _linked(_whole().where(Tenant.slug == tenant_slug, Procedure.slug == procedure_slug))


def procedure_by_id(procedure_id: int) -> Procedure | None:
    """A procedure with its tenant, activities and phases; one query."""
    return _linked(_whole().where(Procedure.id == procedure_id))


def _whole() -> Select[Procedure]:
    phases = joinedload(Procedure.activities).joinedload(Activity.phases)
    tenant = joinedload(Procedure.tenant, innerjoin=True)  # unlike contains_eager read again inside `writing()`
    return select(Procedure).join(Procedure.tenant).options(tenant, phases)


def _linked(query: Select[Procedure]) -> Procedure | None:
    """The procedure found, held by its activities and phases, so that none of them loses what it belongs to."""
    procedure = db.session.scalars(query).unique().one_or_none()
    for activity in procedure.activities if procedure else ():
        set_committed_value(activity, "procedure", procedure)
        for phase in activity.phases:
            set_committed_value(phase, "activity", activity)
    return procedure


def dates_of(procedure: Procedure) -> Dates:
    """What the stage of a procedure depends on; activities and phases must be loaded."""
    spans = tuple(
        Span(step=Step(phase.step), begins_at=phase.begins_at, ends_at=phase.ends_at)
        for activity in procedure.activities
        for phase in activity.phases
    )
    retained = procedure.retained_until
    return Dates(
        stored=Stage(procedure.stage),
        announced_at=procedure.announced_at,
        phases=spans,
        archived_at=start_of_day(retained) if retained else None,
    )


def stage_of(procedure: Procedure, at: datetime | None = None) -> Stage:
    """Where a procedure stands now (or at an instant)."""
    return stage_at(dates_of(procedure), at or now())


def require_closed(procedure: Procedure) -> None:
    """Raise Refused in the half minute after the end, in which what arrived before it may still come in."""
    stored, dates = Stage(procedure.stage), dates_of(procedure)
    if stored in (Stage.RUNNING, Stage.PAUSED) and is_closing(dates, now()):
        raise Refused(CLOSING, status=409)


def open_phases(activity: Activity, at: datetime | None = None) -> list[Phase]:
    """The phases of an activity that are open now: the stage allows their step and the calendar says so.

    In the order in which they decide: narrowest audience first (members, institutions, public), then earlier end.
    """
    moment = at or now()
    stage = stage_of(activity.procedure, moment)
    found = [phase for phase in activity.phases if phase.is_on(moment) and is_step_open(stage, Step(phase.step))]
    width = {"members": 0, "institutions": 1, "public": 2}
    return sorted(found, key=lambda phase: (width[phase.audience], phase.ends_at))


def procedures_with_formats(tenant_id: int) -> dict[str, int]:
    """How many procedures of an authority have a format of each module, those of removed modules too."""
    number = func.count(Activity.procedure_id.distinct())
    query = select(Activity.module, number).where(Activity.tenant_id == tenant_id).group_by(Activity.module)
    return {row.module: row[1] for row in db.session.execute(query)}
