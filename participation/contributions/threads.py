"""Reading threads: first comments of a place, the answers below them, keyset paging at every level."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_, union_all

from participation.access.rules import VISITOR, Viewer
from participation.contributions.counts import are_held_back
from participation.contributions.models import Contribution
from participation.contributions.queries import PAGE, Item, fetch, items, shown_in_thread, visible_to
from participation.kernel.db import db
from participation.procedures.models import Activity

REPLIES_SHOWN = 3  # below each first comment; the rest stand on its own page
SORTS = ("newest", "discussed", "agreed")

C = Contribution
SORT_COLUMNS: dict[str, Any] = {"newest": C.created_at, "discussed": C.replies, "agreed": C.score}


class Page(NamedTuple):
    """A page of a list, and the key after which the next one begins (None on the last)."""

    items: list[Item]
    next: str | None


class Threads(NamedTuple):
    """A page of first comments with the first answers below each (by the id of the comment)."""

    items: list[Item]
    replies: dict[int, list[Item]]
    next: str | None


def orders_for(activity: Activity, who: Viewer, *, is_rated: bool = True) -> tuple[str, ...]:
    """The orders a viewer may ask for: none by counts which are held back, or which there are not."""
    counted = is_rated and not are_held_back(activity, who)
    return SORTS if counted else tuple(sort for sort in SORTS if sort != "agreed")


def _allowed(activity: Activity, who: Viewer, sort: str) -> str:
    return sort if sort in orders_for(activity, who) else SORTS[0]


def first_comments(
    activity: Activity,
    place: str | None,
    who: Viewer = VISITOR,
    *,
    sort: str = "newest",
    after: str | None = None,
    where: Sequence[ColumnElement[bool]] = (),
) -> Page:
    """The first comments at a place (None: of the whole activity), a page of 20, in one of the orders of `SORTS`.

    `where` narrows them further.
    """
    sort = _allowed(activity, who, sort)
    column = SORT_COLUMNS[sort]
    query = _first(items(who), activity, place, who, sort, after).where(*where)
    found = fetch(query.order_by(column.desc(), C.id.desc()).limit(PAGE + 1))
    return Page(found[:PAGE], _write_key(found[PAGE - 1], sort) if len(found) > PAGE else None)


def first_threads(
    activity: Activity, place: str | None, who: Viewer = VISITOR, *, sort: str = "newest", after: str | None = None
) -> "Threads":
    """Like `first_comments`, with the first three direct answers below each; both in one query."""
    sort = _allowed(activity, who, sort)
    column = SORT_COLUMNS[sort]
    ids = _first(select(C.id), activity, place, who, sort, after)
    page = ids.order_by(column.desc(), C.id.desc()).limit(PAGE + 1).cte("page")
    below = and_(C.parent_id.in_(select(page.c.id)), C.number <= REPLIES_SHOWN, shown_in_thread(who, activity))
    both = union_all(items(who).where(C.id.in_(select(page.c.id))), items(who).where(below))
    rows = [Item(*row) for row in db.session.execute(both)]
    roots = sorted((row for row in rows if row.parent_id is None), key=lambda row: _sort_key(row, sort), reverse=True)
    replies: dict[int, list[Item]] = {}
    for row in sorted((row for row in rows if row.parent_id is not None), key=lambda row: row.path):
        replies.setdefault(row.parent_id or 0, []).append(row)
    return Threads(roots[:PAGE], replies, _write_key(roots[PAGE - 1], sort) if len(roots) > PAGE else None)


def _first(query: Select[Any], activity: Activity, place: str | None, who: Viewer, sort: str, after: str | None) -> Any:
    query = query.where(C.activity_id == activity.id, C.parent_id.is_(None), shown_in_thread(who, activity))
    if place is not None:
        query = query.where(C.place == place)
    key = _read_key(after, sort)
    return query.where(tuple_(SORT_COLUMNS[sort], C.id) < tuple_(*key)) if key is not None else query


def _sort_key(item: Item, sort: str) -> tuple[Any, int]:
    return {"newest": item.created_at, "discussed": item.replies, "agreed": item.score}[sort], item.id


def best_by_place(activity: Activity, who: Viewer = VISITOR, *, most: int) -> dict[str, list[Item]]:
    """At every place the first comments most people agree with (the newest, while counts are held back); one query."""
    order = (C.id.desc(),) if are_held_back(activity, who) else (C.score.desc(), C.id.desc())
    rank = func.row_number().over(partition_by=C.place, order_by=order).label("rank")
    visible = visible_to(who, activity.procedure_id, activity.tenant_id)
    ranked = select(C.id, rank).where(C.activity_id == activity.id, C.parent_id.is_(None), visible).subquery()
    query = items(who).join(ranked, ranked.c.id == C.id).where(ranked.c.rank <= most)
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
