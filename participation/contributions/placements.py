"""Reading what became of contributions in the versions of a text, and what stood where in an earlier one."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select

from participation.access.rules import Viewer
from participation.contributions.models import Contribution
from participation.contributions.placement_models import Placement
from participation.contributions.queries import Item, fetch, items, visible_to
from participation.contributions.reply_counts import SHOWN
from participation.documents.models import DocumentVersion, Node
from participation.documents.worddiff import is_same
from participation.kernel.db import db
from participation.procedures.models import Procedure

C, N, P, V = Contribution, Node, Placement, DocumentVersion
PAGE = 50


class Stop(NamedTuple):
    """What became of a contribution when a version was published."""

    contribution_id: int
    document_id: int
    number: int  # of the new version
    version_id: int
    before_id: int
    published_at: datetime
    fate: str
    place_before: str
    place: str
    citation: str  # of the place in the new version; "" where it is gone
    citation_before: str
    passage: bool
    by_hand: bool
    reworded: bool  # the paragraph says something else now


class Past(NamedTuple):
    """A contribution that was written for an earlier version: which, and what became of it since."""

    number: int  # of the version it was written for
    document_id: int
    fate: str  # carried, moved, orphaned
    citation: str  # where it stands now
    passage: bool
    reworded: bool


def stops_of(contribution_ids: Collection[int]) -> dict[int, list[Stop]]:
    """What became of these contributions in each version published since, oldest first; one query, none for none."""
    if not contribution_ids:
        return {}
    old, new = N.__table__.alias("old"), N.__table__.alias("new")
    columns = (
        P.contribution_id, V.document_id, V.number, V.id, V.before_id, V.published_at, P.fate, P.place_before, P.place,
        func.coalesce(new.c.citation, ""), func.coalesce(old.c.citation, ""), P.passage, P.by_hand,
        old.c.text, new.c.text,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(V, V.id == P.version_id)
        .outerjoin(old, and_(old.c.version_id == V.before_id, old.c.key == P.place_before))
        .outerjoin(new, and_(new.c.version_id == V.id, new.c.key == P.place))
        .where(P.contribution_id.in_(contribution_ids))
        .order_by(V.number)
    )
    found: dict[int, list[Stop]] = {}
    for *values, before, after in db.session.execute(query):
        reworded = before is not None and after is not None and not is_same(before, after)
        found.setdefault(values[0], []).append(Stop._make((*values, reworded)))
    return found


def pasts_of(contribution_ids: Collection[int]) -> dict[int, Past]:
    """Those of these contributions that were written for an earlier version of their text."""
    return {number: _past(stops) for number, stops in stops_of(contribution_ids).items()}


def _past(stops: list[Stop]) -> Past:
    first, last = stops[0], stops[-1]
    was_moved = any(stop.fate == "moved" for stop in stops)
    fate = "orphaned" if last.fate == "orphaned" else "moved" if was_moved else "carried"
    reworded = any(stop.reworded for stop in stops)
    return Past(first.number - 1, first.document_id, fate, last.citation, last.passage, reworded)


def fates_in(version_id: int) -> dict[str, int]:
    """How many contributions were carried over, moved, orphaned when a version was published."""
    query = select(P.fate, func.count()).where(P.version_id == version_id).group_by(P.fate)
    return dict(db.session.execute(query).all())


def counts_then(next_version_id: int) -> dict[str, int]:
    """Shown contributions by the place where they stood until this version was published."""
    query = (
        select(P.place_before, func.count())
        .join(C, C.id == P.contribution_id)
        .where(P.version_id == next_version_id, C.state.in_(SHOWN))
        .group_by(P.place_before)
    )
    return dict(db.session.execute(query).all())


def comments_then(
    procedure: Procedure, next_version_id: int, place: str, who: Viewer, *, after: int | None = None
) -> tuple[list[Item], int | None]:
    """The first comments that stood at a place until this version was published, a page of 50, oldest first."""
    query = (
        items(who)
        .join(P, P.contribution_id == C.id)
        .where(P.version_id == next_version_id, P.place_before == place, C.parent_id.is_(None))
        .where(visible_to(who, procedure.id, procedure.tenant_id))
    )
    query = query.where(C.id > after) if after else query
    found = fetch(query.order_by(C.id).limit(PAGE + 1))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None
