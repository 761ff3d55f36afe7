"""Reading contributions: one row type per list, keyset paging at every level, visibility in one place."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_, union_all

from participation.access.rules import VISITOR, Viewer
from participation.contributions.models import Anchor, Contribution, ContributionVersion, PlaceCount, RatingRow
from participation.contributions.references import SHAPE
from participation.kernel.db import db
from participation.procedures.models import Activity, Participant, Phase, Procedure

PAGE = 20  # contributions on a page
REPLIES_SHOWN = 3  # below each first comment; the rest stand on its own page
SORTS = ("newest", "discussed", "agreed")
PATH = re.compile(r"[0-9.]{1,2000}")
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
    agree: int
    neutral: int
    disagree: int
    score: int
    participant_id: int
    pseudonym: str
    organisation_name: str
    badge: str
    quote: str | None
    attachments: int

    @property
    def is_gone(self) -> bool:
        """Whether only its place in the thread is left."""
        return self.state in PLACEHOLDERS


class Page(NamedTuple):
    """A page of a list, and the key after which the next one begins (None on the last)."""

    items: list[Item]
    next: str | None


class Threads(NamedTuple):
    """A page of first comments with the first answers below each (by the id of the comment)."""

    items: list[Item]
    replies: dict[int, list[Item]]
    next: str | None


C, P = Contribution, Participant
SORT_COLUMNS: dict[str, Any] = {"newest": C.created_at, "discussed": C.replies, "agreed": C.score}


def visible_to(who: Viewer, procedure_id: int, tenant_id: int) -> ColumnElement[bool]:
    """The one filter of what somebody may read: published in a public phase, one's own, and for staff everything."""
    if who.roles_at(tenant_id, procedure_id):
        return C.state != "removed"
    own = C.participant_id.in_(who.participant_ids) if who.participant_ids else false()
    return or_(and_(C.state == "published", _in_public_phase(tenant_id)), and_(own, C.state != "removed"))


def _in_public_phase(tenant_id: int) -> ColumnElement[bool]:
    """A phase may narrow: what came in while it was not public is shown to nobody else."""
    return C.phase_id.not_in(select(Phase.id).where(Phase.tenant_id == tenant_id, Phase.visible_to != "public"))


def _shown_in_thread(who: Viewer, activity: Activity | Procedure) -> ColumnElement[bool]:
    """In a thread the place of a hidden or withdrawn comment stays where there are answers below it."""
    procedure_id = activity.procedure_id if isinstance(activity, Activity) else activity.id
    placeholder = and_(C.state.in_(PLACEHOLDERS), C.replies > 0, _in_public_phase(activity.tenant_id))
    return or_(visible_to(who, procedure_id, activity.tenant_id), placeholder)


def items() -> Any:
    """The columns of `Item`, unfiltered: add `.where(...)`."""
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
            C.agree,
            C.neutral,
            C.disagree,
            C.score,
            C.participant_id,
            P.pseudonym,
            P.organisation_name,
            P.badge,
            Anchor.exact,
            C.attachments,
        )
        .join(P, P.id == C.participant_id)
        .outerjoin(Anchor, Anchor.contribution_id == C.id)
    )


def fetch(query: Select[Any]) -> list[Item]:
    """Run a query of `items()`."""
    return [Item(*row) for row in db.session.execute(query)]


def first_comments(
    activity: Activity, place: str | None, who: Viewer = VISITOR, *, sort: str = "newest", after: str | None = None
) -> Page:
    """The first comments at a place (None: of the whole activity), a page of 20, in one of the orders of `SORTS`."""
    column = SORT_COLUMNS[sort]
    query = _first(items(), activity, place, who, sort, after)
    found = fetch(query.order_by(column.desc(), C.id.desc()).limit(PAGE + 1))
    return Page(found[:PAGE], _write_key(found[PAGE - 1], sort) if len(found) > PAGE else None)


def first_threads(
    activity: Activity, place: str | None, who: Viewer = VISITOR, *, sort: str = "newest", after: str | None = None
) -> "Threads":
    """Like `first_comments`, with the first three direct answers below each; both in one query."""
    column = SORT_COLUMNS[sort]
    ids = _first(select(C.id), activity, place, who, sort, after)
    page = ids.order_by(column.desc(), C.id.desc()).limit(PAGE + 1).cte("page")
    below = and_(C.parent_id.in_(select(page.c.id)), C.number <= REPLIES_SHOWN, _shown_in_thread(who, activity))
    both = union_all(items().where(C.id.in_(select(page.c.id))), items().where(below))
    rows = [Item(*row) for row in db.session.execute(both)]
    roots = sorted((row for row in rows if row.parent_id is None), key=lambda row: _sort_key(row, sort), reverse=True)
    replies: dict[int, list[Item]] = {}
    for row in sorted((row for row in rows if row.parent_id is not None), key=lambda row: row.path):
        replies.setdefault(row.parent_id or 0, []).append(row)
    return Threads(roots[:PAGE], replies, _write_key(roots[PAGE - 1], sort) if len(roots) > PAGE else None)


def _first(query: Select[Any], activity: Activity, place: str | None, who: Viewer, sort: str, after: str | None) -> Any:
    query = query.where(C.activity_id == activity.id, C.parent_id.is_(None), _shown_in_thread(who, activity))
    if place is not None:
        query = query.where(C.place == place)
    key = _read_key(after, sort)
    return query.where(tuple_(SORT_COLUMNS[sort], C.id) < tuple_(*key)) if key is not None else query


def _sort_key(item: Item, sort: str) -> tuple[Any, int]:
    return {"newest": item.created_at, "discussed": item.replies, "agreed": item.score}[sort], item.id


def best_by_place(activity: Activity, who: Viewer = VISITOR, *, most: int) -> dict[str, list[Item]]:
    """At every place the first comments most people agree with, for print; one query."""
    rank = func.row_number().over(partition_by=C.place, order_by=(C.score.desc(), C.id.desc())).label("rank")
    visible = visible_to(who, activity.procedure_id, activity.tenant_id)
    ranked = select(C.id, rank).where(C.activity_id == activity.id, C.parent_id.is_(None), visible).subquery()
    query = items().join(ranked, ranked.c.id == C.id).where(ranked.c.rank <= most)
    found: dict[str, list[Item]] = {}
    for item in fetch(query.order_by(C.place, ranked.c.rank)):
        found.setdefault(item.place, []).append(item)
    return found


def _write_key(item: Item, sort: str) -> str:
    value = {"newest": item.created_at.timestamp(), "discussed": item.replies, "agreed": item.score}[sort]
    return f"{value!r}_{item.id}"


def _read_key(after: str | None, sort: str) -> tuple[Any, int] | None:
    """A key from the address; an odd one counts as none."""
    value, _, number = (after or "").partition("_")
    try:
        if sort == "newest":
            return datetime.fromtimestamp(float(value)).astimezone(), _small(number)
        return _small(value), _small(number)
    except (ValueError, OverflowError, OSError):
        return None


def _small(text: str) -> int:
    number = int(text)
    if abs(number) >= 2**63:
        raise ValueError("too large for the database")
    return number


def first_replies(roots: Iterable[Item], activity: Activity, who: Viewer = VISITOR) -> dict[int, list[Item]]:
    """The first direct answers below each of these comments, at most three each; one query."""
    ids = [item.id for item in roots if item.replies]
    if not ids:
        return {}
    query = items().where(C.parent_id.in_(ids), C.number <= REPLIES_SHOWN, _shown_in_thread(who, activity))
    found: dict[int, list[Item]] = {}
    for item in fetch(query.order_by(C.parent_id, C.number)):
        found.setdefault(item.parent_id or 0, []).append(item)
    return found


def thread(root: Item, activity: Activity, who: Viewer = VISITOR, *, after: str | None = None) -> Page:
    """Everything below a contribution in reading order, a page of 20."""
    top = root.root_id or root.id
    query = items().where(C.root_id == top, C.path > root.path, _shown_in_thread(who, activity))
    if root.path:
        query = query.where(C.path < f"{root.path}~")
    if after and PATH.fullmatch(after):
        query = query.where(C.path > after)
    found = fetch(query.order_by(C.path).limit(PAGE + 1))
    return Page(found[:PAGE], found[PAGE - 1].path if len(found) > PAGE else None)


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
    query = items().where(named, C.activity_id == activity.id, _shown_in_thread(who, activity))
    return next(iter(fetch(query)), None)


def item_in(procedure: Procedure, reference: str, who: Viewer = VISITOR) -> Item | None:
    """Like `item_at`, wherever in a procedure it stands."""
    if not SHAPE.fullmatch(reference):
        return None
    named = and_(C.tenant_id == procedure.tenant_id, C.reference == reference)
    query = items().where(named, C.procedure_id == procedure.id, _shown_in_thread(who, procedure))
    return next(iter(fetch(query)), None)


def latest_version(contribution_id: int) -> ContributionVersion | None:
    """The newest state of the text, with the checksum that the receipt shows."""
    query = select(ContributionVersion).where(ContributionVersion.contribution_id == contribution_id)
    return db.session.scalar(query.order_by(ContributionVersion.number.desc()).limit(1))


def counts_by_place(activity: Activity) -> dict[str, int]:
    """Shown contributions by place; key `*` is the whole activity. One query of kept counters."""
    query = select(PlaceCount.place, PlaceCount.shown).where(PlaceCount.activity_id == activity.id)
    return {place: shown for place, shown in db.session.execute(query) if shown}


def own_ratings(item_ids: Sequence[int], who: Viewer) -> dict[int, str]:
    """How this viewer rated these contributions; no query for somebody who takes no part yet."""
    if not item_ids or not who.participant_ids:
        return {}
    query = select(RatingRow.contribution_id, RatingRow.value).where(
        RatingRow.contribution_id.in_(item_ids), RatingRow.participant_id.in_(who.participant_ids)
    )
    return dict(db.session.execute(query).all())


def own_contributions(activity: Activity, place: str | None, who: Viewer) -> list[Item]:
    """What this viewer added at a place and others cannot see (yet): pending, hidden, withdrawn; newest first."""
    if not who.participant_ids:
        return []
    mine = and_(C.participant_id.in_(who.participant_ids), C.state.in_(("pending", "hidden")))
    query = items().where(C.activity_id == activity.id, mine)
    if place is not None:
        query = query.where(C.place == place)
    return fetch(query.order_by(C.id.desc()).limit(PAGE))
