"""Reading contributions: one row type per list, keyset paging at every level, visibility in one place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, func, not_, or_, select
from sqlalchemy.orm import aliased

from participation.access.rules import INSIDE, VISITOR, Viewer
from participation.contributions.counts import columns_for
from participation.contributions.models import Anchor, Contribution, ContributionVersion, PlaceCount, RatingRow
from participation.contributions.references import SHAPE
from participation.kernel.db import db
from participation.procedures.lists import FITTING
from participation.procedures.models import Activity, Participant, Phase, Procedure

PAGE = 20  # contributions on a page
PLACEHOLDERS = ("hidden", "withdrawn", "merged")


class Item(NamedTuple):
    """What a card shows of a contribution."""

    id: int
    reference: str
    type: str
    activity_id: int
    parent_id: int | None
    root_id: int | None
    depth: int
    path: str
    place: str
    title: str
    html: str
    state: str
    redacted: bool
    late: bool
    language: str
    created_at: datetime
    edited_at: datetime | None
    replies: int
    agree: int | None  # none of the four where a phase holds them back
    neutral: int | None
    disagree: int | None
    score: int | None
    imported: int  # of the score: a sum from another portal
    participant_id: int
    pseudonym: str
    organisation_name: str
    badge: str
    quote: str | None
    attachments: int
    work: str  # new: nobody has begun an answer
    decision: str  # of the public answer
    into_id: int | None  # what it was merged into, while that is published
    into_reference: str | None
    into_title: str | None  # or its first words
    doubles: int  # how many are merged into it

    @property
    def is_gone(self) -> bool:
        """Whether only its place in the thread is left."""
        return self.state in PLACEHOLDERS


C, P = Contribution, Participant
INTO = aliased(Contribution)  # what a merged contribution stands with
DOUBLE = aliased(Contribution)
DOUBLES = (
    select(func.count(DOUBLE.id))
    .where(DOUBLE.merged_into_id == C.id, DOUBLE.state == "merged")
    .correlate(C)
    .scalar_subquery()
)
INTO_TITLE = case((INTO.title != "", INTO.title), else_=func.substr(INTO.source, 1, 80))


def visible_to(who: Viewer, procedure_id: int, tenant_id: int) -> ColumnElement[bool]:
    """The one filter of what somebody may read: published in a public phase, one's own, and for staff everything.

    A planning office reads here what everybody reads; what it was given it finds at `evaluation.assigned`.
    """
    if who.roles_at(tenant_id, procedure_id) & INSIDE:
        return C.state != "removed"
    own = C.participant_id.in_(who.participant_ids) if who.participant_ids else false()
    return or_(and_(C.state == "published", _in_readable_phase(who, tenant_id)), and_(own, C.state != "removed"))


def _in_readable_phase(who: Viewer, tenant_id: int) -> ColumnElement[bool]:
    """A phase may narrow: what came in is shown to everybody, or to those the phase is for, or to nobody else."""
    narrow = select(Phase.id).where(Phase.tenant_id == tenant_id, Phase.visible_to != "public")
    if who.lists:
        narrow = narrow.where(not_(and_(Phase.visible_to == "audience", _is_for(who))))
    return C.phase_id.not_in(narrow)


def _is_for(who: Viewer) -> ColumnElement[bool]:
    """`rules.is_in_audience`, asked of many phases at once."""
    kinds = {kind for _number, kind in who.lists}
    fitting = [audience for audience, found in FITTING.items() if kinds & set(found)]
    by_list = and_(Phase.list_id.is_not(None), Phase.list_id.in_([number for number, _kind in who.lists]))
    return or_(by_list, and_(Phase.list_id.is_(None), Phase.audience.in_(fitting)))


def shown_in_thread(who: Viewer, activity: Activity | Procedure) -> ColumnElement[bool]:
    """In a thread the place of a hidden or withdrawn comment stays where there are answers below it."""
    procedure_id = activity.procedure_id if isinstance(activity, Activity) else activity.id
    placeholder = and_(C.state.in_(PLACEHOLDERS), C.replies > 0, _in_readable_phase(who, activity.tenant_id))
    return or_(visible_to(who, procedure_id, activity.tenant_id), placeholder)


def items(who: Viewer = VISITOR) -> Any:
    """The columns of `Item` with the counts this viewer may see, unfiltered: add `.where(...)`."""
    return (
        select(
            C.id,
            C.reference,
            C.type,
            C.activity_id,
            C.parent_id,
            C.root_id,
            C.depth,
            C.path,
            C.place,
            C.title,
            C.html,
            C.state,
            C.redacted,
            C.late,
            C.language,
            C.created_at,
            C.edited_at,
            C.replies,
            *columns_for(who).values(),
            C.imported,
            C.participant_id,
            P.pseudonym,
            P.organisation_name,
            P.badge,
            Anchor.exact,
            C.attachments,
            C.work,
            C.decision,
            INTO.id,
            INTO.reference,
            INTO_TITLE,
            DOUBLES,
        )
        .join(P, P.id == C.participant_id)
        .outerjoin(Anchor, Anchor.contribution_id == C.id)
        .outerjoin(INTO, and_(INTO.id == C.merged_into_id, INTO.state == "published", C.state == "merged"))
    )


def fetch(query: Select[Any]) -> list[Item]:
    """Run a query of `items()`."""
    return [Item(*row) for row in db.session.execute(query)]


def contribution_at(procedure_id: int, reference: str) -> Contribution | None:
    """A contribution of a procedure by its number, whatever its state: ask visibility before showing it."""
    if not SHAPE.fullmatch(reference):
        return None
    return db.session.scalar(select(C).where(C.procedure_id == procedure_id, C.reference == reference))


def contribution_by_id(contribution_id: int) -> Contribution | None:
    """A contribution by its number, whatever its state: ask visibility before showing it."""
    return db.session.get(Contribution, contribution_id)


def item_at(activity: Activity, reference: str, who: Viewer = VISITOR) -> Item | None:
    """A contribution as a card; None where it is not to be seen (a placeholder is, while it has answers)."""
    if not SHAPE.fullmatch(reference):
        return None
    named = and_(C.tenant_id == activity.tenant_id, C.reference == reference)  # the unique index
    query = items(who).where(named, C.activity_id == activity.id, shown_in_thread(who, activity))
    return next(iter(fetch(query)), None)


def item_in(procedure: Procedure, reference: str, who: Viewer = VISITOR) -> Item | None:
    """Like `item_at`, wherever in a procedure it stands."""
    if not SHAPE.fullmatch(reference):
        return None
    named = and_(C.tenant_id == procedure.tenant_id, C.reference == reference)
    query = items(who).where(named, C.procedure_id == procedure.id, shown_in_thread(who, procedure))
    return next(iter(fetch(query)), None)


def references_of(ids: Sequence[int]) -> dict[int, str]:
    """The numbers on the receipts of contributions; no query for none."""
    query = select(C.id, C.reference).where(C.id.in_(ids))
    return dict(db.session.execute(query).all()) if ids else {}


def versions_of(contribution_id: int) -> list[ContributionVersion]:
    """All states of a text, the newest first, with the times and checksums that the receipt shows."""
    query = select(ContributionVersion).where(ContributionVersion.contribution_id == contribution_id)
    return list(db.session.scalars(query.order_by(ContributionVersion.number.desc())))


def counts_by_place(activity: Activity) -> dict[str, int]:
    """Shown contributions by place; key `*` is the whole activity. One query of kept counters."""
    query = select(PlaceCount.place, PlaceCount.shown).where(PlaceCount.activity_id == activity.id)
    return {place: shown for place, shown in db.session.execute(query) if shown}


def own_ratings(item_ids: Sequence[int], who: Viewer) -> dict[int, str]:
    """How this viewer rated these contributions, else the latest of what was merged into them; no query for somebody
    who takes no part yet.
    """
    if not item_ids or not who.participant_ids:
        return {}
    is_merged = and_(C.state == "merged", C.merged_into_id.in_(item_ids))
    rated = case((is_merged, C.merged_into_id), else_=C.id)
    query = select(rated, RatingRow.value).join(C, C.id == RatingRow.contribution_id)
    query = query.where(RatingRow.participant_id.in_(who.participant_ids), or_(C.id.in_(item_ids), is_merged))
    return dict(db.session.execute(query.order_by(is_merged.desc(), RatingRow.at, RatingRow.id)).all())
