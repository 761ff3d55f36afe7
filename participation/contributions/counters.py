"""Kept counters, written last in the transaction and recounted by a job that reports drift."""

import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from participation.contributions.events import CountersRepaired
from participation.contributions.models import Contribution, PlaceCount, RatingRow
from participation.kernel.db import db, is_sqlite, last, transaction
from participation.kernel.events import emit
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


class Drift(NamedTuple):
    """What differs from the rows: places as (tenant, activity, place, true number), ratings as (contribution, agree,
    neutral, disagree), replies as (contribution, true number)."""

    places: list[tuple[int, int, str, int]]
    ratings: list[tuple[int, int, int, int]]
    replies: list[tuple[int, int]]

    def __bool__(self) -> bool:
        return bool(self.places or self.ratings or self.replies)


def drift() -> Drift:
    """Compare every kept counter with the rows; reads only."""
    return Drift(_drifted_places(), _drifted_ratings(), _drifted_replies())


def recount() -> int:
    """`repair`, and an alarm where something had drifted. Returns how many (0 is the promise)."""
    drifted = repair()
    if drifted:
        log.error("%s counters had drifted and were repaired", drifted)
        emit(CountersRepaired(number=drifted))
    return drifted


def repair() -> int:
    """Compare every kept counter with the rows and set those that differ. Returns how many."""
    found = drift()
    for tenant, activity, place, true in found.places:
        _set_place(tenant, activity, place, true)
    for number, agree, neutral, disagree in found.ratings:
        _set(number, agree=agree, neutral=neutral, disagree=disagree, score=agree - disagree)
    for number, true in found.replies:
        _set(number, replies=true)
    return len(found.places) + len(found.ratings) + len(found.replies)


def watch_counters() -> None:
    """Periodic: look without the write lock; only where something drifted, look again with it, repair and raise the
    alarm."""
    found = drift()
    db.session.rollback()
    if found:
        with transaction():
            recount()


def _drifted_places() -> list[tuple[int, int, str, int]]:
    shown = Contribution.state.in_(SHOWN)
    keys = (Contribution.tenant_id, Contribution.activity_id)
    by_place = select(*keys, Contribution.place, func.count()).where(shown).group_by(*keys, Contribution.place)
    in_all = select(*keys, func.count()).where(shown).group_by(*keys)
    true = {(activity, place): (tenant, count) for tenant, activity, place, count in db.session.execute(by_place)}
    true |= {(activity, "*"): (tenant, count) for tenant, activity, count in db.session.execute(in_all)}
    rows = select(PlaceCount.activity_id, PlaceCount.place, PlaceCount.tenant_id, PlaceCount.shown)
    kept = {(activity, place): (tenant, shown) for activity, place, tenant, shown in db.session.execute(rows)}
    found = []
    for key in true.keys() | kept.keys():
        tenant, count = true.get(key, (kept.get(key, (0, 0))[0], 0))
        if kept.get(key, (tenant, 0))[1] != count:
            found.append((tenant, *key, count))
    return sorted(found)


def _drifted_ratings() -> list[tuple[int, int, int, int]]:
    def number(value: str) -> Any:
        return func.coalesce(func.sum(case((RatingRow.value == value, 1), else_=0)), 0)

    names = ("agree", "neutral", "disagree")
    counted = select(RatingRow.contribution_id, *(number(name).label(name) for name in names))
    counted_rows = counted.group_by(RatingRow.contribution_id).subquery()
    true = [func.coalesce(counted_rows.c[name], 0) for name in names]
    differs = [getattr(Contribution, name) != value for name, value in zip(names, true, strict=True)]
    query = select(Contribution.id, *true).outerjoin(counted_rows, counted_rows.c.contribution_id == Contribution.id)
    query = query.where(or_(*differs, Contribution.score != Contribution.agree - Contribution.disagree))
    return [(row[0], int(row[1]), int(row[2]), int(row[3])) for row in db.session.execute(query)]


def _drifted_replies() -> list[tuple[int, int]]:
    below = Contribution.__table__.alias("below")
    counted = and_(
        below.c.state.in_(SHOWN), (below.c.root_id == Contribution.id) | (below.c.parent_id == Contribution.id)
    )
    number = select(func.count()).select_from(below).where(counted).correlate(Contribution).scalar_subquery()
    query = select(Contribution.id, number).where(Contribution.children > 0, Contribution.replies != number)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _set_place(tenant_id: int, activity_id: int, place: str, true: int) -> None:
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    values = {"tenant_id": tenant_id, "activity_id": activity_id, "place": place, "shown": true}
    statement = insert(PlaceCount).values(**values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["activity_id", "place"], set_={"shown": true}))


def _set(contribution_id: int, **values: int) -> None:
    db.session.execute(update(Contribution).where(Contribution.id == contribution_id).values(**values))
