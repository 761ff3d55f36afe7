"""Public figures of moderation: what was reported, hidden, restored, reviewed. No persons, no small numbers.

Below five a number could tell why a certain text, whose place in the thread is still to be seen, was hidden. Such a
number is not given, and neither are others by which it could be found.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select

from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.moderation.models import Appeal, ModerationAct, Report
from participation.moderation.reasons import REASONS

FEWEST = 5
C, M = Contribution, ModerationAct


class Cell(NamedTuple):
    """A figure; without a value it is held back, because it is small or tells of a small one."""

    name: str
    value: int | None


class Figures(NamedTuple):
    """What anybody may know about moderation."""

    contributions: int
    reported: Cell
    hidden: Cell
    by_reason: tuple[Cell, ...]
    redacted: Cell
    restored: Cell
    appeals: tuple[Cell, ...]  # confirmed, overturned, open
    median: int | None  # seconds from the report, or the arrival, to the decision; None below five decisions


def figures(tenant_id: int, procedure_id: int | None = None) -> Figures:
    """The figures of an authority, or of one of its procedures; six queries however much there is."""
    here = and_(C.tenant_id == tenant_id, C.procedure_id == procedure_id if procedure_id else C.id.is_not(None))
    by_act = _counted(_acts(here).add_columns(M.act), M.act)
    by_reason = _counted(_acts(here).where(M.act == "hide").add_columns(M.reason), M.reason)
    reasons, hidden = guarded({code: by_reason.get(code, 0) for code in REASONS})
    outcomes = _counted(_appeals(here), Appeal.outcome)
    appeals, _all = guarded({name: outcomes.get(name, 0) for name in ("confirmed", "overturned", "")})
    return Figures(
        contributions=_number(select(func.count(C.id)).where(here, C.state != "removed")),
        reported=_cell("reported", _number(_reported(here))),
        hidden=Cell("hidden", hidden),
        by_reason=reasons,
        redacted=_cell("redacted", by_act.get("redact", 0)),
        restored=_cell("restored", by_act.get("restore", 0)),
        appeals=appeals,
        median=_median(here),
    )


def plain_figures(found: Figures) -> dict[str, Any]:
    """The figures as plain values, for a package of a result; what is held back is null."""
    return {
        "contributions": found.contributions,
        "fewest": FEWEST,
        "reported": found.reported.value,
        "hidden": found.hidden.value,
        "redacted": found.redacted.value,
        "restored": found.restored.value,
        "by_reason": {cell.name: cell.value for cell in found.by_reason},
        "appeals": {cell.name or "open": cell.value for cell in found.appeals},
        "median_seconds": found.median,
    }


def guarded(counts: Mapping[str, int]) -> tuple[tuple[Cell, ...], int | None]:
    """The counts without small ones, and their sum; nothing small can be found by elimination or by subtracting.

    Where one count is small, those of nothing are held back too; if it still stands alone, the next larger one.
    """
    if not any(0 < count < FEWEST for count in counts.values()):
        return tuple(Cell(name, count) for name, count in counts.items()), sum(counts.values())
    held = {name for name, count in counts.items() if count < FEWEST}
    if len(held) == 1 and len(counts) > 1:
        held |= {min(counts.keys() - held, key=lambda name: counts[name])}
    total = sum(counts.values())
    return tuple(Cell(name, None if name in held else count) for name, count in counts.items()), (
        None if total < FEWEST else total
    )


def _cell(name: str, count: int) -> Cell:
    return Cell(name, None if 0 < count < FEWEST else count)


def _acts(here: ColumnElement[bool]) -> Select[Any]:
    query = select(func.count(M.id)).join(C, C.id == M.contribution_id)
    return query.where(here, M.undone_at.is_(None))


def _reported(here: ColumnElement[bool]) -> Select[int]:
    return select(func.count(Report.contribution_id.distinct())).join(C, C.id == Report.contribution_id).where(here)


def _appeals(here: ColumnElement[bool]) -> Select[int, str]:
    query = select(func.count(Appeal.id), Appeal.outcome).join(C, C.id == Appeal.contribution_id)
    return query.where(here)


def _counted(query: Any, by: Any) -> dict[str, int]:
    return {name: count for count, name in db.session.execute(query.group_by(by))}


def _number(query: Select[int]) -> int:
    return db.session.scalar(query) or 0


def _median(here: ColumnElement[bool]) -> int | None:
    """The middle of all waiting times, the lower one of two."""
    waited = select(M.waited).join(C, C.id == M.contribution_id)
    waited = waited.where(here, M.undone_at.is_(None), M.waited.is_not(None))
    number = _number(select(func.count()).select_from(waited.subquery()))
    if number < FEWEST:
        return None
    row: Sequence[int | None] = db.session.scalars(waited.order_by(M.waited).offset((number - 1) // 2).limit(1)).all()
    return row[0]
