"""Kept counters, written last in the transaction and recounted by a job that reports drift."""

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from participation.contributions.models import Contribution, PlaceCount, RatingRow
from participation.kernel.db import db, is_sqlite, last
from participation.kernel.versions import raise_version

log = logging.getLogger(__name__)

SHOWN = ("published",)


def count_shown(contribution: Contribution, by: int) -> None:
    """A contribution became visible (+1) or went out of sight (-1): its places and its thread count it."""
    activity = (contribution.tenant_id, contribution.activity_id)
    for place in sorted({contribution.place, "*"}):
        last(f"count:{activity}:{place}:{contribution.id}", _place(*activity, place, by))
    if contribution.root_id is not None:
        ancestors = {contribution.root_id, contribution.parent_id}
        for ancestor in sorted(ancestor for ancestor in ancestors if ancestor is not None):
            last(f"replies:{ancestor}:{contribution.id}", _replies(ancestor, by))
    raise_version(f"procedure:{contribution.procedure_id}")


def count_place(tenant_id: int, activity_id: int, place: str, by: int, why: str) -> None:
    """So many more (or fewer) shown contributions stand at a place; `why` names the act within the transaction."""
    last(f"count:{(tenant_id, activity_id)}:{place}:{why}", _place(tenant_id, activity_id, place, by))


def _place(tenant_id: int, activity_id: int, place: str, by: int) -> Callable[[], object]:
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    values = {"tenant_id": tenant_id, "activity_id": activity_id, "place": place, "shown": by}
    statement = (
        insert(PlaceCount)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["activity_id", "place"], set_={"shown": PlaceCount.__table__.c.shown + by}
        )
    )
    return lambda: db.session.execute(statement)


def _replies(ancestor: int, by: int) -> Callable[[], object]:
    statement = update(Contribution).where(Contribution.id == ancestor).values(replies=Contribution.replies + by)
    return lambda: db.session.execute(statement, execution_options={"synchronize_session": False})


def recount() -> int:
    """Compare every kept counter with the rows and repair it. Returns how many had drifted (0 is the promise)."""
    drifted = _recount_places() + _recount_ratings() + _recount_replies()
    if drifted:
        log.error("%s counters had drifted and were repaired", drifted)
    return drifted


def _recount_places() -> int:
    shown = Contribution.state.in_(SHOWN)
    keys = (Contribution.tenant_id, Contribution.activity_id)
    by_place = select(*keys, Contribution.place, func.count()).where(shown).group_by(*keys, Contribution.place)
    in_all = select(*keys, func.count()).where(shown).group_by(*keys)
    true = {(activity, place): (tenant, count) for tenant, activity, place, count in db.session.execute(by_place)}
    true |= {(activity, "*"): (tenant, count) for tenant, activity, count in db.session.execute(in_all)}
    kept = {(row.activity_id, row.place): row for row in db.session.scalars(select(PlaceCount))}
    drifted = 0
    for key in true.keys() | kept.keys():
        tenant, count = true.get(key, (0, 0))
        row = kept.get(key)
        if (row.shown if row else 0) != count:
            drifted += 1
            if row is None:
                row = PlaceCount(tenant_id=tenant, activity_id=key[0], place=key[1])
                db.session.add(row)
            row.shown = count
    return drifted


def _recount_ratings() -> int:
    def number(value: str) -> Any:
        return func.coalesce(func.sum(case((RatingRow.value == value, 1), else_=0)), 0)

    query = (
        select(Contribution, number("agree"), number("neutral"), number("disagree"))
        .outerjoin(RatingRow, RatingRow.contribution_id == Contribution.id)
        .group_by(Contribution.id)
        .execution_options(yield_per=1000)
    )
    drifted = 0
    for row, agree, neutral, disagree in db.session.execute(query):
        if (row.agree, row.neutral, row.disagree, row.score) != (agree, neutral, disagree, agree - disagree):
            row.agree, row.neutral, row.disagree, row.score = agree, neutral, disagree, agree - disagree
            drifted += 1
    return drifted


def _recount_replies() -> int:
    below = Contribution.__table__.alias("below")
    counted = and_(
        below.c.state.in_(SHOWN), (below.c.root_id == Contribution.id) | (below.c.parent_id == Contribution.id)
    )
    number = select(func.count()).select_from(below).where(counted).scalar_subquery()
    drifted = 0
    for row, true in db.session.execute(select(Contribution, number).where(Contribution.children > 0)):
        if row.replies != true:
            row.replies, drifted = true, drifted + 1
    return drifted
