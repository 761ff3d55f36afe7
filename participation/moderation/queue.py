"""The lists moderation works through: one row type, keyset paging, never more than the desk covers."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, tuple_

from participation.contributions.models import Anchor, Contribution
from participation.documents.models import Document, Node
from participation.kernel.db import db
from participation.kernel.text import excerpt, plain
from participation.moderation.changes import Part, latest_changes
from participation.moderation.desk import Desk, Place, open_reports
from participation.moderation.models import BarrierReport
from participation.moderation.queries import ReportRow, open_reports_of
from participation.moderation.weighing import URGENT
from participation.procedures.models import Activity, Participant

PAGE = 50  # contributions that are worked through in one go
BARRIERS = 20
LISTS = ("reported", "waiting", "recent", "hidden")
EXCERPT = 600  # characters of a text in a list: most can be judged there

C, P = Contribution, Participant
Rows = Select[*tuple[Any, ...]]


class Row(NamedTuple):
    """What the queue shows of a contribution."""

    id: int
    reference: str
    procedure: Place
    activity: str
    place: str  # "§ 2 Absatz 4", empty for the whole
    quote: str | None
    title: str
    text: str  # plain, on one line
    author: str
    organisation: str
    state: str
    version: int
    redacted: bool
    created_at: datetime
    edited_at: datetime | None
    urgent: bool  # what the reports weigh together puts it in the first place
    held_for: tuple[str, ...]  # codes of `pace.REASONS`: why it waits, or waited
    reports: tuple[ReportRow, ...]
    changes: tuple[Part, ...]  # what is new since a human last agreed; empty where all of it is


class Page(NamedTuple):
    """A page of the queue, and the key after which the next one begins (None on the last)."""

    rows: list[Row]
    next: str | None


class Barrier(NamedTuple):
    """A page that somebody could not use."""

    id: int
    page: str
    note: str
    email: str
    at: datetime
    closed_at: datetime | None


def queue(desk: Desk, which: str, *, after: str | None = None) -> Page:
    """One list of `LISTS`, a page of 50: reported by weight and age, waiting by age, the rest newest first."""
    found = list(db.session.execute(READ[which](desk, after).limit(PAGE + 1)))
    shown = found[:PAGE]
    reports = open_reports_of(row.id for row in shown)
    new = latest_changes({row.id: row.versions for row in shown if row.state == "pending"})
    rows = [_row(row, desk, reports.get(row.id, ()), new.get(row.id, ())) for row in shown]
    return Page(rows, _key(which, shown[-1]) if len(found) > PAGE else None)


def _columns(desk: Desk) -> Rows:
    columns = (
        C.id, C.reference, C.procedure_id, C.place, C.title, C.html, C.state, C.versions, C.redacted, C.created_at,
        C.edited_at, C.held_for,
    )  # fmt: skip
    named = (P.pseudonym, P.organisation_name, Activity.title.label("activity"), Anchor.exact, _citation())
    return (
        select(*columns, *named)
        .join(P, P.id == C.participant_id)
        .join(Activity, Activity.id == C.activity_id)
        .outerjoin(Anchor, Anchor.contribution_id == C.id)
        .where(desk.covers())
    )


def _citation() -> ColumnElement[str | None]:
    """How the text of the procedure names the place; nothing where two texts would name it differently."""
    one = case((func.min(Node.citation) == func.max(Node.citation), func.min(Node.citation)))
    names = select(one).join(Document, Document.current_version_id == Node.version_id)
    here = names.where(Document.procedure_id == C.procedure_id, Node.key == C.place)
    return here.correlate(C).scalar_subquery().label("citation")


def _row(row: Any, desk: Desk, reports: Iterable[ReportRow], new: Iterable[Part]) -> Row:
    return Row(
        id=row.id,
        reference=row.reference,
        procedure=desk.procedures[row.procedure_id],
        activity=row.activity,
        place=row.citation or "",
        quote=row.exact,
        title=row.title,
        text=excerpt(plain(row.html), EXCERPT),
        author=row.pseudonym,
        organisation=row.organisation_name,
        state=row.state,
        version=row.versions,
        redacted=row.redacted,
        created_at=row.created_at,
        edited_at=row.edited_at,
        urgent=getattr(row, "number", 0) >= URGENT,
        held_for=tuple(row.held_for.split()),
        reports=tuple(reports),
        changes=tuple(new),
    )


def _reported(desk: Desk, after: str | None) -> Rows:
    reports = open_reports(desk).subquery()
    query = _columns(desk).join(reports, reports.c.contribution_id == C.id)
    query = query.add_columns(reports.c.number, reports.c.oldest)
    if (key := _read_reported(after)) is not None:
        number, oldest, id_ = key
        later = tuple_(reports.c.oldest, C.id) > tuple_(oldest, id_)
        query = query.where(or_(reports.c.number < number, and_(reports.c.number == number, later)))
    return query.order_by(reports.c.number.desc(), reports.c.oldest, C.id)


def _waiting(desk: Desk, after: str | None) -> Rows:
    return _columns(desk).where(C.state == "pending", C.id > (_number(after) or 0)).order_by(C.id)


def _recent(desk: Desk, after: str | None) -> Rows:
    return _newest(_columns(desk).where(C.state != "removed"), after)


def _hidden(desk: Desk, after: str | None) -> Rows:
    return _newest(_columns(desk).where(C.state == "hidden"), after)


def _newest(query: Rows, after: str | None) -> Rows:
    number = _number(after)
    if number is not None:
        query = query.where(C.id < number)
    return query.order_by(C.id.desc())


READ: dict[str, Callable[[Desk, str | None], Rows]] = {
    "reported": _reported,
    "waiting": _waiting,
    "recent": _recent,
    "hidden": _hidden,
}


def _key(which: str, row: Any) -> str:
    return f"{row.number}_{row.oldest.timestamp()!r}_{row.id}" if which == "reported" else str(row.id)


def _read_reported(after: str | None) -> tuple[int, datetime, int] | None:
    """A key from the address; an odd one counts as none."""
    try:
        number, oldest, id_ = (after or "").split("_")
        return _small(number), datetime.fromtimestamp(float(oldest), UTC), _small(id_)
    except (ValueError, OverflowError, OSError):
        return None


def _number(after: str | None) -> int | None:
    try:
        return _small(after or "")
    except ValueError:
        return None


def _small(text: str) -> int:
    number = int(text)
    if abs(number) >= 2**63:
        raise ValueError("too large for the database")
    return number


def barriers(tenant_id: int | None, *, after: str | None = None) -> tuple[list[Barrier], str | None]:
    """Reported barriers of an authority (None: of the central portal), open ones first, newest first; 20 a page."""
    B = BarrierReport  # noqa: N806 - short like C and P
    columns = (B.id, B.page, B.note, B.email, B.at, B.closed_at)
    query = select(*columns).where(B.tenant_id == tenant_id)
    done, number = B.closed_at.is_not(None), _number((after or "").rpartition("_")[2])
    if number is not None:
        below = and_(done if (after or "").startswith("done_") else ~done, B.id < number)
        query = query.where(below if (after or "").startswith("done_") else or_(below, done))
    found = [Barrier(*row) for row in db.session.execute(query.order_by(done, B.id.desc()).limit(BARRIERS + 1))]
    last = found[BARRIERS - 1] if len(found) > BARRIERS else None
    return found[:BARRIERS], f"{'done' if last.closed_at else 'open'}_{last.id}" if last else None
