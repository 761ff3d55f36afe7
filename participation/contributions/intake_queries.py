"""Reading records of what came in otherwise: for staff alone, because they hold names and addresses."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from participation.contributions.intake_models import Intake
from participation.contributions.models import Anchor, Contribution
from participation.documents.models import Document, Node
from participation.kernel.db import db
from participation.kernel.text import excerpt, plain
from participation.procedures.models import Procedure

PAGE = 20
EXCERPT = 160  # characters of a text in a list
LETTERS = 100  # printed in one go
C, I = Contribution, Intake  # noqa: E741


class Row(NamedTuple):
    """A record in the list."""

    id: int  # of the contribution
    reference: str
    channel: str
    received_at: datetime
    text: str  # plain, shortened
    place: str
    sender: str
    organisation: str
    consent: str
    state: str
    late: bool
    decision: str
    answered_on_paper_on: date | None


class Page(NamedTuple):
    """A page of the list, and the key after which the next one begins (None on the last)."""

    rows: list[Row]
    next: int | None


class Numbers(NamedTuple):
    """How many records there are, and how many answers have to go out as letters."""

    all: int
    letters: int


def records(procedure: Procedure, *, after: int | None = None) -> Page:
    """What staff recorded in a procedure, the newest record first, 20 a page; one query."""
    query = (
        select(
            C.id, C.reference, C.intake_channel, C.received_at, C.html, C.place, I.sender_name, I.organisation,
            I.consent, C.state, C.late, C.decision, I.answered_on_paper_on,
        )
        .join(I, I.contribution_id == C.id)
        .where(C.procedure_id == procedure.id)
    )  # fmt: skip
    query = query.where(C.id < after) if after else query
    found = db.session.execute(query.order_by(C.id.desc()).limit(PAGE + 1)).all()
    rows = [Row._make((*row[:4], excerpt(plain(row[4]), EXCERPT), *row[5:])) for row in found[:PAGE]]
    return Page(rows, rows[-1].id if len(found) > PAGE else None)


def numbers(procedure: Procedure) -> Numbers:
    """How many records there are; one query."""
    query = select(func.count(), func.count().filter(_wants_letter())).select_from(C)
    query = query.join(I, I.contribution_id == C.id).where(C.procedure_id == procedure.id)
    return Numbers(*db.session.execute(query).one())


def record_at(procedure: Procedure, number: int) -> tuple[Contribution, Intake] | None:
    """A record by the number of its contribution."""
    query = select(C, I).join(I, I.contribution_id == C.id)
    row = db.session.execute(query.where(C.procedure_id == procedure.id, C.id == number)).one_or_none()
    return (row[0], row[1]) if row else None


def intake_of(contribution_id: int) -> Intake | None:
    """What staff recorded of a contribution; None for one that came by the web."""
    return db.session.scalar(select(I).where(I.contribution_id == contribution_id))


def quote_of(contribution_id: int) -> str:
    """The words a contribution speaks of, "" for none."""
    return db.session.scalar(select(Anchor.exact).where(Anchor.contribution_id == contribution_id)) or ""


def places_in(procedure: Procedure) -> dict[str, str]:
    """Where something can stand in the public texts of a procedure: key → how it is cited, in order. One query."""
    query = (
        select(Node.key, Node.citation, Node.kind, Node.text)
        .join(Document, Document.current_version_id == Node.version_id)
        .where(Document.procedure_id == procedure.id)
        .order_by(Document.id, Node.position)
    )
    found: dict[str, str] = {}
    for key, citation, kind, text in db.session.execute(query):
        title = f"{citation} {excerpt(text, 60)}" if kind == "heading" else citation
        found.setdefault(key, title.strip() or excerpt(text, 60))
    return found


def _wants_letter() -> ColumnElement[bool]:
    """There is a public answer, no address to mail it to, and it has not gone out on paper."""
    return and_(C.decision != "", I.sender_email == "", I.answered_on_paper_on.is_(None), C.state != "withdrawn")


def letters_to_send(procedure: Procedure) -> list[tuple[Contribution, Intake]]:
    """Records whose answer has to go out as a letter, in the order they were recorded, at most a hundred; one query."""
    return _letters(procedure, _wants_letter())


def letters_for(procedure: Procedure, numbers: Collection[int]) -> list[tuple[Contribution, Intake]]:
    """These records that have a public answer, whether it went out or not; one query."""
    return _letters(procedure, C.id.in_(numbers), C.decision != "")


def _letters(procedure: Procedure, *which: Any) -> list[tuple[Contribution, Intake]]:
    query = select(C, I).join(I, I.contribution_id == C.id).where(C.procedure_id == procedure.id, *which)
    rows: Sequence[Any] = db.session.execute(query.order_by(C.id).limit(LETTERS)).all()
    return [(row[0], row[1]) for row in rows]


class Passage(NamedTuple):
    """A piece of a public text as it is read."""

    key: str
    kind: str
    citation: str
    html: str


def texts_in(procedure: Procedure) -> list[Passage]:
    """The public texts of a procedure, piece by piece, in order; one query."""
    query = (
        select(Node.key, Node.kind, Node.citation, Node.html)
        .join(Document, Document.current_version_id == Node.version_id)
        .where(Document.procedure_id == procedure.id)
        .order_by(Document.id, Node.position)
    )
    return [Passage(*row) for row in db.session.execute(query)]
