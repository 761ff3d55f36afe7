"""Asking back: a question of the authority to an author. It belongs to the case; nothing of it is ever public."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import and_, select

from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.keys import for_signing
from participation.kernel.refusal import Conflict, Refused, Unknown
from participation.moderation.desk import Desk
from participation.moderation.events import InquiryAnswered, InquiryAsked, InquiryClosed, InquiryEvent
from participation.moderation.reasons import checked_note
from participation.moderation.sorting_models import Inquiry
from participation.procedures.models import Participant, Procedure
from participation.tenants.models import Tenant

PAGE = 50
ASKABLE = ("published", "pending", "hidden", "merged")
Q, C, P = Inquiry, Contribution, Participant


class InquiryRow(NamedTuple):
    """A question and its answer, as staff see them."""

    id: int
    question: str
    asked_at: datetime
    asked_by: str | None
    answer: str
    answered_at: datetime | None
    closed_at: datetime | None


class OpenInquiry(NamedTuple):
    """A question that its author has not answered, as "My participation" shows it."""

    id: int
    reference: str
    question: str
    asked_at: datetime
    procedure: str
    procedure_slug: str
    tenant: str
    tenant_slug: str


class Listed(NamedTuple):
    """A question in the list of the desk."""

    id: int
    reference: str
    procedure_id: int
    question: str
    asked_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None


def ask(contribution: Contribution, *, question: str, actor_id: int) -> Inquiry:
    """Ask an author something about a contribution. Raises Invalid without a question, Refused, Conflict.

    One question at a time: as long as one is open there is no second.
    """
    missing = _l("Bitte schreiben Sie Ihre Frage.")
    question = checked_note(question, "question", required=missing)
    db.session.refresh(contribution, with_for_update=True)
    if contribution.state not in ASKABLE:
        raise Refused(_l("Dieser Beitrag ist zurückgezogen. Eine Rückfrage ist nicht mehr möglich."), status=409)
    waits = select(Q.id).where(Q.contribution_id == contribution.id, Q.answered_at.is_(None), Q.closed_at.is_(None))
    if db.session.scalar(waits.limit(1)) is not None:
        raise Conflict(_l("Zu diesem Beitrag ist schon eine Rückfrage offen."))
    row = Q(
        tenant_id=contribution.tenant_id,
        contribution_id=contribution.id,
        question=question,
        asked_at=now(),
        asked_by_id=actor_id,
    )
    db.session.add(row)
    db.session.flush()
    _tell(InquiryAsked, row, contribution.procedure_id, actor_id)
    return row


def answer(inquiry: Inquiry, procedure_id: int, *, text: str) -> None:
    """What the author says. Raises Invalid without words, Conflict where it is answered or closed."""
    text = checked_note(text, "answer", required=_l("Bitte schreiben Sie Ihre Antwort."))
    db.session.refresh(inquiry, with_for_update=True)
    if inquiry.answered_at is not None:
        raise Conflict(_l("Diese Frage ist schon beantwortet."))
    if inquiry.closed_at is not None:
        raise Conflict(_l("Die Behörde braucht zu dieser Frage keine Antwort mehr."))
    inquiry.answer, inquiry.answered_at = text, now()
    _tell(InquiryAnswered, inquiry, procedure_id, None)


def close(inquiry: Inquiry, procedure_id: int, *, actor_id: int) -> None:
    """Nothing more is needed, answered or not. Raises Conflict where it is closed."""
    db.session.refresh(inquiry, with_for_update=True)
    if inquiry.closed_at is not None:
        raise Conflict(_l("Jemand anderes hat diese Rückfrage schon abgeschlossen."))
    inquiry.closed_at, inquiry.closed_by_id = now(), actor_id
    _tell(InquiryClosed, inquiry, procedure_id, actor_id)


def _tell(event: type[InquiryEvent], inquiry: Inquiry, procedure_id: int, actor_id: int | None) -> None:
    emit(event(tenant_id=inquiry.tenant_id, procedure_id=procedure_id, actor_id=actor_id, inquiry_id=inquiry.id))


def inquiry_on(contribution_id: int, number: int) -> Inquiry:
    """A question about a contribution by its number. Raises Unknown."""
    found = db.session.get(Q, number)
    if found is None or found.contribution_id != contribution_id:
        raise Unknown
    return found


def inquiries_on(contribution_id: int) -> list[InquiryRow]:
    """All questions about a contribution, oldest first; for staff. One query."""
    columns = (Q.id, Q.question, Q.asked_at, Person.display_name, Q.answer, Q.answered_at, Q.closed_at)
    query = select(*columns).outerjoin(Person, Person.id == Q.asked_by_id).where(Q.contribution_id == contribution_id)
    return [InquiryRow(*row) for row in db.session.execute(query.order_by(Q.id))]


def can_be_reached(contribution: Contribution) -> bool:
    """Whether a mail goes to the author; otherwise only whoever comes back by an edit link finds the question."""
    query = select(Person.id).join(P, P.person_id == Person.id).where(P.id == contribution.participant_id)
    return db.session.scalar(query.where(Person.confirmed_at.is_not(None), Person.blocked_at.is_(None))) is not None


def open_inquiries_of(person_id: int, tenant_id: int | None = None) -> list[OpenInquiry]:
    """The questions a person has not answered, oldest first; without a tenant over all authorities. One query."""
    query = (
        select(Q.id, C.reference, Q.question, Q.asked_at, Procedure.title, Procedure.slug, Tenant.name, Tenant.slug)
        .join(C, C.id == Q.contribution_id)
        .join(P, P.id == C.participant_id)
        .join(Procedure, Procedure.id == C.procedure_id)
        .join(Tenant, Tenant.id == Q.tenant_id)
        .where(P.person_id == person_id, Q.answered_at.is_(None), Q.closed_at.is_(None))
    )
    query = query.where(Q.tenant_id == tenant_id) if tenant_id is not None else query
    return [OpenInquiry(*row) for row in db.session.execute(query.order_by(Q.id))]


def open_inquiry_on(contribution_id: int) -> Inquiry | None:
    """The question about a contribution that waits for its author; one query."""
    waits = and_(Q.contribution_id == contribution_id, Q.answered_at.is_(None), Q.closed_at.is_(None))
    return db.session.scalar(select(Q).where(waits).order_by(Q.id.desc()).limit(1))


def inquiries(desk: Desk, *, after: int | None = None) -> tuple[list[Listed], int | None]:
    """The questions of a desk, newest first, a page of 50."""
    columns = (Q.id, C.reference, C.procedure_id, Q.question, Q.asked_at, Q.answered_at, Q.closed_at)
    query = select(*columns).join(C, C.id == Q.contribution_id).where(desk.covers())
    query = query.where(Q.id < after) if after is not None else query
    rows = [Listed(*row) for row in db.session.execute(query.order_by(Q.id.desc()).limit(PAGE + 1))]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def sign(inquiry: Inquiry) -> str:
    """The part of the address in the mail that stands for a question: whoever has the mail may answer it, once."""
    return str(_signer().dumps(inquiry.id))


def signed_inquiry(signed: str, procedure_id: int) -> tuple[Inquiry, Contribution]:
    """The question behind an address in a mail. Raises Unknown unless it is genuine and of this procedure."""
    try:
        number = int(_signer().loads(signed))
    except (BadSignature, ValueError, TypeError):
        raise Unknown from None
    row = db.session.execute(
        select(Q, C).join(C, C.id == Q.contribution_id).where(Q.id == number, C.procedure_id == procedure_id)
    ).one_or_none()
    if row is None:
        raise Unknown
    return row[0], row[1]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(for_signing(), salt="inquiry")
