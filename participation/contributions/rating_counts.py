"""What the rows of ratings say about a contribution: the truth behind its kept counters.

A contribution counts its own ratings and those of what was merged into it, each participant once: their rating of the
contribution itself, else the latest of the others. Its own author counts nowhere. What was imported is added up.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, case, cast, func, or_, select, update
from sqlalchemy.orm import aliased

from participation.contributions.models import Contribution, RatingRow
from participation.kernel.db import db, last

C, R = Contribution, RatingRow
WEIGHTS = {"agree": 1, "neutral": 0, "disagree": -1}


class Counts(NamedTuple):
    """The kept counters of ratings."""

    agree: int
    neutral: int
    disagree: int
    score: int  # with what was imported


def drifted_ratings(ids: Collection[int] | None = None) -> list[tuple[int, Counts]]:
    """Contributions whose counters differ from their rows, with the true counts; of these `ids`, or of all."""
    sums, merged = _sums(ids), _imported_with(ids)
    counted = [func.coalesce(sums.c[name], 0) for name in ("agree", "neutral", "disagree")]
    true = [*counted, func.coalesce(sums.c.score, 0) + C.imported + func.coalesce(merged.c.imported, 0)]
    kept = (C.agree, C.neutral, C.disagree, C.score)
    differs = or_(*(one != other for one, other in zip(kept, true, strict=True)))
    query = select(C.id, *true).outerjoin(sums, sums.c.counts_for == C.id)
    query = query.outerjoin(merged, merged.c.counts_for == C.id).where(differs)
    query = query if ids is None else query.where(C.id.in_(ids))
    return [(row[0], Counts(*(int(number) for number in row[1:]))) for row in db.session.execute(query)]


def _imported_with(ids: Collection[int] | None) -> Any:
    """For each contribution the imported sums of what was merged into it; added up once, not row by row."""
    into = C.merged_into_id
    query = select(into.label("counts_for"), func.sum(C.imported).label("imported"))
    query = query.where(into.is_not(None), C.state == "merged")
    query = query if ids is None else query.where(into.in_(ids))
    return query.group_by(into).subquery()


def _sums(ids: Collection[int] | None) -> Any:
    """For each contribution the sums of what counts for it."""
    rated, target = aliased(C), aliased(C)
    is_merged = and_(rated.state == "merged", rated.merged_into_id.is_not(None))
    counts_for = case((is_merged, rated.merged_into_id), else_=rated.id)
    order = (case((rated.id == counts_for, 0), else_=1), R.at.desc(), R.id.desc())
    rank = func.row_number().over(partition_by=(counts_for, R.participant_id), order_by=order)
    query = (
        select(counts_for.label("counts_for"), R.value.label("value"), rank.label("rank"))
        .join(rated, rated.id == R.contribution_id)
        .join(target, target.id == counts_for)
        .where(R.participant_id != target.participant_id)
    )
    query = query if ids is None else query.where(or_(rated.id.in_(ids), rated.merged_into_id.in_(ids)))
    one = query.subquery()
    points = case((one.c.value.in_(WEIGHTS), "0"), else_=one.c.value)
    weight = case(WEIGHTS, value=one.c.value, else_=cast(points, Integer))
    of = {name: func.sum(case((one.c.value == name, 1), else_=0)).label(name) for name in ("neutral", "disagree")}
    people = func.sum(case((one.c.value.in_(("neutral", "disagree")), 0), else_=1)).label("agree")
    sums = select(one.c.counts_for, people, *of.values(), func.sum(weight).label("score")).where(one.c.rank == 1)
    return sums.group_by(one.c.counts_for).subquery()


def count_ratings_again(ids: Collection[int]) -> None:
    """At the end of the transaction the counters of these contributions follow their rows: after a merge, an undo."""
    last(f"ratings:{sorted(ids)}", lambda: _count(ids))


def _count(ids: Collection[int]) -> None:
    hold(ids)
    set_counts(drifted_ratings(ids))


def hold(ids: Collection[int]) -> None:
    """Lock these rows before they are counted: what others add at this moment is then counted, or added after it."""
    db.session.execute(select(C.id).where(C.id.in_(ids)).order_by(C.id).with_for_update())


def add_rating(contribution_id: int, change: Mapping[str, int]) -> None:
    """The counters of a contribution change by so much, by the names of `Counts`.

    Where it is merged, or others are merged into it, they are counted anew instead: somebody may have rated several.
    The row is held first, so a merging at the same moment is either seen here, or sees the rating.
    """
    columns = {name: getattr(C, name) + by for name, by in change.items() if by}
    held = update(C).where(C.id == contribution_id).values(**columns) if columns else None
    if held is not None:
        db.session.execute(held, execution_options={"synchronize_session": False})
    together = select(C.id, C.merged_into_id).where(or_(C.id == contribution_id, C.merged_into_id == contribution_id))
    rows = db.session.execute(together).all()
    if len(rows) > 1 or any(into is not None for _number, into in rows):
        _count({contribution_id} | {into for _number, into in rows if into is not None})


def set_counts(found: list[tuple[int, Counts]]) -> None:
    """Write true counts."""
    for number, counts in found:
        statement = update(C).where(C.id == number).values(**counts._asdict())
        db.session.execute(statement, execution_options={"synchronize_session": False})
