"""What staff see (and send again) of the mails about a procedure: figures, what failed, whether an answer went out.

A mail about a contribution is shown with the pseudonym of its author, any other with a shortened address: never both,
so that nobody learns whose pseudonym it is.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, case, func, or_, select

from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.kernel.events import DeliveryRow, EventRow, emit
from participation.kernel.health import retry
from participation.kernel.refusal import Unknown
from participation.notices.events import MailingRetried
from participation.notices.models import Mailing
from participation.procedures.models import Participant, Procedure

PAGE = 50
STATES = ("sent", "waiting", "failed", "unclear")
M, D = Mailing, DeliveryRow

# a mail that was tried ten times waits for nothing any more; one that is handed over right now still waits
STATE = case(
    (and_(M.state.in_(("waiting", "sending")), D.state == "failed"), "failed"),
    (M.state == "sending", "waiting"),
    else_=M.state,
)


class Unsent(NamedTuple):
    """A mail that did not go out, or of which nobody knows."""

    id: int
    purpose: str
    recipient: str  # pseudonym, or shortened address
    reference: str | None
    state: str
    answer: str
    attempts: int
    tried_at: datetime


class Page(NamedTuple):
    """Some of them, the newest first, and where the next page begins."""

    rows: list[Unsent]
    next: int | None


def mailing_figures(procedure_id: int) -> dict[str, dict[str, int]]:
    """How many mails of each purpose were sent, wait, failed or are unclear; two queries."""
    tried = select(M.purpose, STATE, func.count()).join(D, D.id == M.delivery_id)
    rows = db.session.execute(tried.where(M.procedure_id == procedure_id).group_by(M.purpose, STATE))
    figures: dict[str, Counter[str]] = {}
    for purpose, state, number in rows:
        figures.setdefault(purpose, Counter())[state] += number
    untried = (
        select(D.handler, func.count())
        .join(EventRow, EventRow.id == D.event_id)
        .outerjoin(M, M.delivery_id == D.id)
        .where(D.state == "waiting", D.handler.like("notices.%"), D.target != "", M.id.is_(None))
        .where(EventRow.procedure_id == procedure_id)
        .group_by(D.handler)
    )
    for handler, number in db.session.execute(untried):
        figures.setdefault(handler.removeprefix("notices."), Counter())["waiting"] += number
    return {purpose: {state: found[state] for state in STATES} for purpose, found in sorted(figures.items())}


def unsent_mails(procedure_id: int | None = None, after: int | None = None) -> Page:
    """What did not go out for good, the newest first; without a procedure, over all. One query."""
    query = (
        select(
            M.id, M.purpose, func.coalesce(Participant.pseudonym, M.recipient), Contribution.reference, STATE,
            M.answer, M.attempts, M.tried_at,
        )
        .join(D, D.id == M.delivery_id)
        .outerjoin(Contribution, Contribution.id == M.contribution_id)
        .outerjoin(Participant, Participant.id == Contribution.participant_id)
        .where(M.state != "sent", or_(M.state.in_(("failed", "unclear")), D.state == "failed"))
    )  # fmt: skip
    query = query.where(M.procedure_id == procedure_id) if procedure_id is not None else query
    query = query.where(M.id < after) if after is not None else query
    found = [Unsent(*row) for row in db.session.execute(query.order_by(M.id.desc()).limit(PAGE + 1))]
    return Page(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def try_again(procedure: Procedure, mailing_id: int, *, actor_id: int) -> None:
    """Have a mail that did not go out sent again. Raises Unknown where it is no such mail of this procedure."""
    mailing = db.session.scalar(select(M).where(M.id == mailing_id, M.procedure_id == procedure.id))
    if mailing is None:
        raise Unknown
    retry(mailing.delivery_id, actor_id=actor_id)
    for row in db.session.scalars(select(M).where(M.delivery_id == mailing.delivery_id)):
        row.state = "waiting"
    where = {"tenant_id": procedure.tenant_id, "procedure_id": procedure.id, "actor_id": actor_id}
    emit(MailingRetried(**where, mailing_id=mailing.id))


def answers_sent_at(contribution_ids: Collection[int]) -> dict[int, datetime]:
    """When the mail with the answer to each of these contributions last went out; one query, none for none."""
    if not contribution_ids:
        return {}
    query = select(M.contribution_id, func.max(M.sent_at)).where(
        M.contribution_id.in_(contribution_ids), M.purpose.in_(("answered", "answered_through")), M.state == "sent"
    )
    rows = db.session.execute(query.group_by(M.contribution_id))
    return {number: at for number, at in rows if number is not None and at is not None}
