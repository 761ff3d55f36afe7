"""How many shown answers a contribution has: the truth behind `replies`.

Those of the whole thread below a first comment, the direct ones below an answer; and in the same way those of what was
merged into it. Each answer counts once.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, select, union, union_all, update
from sqlalchemy.orm import aliased

from participation.contributions.models import Contribution
from participation.kernel.db import db

C = Contribution
SHOWN = ("published",)


def drifted_replies(ids: Collection[int] | None = None) -> list[tuple[int, int]]:
    """Contributions whose kept number differs from the rows, with the true one; of these `ids`, or of all."""
    counted = _counted(ids)
    numbers = select(counted.c.counts_for, func.count().label("number")).group_by(counted.c.counts_for).subquery()
    true = func.coalesce(numbers.c.number, 0)
    query = select(C.id, true).outerjoin(numbers, numbers.c.counts_for == C.id).where(C.replies != true)
    query = query if ids is None else query.where(C.id.in_(ids))
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(C.id))]


def _counted(ids: Collection[int] | None) -> Any:
    """Pairs of a contribution and an answer that counts for it, each once."""
    itself, other = aliased(C), aliased(C)
    is_merged = and_(other.state == "merged", other.merged_into_id.is_not(None))
    own = select(itself.id.label("counts_for"), itself.id.label("member"))
    merged = select(other.merged_into_id, other.id).where(is_merged)
    if ids is not None:
        own, merged = own.where(itself.id.in_(ids)), merged.where(other.merged_into_id.in_(ids))
    sets = union_all(own, merged).subquery()
    below = [aliased(C), aliased(C)]
    pairs = [
        select(sets.c.counts_for, row.id).join(row, column == sets.c.member).where(row.state.in_(SHOWN))
        for row, column in zip(below, (below[0].root_id, below[1].parent_id), strict=True)
    ]
    return union(*pairs).subquery()


def set_replies(found: list[tuple[int, int]]) -> None:
    """Write true numbers."""
    for number, replies in found:
        _update(C.id == number, replies=replies)


def add_replies(ancestors: Collection[int], by: int) -> None:
    """So many more (or fewer) shown answers below these, and below what those were merged into.

    The rows are held first: a merging at the same moment is either seen here, or sees what was added.
    """
    for ancestor in sorted(ancestors):
        _update(C.id == ancestor, replies=C.replies + by)
    into = select(C.merged_into_id).where(C.id.in_(ancestors), C.state == "merged", C.merged_into_id.is_not(None))
    for target in sorted({number for number in db.session.scalars(into) if number} - set(ancestors)):
        _update(C.id == target, replies=C.replies + by)


def _update(which: Any, **values: Any) -> None:
    statement = update(C).where(which).values(**values)
    db.session.execute(statement, execution_options={"synchronize_session": False})
