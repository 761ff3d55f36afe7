"""Passing contributions on to another format of their procedure: the best ideas to a vote."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.contributions.events import ContributionsPassedOn
from participation.contributions.models import Contribution
from participation.contributions.visible import public_contributions
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Invalid, Unknown
from participation.kernel.versions import raise_version
from participation.procedures.models import Activity, Procedure
from participation.registry import installed

MOST = 100  # contributions in one go
C = Contribution


def adopters(procedure: Procedure, source: Activity | None = None) -> list[Activity]:
    """The formats of a procedure that take contributions over; without the one they come from."""
    found = ((activity, installed().get(activity.module)) for activity in procedure.activities)
    return [activity for activity, module in found if module and module.adopt and activity is not source]


def best(activity: Activity, most: int) -> list[Contribution]:
    """The first contributions of a format that everybody may read, the best rated first, of equal ones the older."""
    query = select(C).where(C.activity_id == activity.id, C.parent_id.is_(None), public_contributions())
    return list(db.session.scalars(query.order_by(C.score.desc(), C.id).limit(most)))


def pass_on(source: Activity, target: Activity, references: Sequence[str], *, actor_id: int | None) -> int:
    """Give contributions, named by their numbers, to another format of the procedure, best rated first.

    Returns how many. They stay where they are; the format keeps where its copies come from. Raises Invalid for none,
    too many or what is not public, Unknown for a format that takes nothing over, and what that format raises.
    """
    module = installed().get(target.module)
    if module is None or module.adopt is None or target.id == source.id or target.procedure_id != source.procedure_id:
        raise Unknown
    wanted = set(references)
    if not 0 < len(wanted) <= MOST:
        sentence = _l("Bitte wählen Sie mindestens einen Beitrag und höchstens %(most)s.", most=MOST)
        raise Invalid(sentence, field="chosen")
    query = select(C).where(C.activity_id == source.id, C.parent_id.is_(None), C.reference.in_(wanted))
    rows = list(db.session.scalars(query.where(public_contributions()).order_by(C.score.desc(), C.id)))
    if len(rows) < len(wanted):
        raise Invalid(_l("Weitergeben lässt sich nur, was alle lesen können."), field="chosen")
    module.adopt(target, rows)
    raise_version(f"procedure:{source.procedure_id}")
    emit(
        ContributionsPassedOn(
            tenant_id=source.tenant_id,
            procedure_id=source.procedure_id,
            actor_id=actor_id,
            source_id=source.id,
            activity_id=target.id,
            number=len(rows),
        )
    )
    return len(rows)


def passed_on_to(contribution_id: int, procedure: Procedure) -> list[Activity]:
    """The formats that hold what came from a contribution; asks only those that take contributions over."""
    modules = {activity.id: installed().get(activity.module) for activity in procedure.activities}
    return [
        activity
        for activity in procedure.activities
        if (module := modules[activity.id]) and module.adopted and module.adopted(activity, contribution_id)
    ]
