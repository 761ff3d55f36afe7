"""The work list of the case workers: contributions of a procedure as rows, page by page, and how many there are."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, select, tuple_

from participation.contributions.models import Anchor, Contribution
from participation.documents.models import Document, Node
from participation.documents.queries import citation_of
from participation.evaluation.case_models import Assignment
from participation.evaluation.models import Response, ResponseTo
from participation.evaluation.worklist_details import Details, details_of
from participation.evaluation.worklist_filters import Filters, answer_is, conditions, live, overdue
from participation.kernel.db import db
from participation.kernel.text import excerpt, plain
from participation.procedures.models import Participant, Phase, Procedure

PAGE: Final = 50
AT_ONCE: Final = 500  # rows that are read at once where there are no pages
EXCERPT: Final = 240  # characters of a text in a list
FIRST, LAST = date.min, date.max  # what has no day comes last in both orders
NUMBER: Final = re.compile(r"-?[0-9]{1,18}")
UNPLACED: Final = 2**31  # after every place of the text

C, P, R, T, A = Contribution, Participant, Response, ResponseTo, Assignment


class Row(NamedTuple):
    """A contribution in the list."""

    id: int
    reference: str
    title: str
    text: str  # plain, shortened
    language: str
    place: str
    citation: str  # "§ 2 Absatz 4"; empty for the whole, and for a place that is gone
    quote: str | None
    author: str
    organisation: str
    state: str
    work: str
    late: bool
    redacted: bool
    channel: str
    district: str
    round: int
    received_at: datetime
    replies: int
    score: int
    decision: str  # public; "" = none yet
    response_id: int | None  # to it as a whole
    waits: bool  # its newest words are not public
    details: Details


class Page(NamedTuple):
    """A page of the list, and the key after which the next one begins (None on the last)."""

    rows: list[Row]
    next: str | None


class Numbers(NamedTuple):
    """How many contributions the filters leave, apart from the filter of answers."""

    open: int
    waiting: int
    answered: int
    all: int
    overdue: int


def work_list(
    procedure: Procedure, filters: Filters, *, person_id: int | None = None, after: str | None = None, limit: int = PAGE
) -> Page:
    """A page of the contributions the filters leave, in their order; two queries. "me" is `person_id`."""
    found = db.session.execute(_page(procedure, filters, person_id, after, limit + 1)).all()
    details = details_of([row.id for row in found[:limit]])
    rows = [_row(row, details[row.id]) for row in found[:limit]]
    return Page(rows, _key(found[limit - 1]) if len(found) > limit else None)


def all_rows(procedure: Procedure, filters: Filters, *, person_id: int | None = None) -> Iterator[Row]:
    """Every contribution the filters leave, in their order, read page by page."""
    after: str | None = ""
    while after is not None:
        page = work_list(procedure, filters, person_id=person_id, after=after, limit=AT_ONCE)
        yield from page.rows
        after = page.next


def _page(
    procedure: Procedure, filters: Filters, person_id: int | None, after: str | None, limit: int
) -> Select[*tuple[Any, ...]]:
    """First the numbers of the page, then what stands in its rows: nothing else is read of the others."""
    page = _ids(procedure, filters, person_id, after).limit(limit).subquery()
    columns = (
        C.id, C.reference, C.title, C.html, C.language, C.place, citation_of(C.procedure_id, C.place).label("citation"),
        Anchor.exact, P.pseudonym, P.organisation_name, C.state, C.work, C.late, C.redacted, C.intake_channel,
        C.district, Phase.round, C.received_at, C.replies, C.score, C.decision, T.response_id, R.number,
        R.published_number, page.c.key,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(page, page.c.id == C.id)
        .join(P, P.id == C.participant_id)
        .join(Phase, Phase.id == C.phase_id)
        .outerjoin(Anchor, Anchor.contribution_id == C.id)
        .outerjoin(T, and_(T.contribution_id == C.id, T.argument_id.is_(None)))
        .outerjoin(R, R.id == T.response_id)
    )
    return query.order_by(*_in_order(filters, page.c.key, page.c.id))


def _ids(procedure: Procedure, filters: Filters, person_id: int | None, after: str | None) -> Select[Any, Any]:
    key = _sorted_by(filters)
    query = select(C.id, key.label("key")).where(*_chosen(procedure, filters, person_id))
    if (last := _read_key(filters, after)) is not None:
        here, there = tuple_(key, C.id), tuple_(*last)
        query = query.where(here > there if filters.order == "up" else here < there)
    return query.order_by(*_in_order(filters, key, C.id))


def _chosen(procedure: Procedure, filters: Filters, person_id: int | None) -> list[ColumnElement[bool]]:
    found = conditions(filters, procedure, person_id)
    return found if filters.answer == "all" else [*found, answer_is(filters.answer)]


def _in_order(filters: Filters, *columns: Any) -> list[Any]:
    return [column if filters.order == "up" else column.desc() for column in columns]


def _sorted_by(filters: Filters) -> Any:
    """What the list is sorted by; equal ones in the order they came in."""
    if filters.sort == "due":
        days = select(func.min(A.due_on)).where(A.contribution_id == C.id, A.done_at.is_(None), live(A))
        return func.coalesce(days.scalar_subquery(), LAST if filters.order == "up" else FIRST)
    if filters.sort == "section":
        place = select(func.min(Node.position)).join(Document, Document.current_version_id == Node.version_id)
        place = place.where(Document.procedure_id == C.procedure_id, Node.key == C.place).correlate(C)
        return case((C.place == "", -1), else_=func.coalesce(place.scalar_subquery(), UNPLACED))
    columns: dict[str, Any] = {"agreement": C.score, "replies": C.replies}
    return columns.get(filters.sort, C.received_at)


def _key(row: Any) -> str:
    value = row.key
    if isinstance(value, datetime):
        value = value.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
    return f"{value}_{row.id}"


def _read_key(filters: Filters, after: str | None) -> tuple[Any, int] | None:
    """A key from the address; an odd one, or one of another order, counts as none."""
    value, _, number = (after or "").rpartition("_")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    try:
        return _read_value(filters.sort, value), int(number)
    except ValueError:
        return None


def _read_value(sort: str, value: str) -> Any:
    if sort == "received":
        return datetime.strptime(value, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    if sort == "due":
        return date.fromisoformat(value)
    if not NUMBER.fullmatch(value):
        raise ValueError("no number, or too large a one for the database")
    return int(value)


def _row(found: Any, details: Details) -> Row:
    waits = found.number is not None and found.number != found.published_number
    return Row(
        id=found.id,
        reference=found.reference,
        title=found.title,
        text=excerpt(plain(found.html), EXCERPT),
        language=found.language,
        place=found.place,
        citation=found.citation or "",
        quote=found.exact,
        author=found.pseudonym,
        organisation=found.organisation_name,
        state=found.state,
        work=found.work,
        late=found.late,
        redacted=found.redacted,
        channel=found.intake_channel,
        district=found.district,
        round=found.round,
        received_at=found.received_at,
        replies=found.replies,
        score=found.score,
        decision=found.decision,
        response_id=found.response_id,
        waits=waits,
        details=details,
    )


def numbers(procedure: Procedure, filters: Filters, person_id: int | None = None) -> Numbers:
    """How many contributions the filters leave: without an answer, with one that waits, a public one; one query."""
    counted: list[Any] = [func.count().filter(answer_is(which)) for which in ("open", "waiting", "answered")]
    counted += [func.count(), func.count().filter(overdue())]
    query: Select[*tuple[Any, ...]] = select(*counted).select_from(C)
    return Numbers(*db.session.execute(query.where(*conditions(filters, procedure, person_id))).one())


def chosen_references(procedure: Procedure, filters: Filters, person_id: int | None, most: int) -> Sequence[str]:
    """The numbers of the first contributions the filters leave, in their order; one query."""
    page = _ids(procedure, filters, person_id, None).limit(most).subquery()
    query = select(C.reference).join(page, page.c.id == C.id).order_by(*_in_order(filters, page.c.key, page.c.id))
    return db.session.scalars(query).all()
