"""What is there already when somebody types something new: of the same words, or close by. A hint, never a refusal."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final, NamedTuple

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import DBAPIError

from participation.access.rules import Viewer
from participation.contributions.location_models import Location
from participation.contributions.locations import is_near
from participation.contributions.models import Contribution
from participation.contributions.queries import visible_to
from participation.kernel.db import db
from participation.kernel.geometry import Position, metres
from participation.procedures.models import Activity
from participation.search.models import SearchRow
from participation.search.queries import ranked
from participation.search.stems import Term, stems, terms

MOST: Final = 5  # shown
LOOKED_AT: Final = 40  # of the best of the index, and of the newest close by
CLOSE: Final = 100.0  # metres
TELLING: Final = 6  # words of which two are shared
LIKE: Final = 60  # of 100: how much of the words of title or text are the same, in whatever order
C = Contribution


class Resembling(NamedTuple):
    """Something that was said before."""

    reference: str
    title: str
    replies: int
    metres: int | None  # how far away; None where that is not known


class Typed(NamedTuple):
    """What somebody typed so far, and where they mean."""

    title: str
    text: str
    at: Position | None = None


def resembling(activity: Activity, typed: Typed, who: Viewer) -> list[Resembling]:
    """The published contributions of an activity most like what is typed, at most five; two queries at most.

    Those that share two telling words and are alike, best first; then what lies within 100 m. Without an answer of the
    index there are only those close by.
    """
    asked = terms(f"{typed.title} {typed.text}")[:TELLING]
    here = and_(C.activity_id == activity.id, C.parent_id.is_(None), C.state == "published", C.title != "")
    seen = and_(here, visible_to(who, activity.procedure_id, activity.tenant_id))
    found = [row for row in _of_words(asked, activity, seen) if _likeness(typed, row) >= LIKE]
    found.sort(key=lambda row: (-_likeness(typed, row), -row.id))
    close = _close(typed.at, activity, seen) if typed.at else []
    rows = {row.id: row for row in (*found, *close)}
    return [_said(row, typed.at) for row in list(rows.values())[:MOST]]


def _of_words(asked: Sequence[Term], activity: Activity, seen: ColumnElement[bool]) -> Sequence[Any]:
    if not asked:
        return []
    ways: list[Sequence[Term]] = [*combinations(asked, 2)] or [asked]
    ids = ranked(ways).with_only_columns(SearchRow.contribution_id).where(SearchRow.activity_id == activity.id)
    try:
        numbers = db.session.scalars(ids.where(SearchRow.contribution_id.is_not(None)).limit(LOOKED_AT)).all()
        return db.session.execute(_rows(seen).where(C.id.in_(numbers))).all() if numbers else []
    except DBAPIError:
        db.session.rollback()
        return []


def _close(at: Position, activity: Activity, seen: ColumnElement[bool]) -> Sequence[Any]:
    """What lies there, the nearest first."""
    query = _rows(seen).where(is_near(activity.id, at, CLOSE)).order_by(C.id.desc()).limit(LOOKED_AT)
    return sorted(db.session.execute(query).all(), key=lambda row: metres(at, (row.longitude, row.latitude)))


def _rows(seen: ColumnElement[bool]) -> Any:
    columns = (C.id, C.reference, C.title, C.source, C.replies, Location.longitude, Location.latitude)
    return select(*columns).outerjoin(Location, Location.contribution_id == C.id).where(seen)


def _likeness(typed: Typed, row: Any) -> float:
    """Of titles or of texts, whichever is higher."""
    pairs = ((typed.title, row.title), (typed.text, row.source), (typed.title, row.source))
    return max(fuzz.token_set_ratio(stems("", one), stems("", other)) for one, other in pairs)


def _said(row: Any, at: Position | None) -> Resembling:
    far = round(metres(at, (row.longitude, row.latitude))) if at and row.longitude is not None else None
    return Resembling(row.reference, row.title, row.replies, far)
