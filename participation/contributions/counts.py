"""Counts of ratings: a phase may hold them back, with every order made from them, until it is over.

Staff of the procedure see them always. Whoever reads a count for somebody else asks here.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, not_, null, or_, select
from sqlalchemy.orm import aliased

from participation.access.rules import INSIDE, VISITOR, Viewer
from participation.contributions.models import Contribution
from participation.kernel.clock import now
from participation.procedures.models import Activity, Phase

COUNTS = ("agree", "neutral", "disagree", "score")


def are_held_back(activity: Activity, who: Viewer) -> bool:
    """Whether this viewer sees no counts of ratings in an activity now; asks no database."""
    if who.roles_at(activity.tenant_id, activity.procedure_id) & INSIDE:
        return False
    held = (phase for phase in activity.phases if phase.counts_visible == "after")
    return any(phase.begins_at <= now() < phase.ends_at for phase in held)


def held_back_from(who: Viewer) -> ColumnElement[bool]:
    """The same for many contributions at once, as SQL."""
    if who.operates:
        return false()
    phase = aliased(Phase)
    held = select(phase.id).where(
        phase.activity_id == Contribution.activity_id,
        phase.counts_visible == "after",
        phase.begins_at <= now(),
        phase.ends_at > now(),
    )
    works = _worked_on(who)
    return and_(held.exists(), not_(or_(*works))) if works else held.exists()


def columns_for(who: Viewer = VISITOR) -> dict[str, Any]:
    """The counts of a contribution as columns: nothing stands in them where they are held back."""
    held = held_back_from(who)
    return {name: case((held, null()), else_=getattr(Contribution, name)).label(name) for name in COUNTS}


def _worked_on(who: Viewer) -> Sequence[ColumnElement[bool]]:
    staff = [(tenant, procedure) for role, tenant, procedure in who.grants if role in INSIDE]
    tenants = {tenant for tenant, procedure in staff if procedure is None}
    procedures = {procedure for _tenant, procedure in staff if procedure is not None}
    whole = [Contribution.tenant_id.in_(tenants)] if tenants else []
    return [*whole, *([Contribution.procedure_id.in_(procedures)] if procedures else [])]
