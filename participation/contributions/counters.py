"""Kept counters, written last in the transaction and recounted by a job that reports drift."""

import logging
from collections.abc import Callable, Collection
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from participation.contributions.events import CountersRepaired
from participation.contributions.models import Contribution, PlaceCount
from participation.contributions.rating_counts import Counts, count_ratings_again, drifted_ratings, hold, set_counts
from participation.contributions.reply_counts import SHOWN, add_replies, drifted_replies, set_replies
from participation.kernel.db import db, is_sqlite, last, transaction
from participation.kernel.events import emit
from participation.kernel.versions import raise_version

log = logging.getLogger(__name__)


def count_shown(contribution: Contribution, by: int) -> None:
    """A contribution became visible (+1) or went out of sight (-1): its places and its thread count it."""
    activity = (contribution.tenant_id, contribution.activity_id)
    for place in sorted({contribution.place, "*"}):
        last(f"count:{activity}:{place}:{contribution.id}", _place(*activity, place, by))
    if contribution.root_id is not None:
        ancestors = {number for number in (contribution.root_id, contribution.parent_id) if number is not None}
        last(f"replies:{contribution.root_id}:{contribution.id}", lambda: add_replies(ancestors, by))
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


def count_again(ids: Collection[int]) -> None:
    """At the end of the transaction ratings and answers of these contributions are counted anew from the rows: what
    was merged with them has changed.
    """
    count_ratings_again(ids)
    last(f"thread:{sorted(ids)}", lambda: _count_replies_again(ids))


def _count_replies_again(ids: Collection[int]) -> None:
    hold(ids)
    set_replies(drifted_replies(ids))


class Drift(NamedTuple):
    """What differs from the rows: places as (tenant, activity, place, true number), ratings as (contribution, true
    counts), replies as (contribution, true number)."""

    places: list[tuple[int, int, str, int]]
    ratings: list[tuple[int, Counts]]
    replies: list[tuple[int, int]]

    def __bool__(self) -> bool:
        return bool(self.places or self.ratings or self.replies)


def drift() -> Drift:
    """Compare every kept counter with the rows; reads only."""
    return Drift(_drifted_places(), drifted_ratings(), drifted_replies())


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
    set_counts(found.ratings)
    set_replies(found.replies)
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


def _set_place(tenant_id: int, activity_id: int, place: str, true: int) -> None:
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    values = {"tenant_id": tenant_id, "activity_id": activity_id, "place": place, "shown": true}
    statement = insert(PlaceCount).values(**values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["activity_id", "place"], set_={"shown": true}))
