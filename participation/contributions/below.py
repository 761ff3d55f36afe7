"""Everything below a contribution: its own thread, and after that the answers to what was merged into it."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import aliased

from participation.access.rules import VISITOR, Viewer
from participation.contributions.models import Contribution
from participation.contributions.queries import PAGE, Item, fetch, items, shown_in_thread
from participation.kernel.db import db
from participation.procedures.models import Activity

KEY = re.compile(r"(?:([0-9]{1,18})_)?([0-9.]{0,2000})")  # the path; of what was merged, with its number before it
C, MERGED, OUTER = Contribution, aliased(Contribution), aliased(Contribution)


class Indented(NamedTuple):
    """An answer, and how many levels below what it belongs to it stands."""

    item: Item
    level: int


class Below(NamedTuple):
    """A page of what stands below a contribution, and the key after which the next one begins (None on the last)."""

    own: list[Indented]
    merged: list[Indented]  # answers to what was merged into it
    next: str | None

    @property
    def items(self) -> list[Item]:
        """All of the page."""
        return [entry.item for entry in (*self.own, *self.merged)]


def thread(
    root: Item, activity: Activity, who: Viewer = VISITOR, *, after: str | None = None, with_merged: bool = False
) -> Below:
    """Everything below a contribution in reading order, a page of 20; `with_merged`: others are merged into it."""
    key = KEY.fullmatch(after or "")
    source, path = (key[1], key[2]) if key else (None, "")
    own = _own(root, activity, who, path) if source is None else []
    shown = [Indented(item, item.depth - root.depth - 1) for item in own[:PAGE]]
    if len(own) > PAGE or not with_merged:
        return Below(shown, [], own[PAGE - 1].path if len(own) > PAGE else None)
    begin = (int(source), path) if source is not None else (0, "")
    rows = _merged(root, activity, who, begin, PAGE - len(shown) + 1)
    more = rows[: PAGE - len(shown)]
    last = f"{more[-1].source}_{more[-1].item.path}" if more else "0_"
    return Below(shown, [Indented(row.item, row.level) for row in more], last if len(rows) > len(more) else None)


def _own(root: Item, activity: Activity, who: Viewer, after: str) -> list[Item]:
    top = root.root_id or root.id
    query = items(who).where(C.root_id == top, C.path > max(after, root.path), shown_in_thread(who, activity))
    if root.path:
        query = query.where(C.path < f"{root.path}~")
    return fetch(query.order_by(C.path).limit(PAGE + 1))


class _Row(NamedTuple):
    item: Item
    source: int  # what it stands below
    level: int


def _merged(root: Item, activity: Activity, who: Viewer, begin: tuple[int, str], most: int) -> list[_Row]:
    """The answers to what was merged, by that and in reading order."""
    query = items(who).add_columns(MERGED.id, C.depth - MERGED.depth - 1)
    query = query.join(MERGED, _is_below(MERGED, C.root_id, C.path)).where(
        *_sources(root), shown_in_thread(who, activity)
    )
    query = query.where(tuple_(MERGED.id, C.path) > tuple_(*begin))
    rows: Sequence[Any] = db.session.execute(query.order_by(MERGED.id, C.path).limit(most)).all()
    return [_Row(Item(*row[:-2]), row[-2], row[-1]) for row in rows]


def _sources(root: Item) -> tuple[ColumnElement[bool], ...]:
    """What was merged into a contribution, without what stands below it or below another one of them anyway."""
    is_own = and_(MERGED.root_id == (root.root_id or root.id), MERGED.path.startswith(root.path))
    merged_too = and_(OUTER.merged_into_id == root.id, OUTER.state == "merged")
    nested = select(OUTER.id).where(merged_too, _is_below(OUTER, MERGED.root_id, MERGED.path)).exists()
    return MERGED.merged_into_id == root.id, MERGED.state == "merged", ~func.coalesce(is_own, False), ~nested


def _is_below(over: Any, root_id: Any, path: Any) -> ColumnElement[bool]:
    """Whether a place of a thread lies below a contribution."""
    return and_(root_id == func.coalesce(over.root_id, over.id), path != over.path, path.like(over.path.concat("%")))
