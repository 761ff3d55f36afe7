"""Moving a comment to another place of its format by hand: it lost its place, or stands at the wrong one."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update

from participation.contributions.counters import count_place
from participation.contributions.events import ContributionMoved
from participation.contributions.models import Anchor, Contribution
from participation.contributions.placement_models import Placement
from participation.contributions.reply_counts import SHOWN
from participation.contributions.targets import place_exists
from participation.documents.models import Document
from participation.interfaces import ContributionType
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid
from participation.kernel.versions import raise_version
from participation.procedures.models import Activity
from participation.registry import installed

C = Contribution


def move(contribution: Contribution, place: str, *, actor_id: int) -> str:
    """Put a first comment, with all answers below it, at another place of its format ("" = the whole).

    Returns the place where it stood, for `move_back`. The words it quotes are looked for at the new place. Raises
    Invalid for an answer (it goes with its first comment) and for a place that is not there, Conflict where it
    stands there already.
    """
    activity, kind = _home_of(contribution)
    if contribution.parent_id is not None:
        raise Invalid(_l("Antworten wandern mit dem Beitrag, auf den sie antworten."))
    if not place_exists(kind, activity, place):
        raise Invalid(_l("Diese Stelle gibt es im Text nicht."), field="place")
    return _put(contribution, place, activity, kind, actor_id)


def move_back(contribution: Contribution, place: str, *, actor_id: int) -> str:
    """Undo of `move`: back to where it stood, even if that passage no longer exists."""
    activity, kind = _home_of(contribution)
    return _put(contribution, place, activity, kind, actor_id)


def _home_of(contribution: Contribution) -> tuple[Activity, ContributionType]:
    db.session.refresh(contribution, with_for_update=True)
    activity = db.session.get(Activity, contribution.activity_id)
    kind = installed().contribution_type(contribution.type)
    if activity is None or kind is None:
        raise Invalid(_l("Das Format dieses Beitrags ist nicht eingeschaltet. Er bleibt, wo er ist."))
    return activity, kind


def _put(contribution: Contribution, place: str, activity: Activity, kind: ContributionType, actor_id: int) -> str:
    before = contribution.place
    if before == place:
        raise Conflict(_l("Der Beitrag steht schon an dieser Stelle."))
    thread = db.session.execute(select(C.id, C.state).where(or_(C.id == contribution.id, C.root_id == contribution.id)))
    found = {row.id: row.state for row in thread}
    statement = update(C).where(C.id.in_(found)).values(place=place)
    db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.expire(contribution, ["place"])
    shown = sum(state in SHOWN for state in found.values())
    for where, by in ((before, -shown), (place, shown)):
        count_place(activity.tenant_id, activity.id, where, by, f"moved {contribution.id}")
    has_passage = _follow_passage(contribution, place, activity, kind)
    _note_placement(activity, list(found), place, has_passage)
    raise_version(f"procedure:{contribution.procedure_id}")
    emit(
        ContributionMoved(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            contribution_id=contribution.id,
            actor_id=actor_id,
        )
    )
    return before


def _follow_passage(contribution: Contribution, place: str, activity: Activity, kind: ContributionType) -> bool:
    """The quoted words at the new place, where they stand there. Whether there is nothing left to look for."""
    anchor = db.session.scalar(select(Anchor).where(Anchor.contribution_id == contribution.id))
    if anchor is None:
        return True
    found: Any = kind.passage(activity, place, anchor.exact) if kind.passage and place else None
    for name, value in (found or {}).items():
        setattr(anchor, name, value)
    return found is not None


def _note_placement(activity: Activity, ids: list[int], place: str, has_passage: bool) -> None:
    """What became of it in the version that is read now is what staff say."""
    document = db.session.get(Document, activity.settings.get("document_id") or 0)
    if document is None or document.current_version_id is None:
        return
    statement = (
        update(Placement)
        .where(Placement.version_id == document.current_version_id, Placement.contribution_id.in_(ids))
        .values(place=place, fate="moved", passage=has_passage, by_hand=True)
    )
    db.session.execute(statement, execution_options={"synchronize_session": False})
