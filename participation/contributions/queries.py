"""Reading contributions: one row type per list, keyset paging at every level, visibility in one place."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, tuple_

from participation.access.rules import VISITOR, Viewer
from participation.contributions.models import Anchor, Contribution, PlaceCount, RatingRow
from participation.kernel.db import db
from participation.procedures.models import Activity, Participant

PAGE = 20  # contributions on a page
REPLIES_SHOWN = 3  # below each first comment; the rest stand on its own page
SORTS = ("newest", "discussed", "agreed")
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

    @property
    def is_gone(self) -> bool:
        """Whether only its place in the thread is left."""
        return self.state in PLACEHOLDERS


class Page(NamedTuple):
    """A page of a list, and the key after which the next one begins (None on the last)."""

    items: list[Item]
    next: str | None


C, P = Contribution, Participant


def visible_to(who: Viewer, procedure_id: int, tenant_id: int) -> ColumnElement[bool]:
    """The one filter of what somebody may read: published, one's own, and for staff everything."""
    if who.roles_at(tenant_id, procedure_id):
        return C.state != "removed"
    own = C.participant_id.in_(who.participant_ids) if who.participant_ids else false()
    return or_(C.state == "published", and_(own, C.state != "removed"))


def _shown_in_thread(who: Viewer, activity: Activity) -> ColumnElement[bool]:
    """In a thread the place of a hidden or withdrawn comment stays where there are answers below it."""
    placeholder = and_(C.state.in_(PLACEHOLDERS), C.replies > 0)
    return or_(visible_to(who, activity.procedure_id, activity.tenant_id), placeholder)


def items() -> Select[Any]:
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
    query = items().where(C.activity_id == activity.id, C.parent_id.is_(None), _shown_in_thread(who, activity))
    if place is not None:
        query = query.where(C.place == place)
    column = {"newest": C.created_at, "discussed": C.replies, "agreed": C.score}[sort]
    key = _read_key(after, sort)
    if key is not None:
        query = query.where(tuple_(column, C.id) < tuple_(*key))
    found = fetch(query.order_by(column.desc(), C.id.desc()).limit(PAGE + 1))
    return Page(found[:PAGE], _write_key(found[PAGE - 1], sort) if len(found) > PAGE else None)


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
    if after:
        query = query.where(C.path > after)
    found = fetch(query.order_by(C.path).limit(PAGE + 1))
    return Page(found[:PAGE], found[PAGE - 1].path if len(found) > PAGE else None)


def contribution_at(procedure_id: int, reference: str) -> Contribution | None:
    """A contribution of a procedure by its number, whatever its state: ask visibility before showing it."""
    return db.session.scalar(select(C).where(C.procedure_id == procedure_id, C.reference == reference))


def item_at(activity: Activity, reference: str, who: Viewer = VISITOR) -> Item | None:
    """A contribution as a card; None where it is not to be seen (a placeholder is, while it has answers)."""
    query = items().where(C.activity_id == activity.id, C.reference == reference, _shown_in_thread(who, activity))
    return next(iter(fetch(query)), None)


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
