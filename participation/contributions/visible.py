"""What everybody may read, as SQL, for everything that goes across procedures: search, feeds, exports.

The same rules as `access.rules.can_see` (a procedure) and `queries.visible_to` (a contribution), asked of many rows
at once. A phase may narrow: what came in during a phase that is not public is found nowhere.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import aliased

from participation.access.rules import VISITOR, Viewer
from participation.contributions.models import Contribution
from participation.interfaces import STAFF
from participation.kernel.clock import now
from participation.procedures.audience_models import ListEntry, PersonList
from participation.procedures.lifecycle import INTERNAL, TAKING_PART, Stage
from participation.procedures.lists import FITTING
from participation.procedures.models import Activity, Phase, Procedure


def visible_procedures(who: Viewer = VISITOR, at: datetime | None = None) -> ColumnElement[bool]:
    """Which procedures somebody may see: those announced by now and meant for them, and those one works on."""
    if who.operates:
        return true()
    meant = or_(Procedure.visible_to == "public", *_invited_to(who))
    return or_(and_(meant, _is_announced(at or now())), *_worked_on(who))


def _invited_to(who: Viewer) -> Sequence[ColumnElement[bool]]:
    """Procedures that are not public, and on one of whose lists the confirmed address of somebody stands."""
    if who.person is None or who.person.confirmed_at is None:
        return []
    on_list = select(PersonList.id).join(ListEntry, ListEntry.list_id == PersonList.id)
    on_list = on_list.where(PersonList.procedure_id == Procedure.id, ListEntry.email == who.person.email)
    return [
        and_(Procedure.visible_to == audience, on_list.where(PersonList.kind.in_(kinds)).exists())
        for audience, kinds in FITTING.items()
    ]


def _is_announced(at: datetime) -> ColumnElement[bool]:
    """Announced as stored, or by the clock that nobody has recorded yet (`lifecycle.clock_steps`)."""
    phase, activity = aliased(Phase), aliased(Activity)  # the query around may ask of phases too
    begun = (
        select(phase.id)
        .join(activity, activity.id == phase.activity_id)
        .where(activity.procedure_id == Procedure.id, phase.step.in_(TAKING_PART), phase.begins_at <= at)
    )
    by_clock = and_(Procedure.stage == Stage.RELEASED, or_(Procedure.announced_at <= at, begun.exists()))
    return or_(Procedure.stage.not_in(INTERNAL), by_clock)


def _worked_on(who: Viewer) -> Sequence[ColumnElement[bool]]:
    staff = [(tenant, procedure) for role, tenant, procedure in who.grants if role in STAFF]
    tenants = {tenant for tenant, procedure in staff if procedure is None}
    procedures = {procedure for _tenant, procedure in staff if procedure is not None}
    return [Procedure.tenant_id.in_(tenants)] * bool(tenants) + [Procedure.id.in_(procedures)] * bool(procedures)


def public_contributions() -> ColumnElement[bool]:
    """Which contributions everybody may read; asked beside `visible_procedures`."""
    phase = aliased(Phase)
    open_phase = select(phase.id).where(phase.id == Contribution.phase_id, phase.visible_to == "public")
    return and_(Contribution.state == "published", open_phase.exists())
