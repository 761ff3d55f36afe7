"""Mails at once to those who follow: somebody replied, the authority answered, the text has a new version.

A reply is told of after ten minutes, when moderation can no longer take back what it did; it must be public then.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import select

from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.contributions.visible import public_contributions, visible_procedures
from participation.documents.models import Document, DocumentVersion
from participation.evaluation.models import ResponseTo
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.kernel.text import excerpt, plain
from participation.moderation.acts import UNDO
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.notices.models import Subscription
from participation.notices.news import LENGTH
from participation.notices.queries import followers_of, key_of, subscriber, told_at_once
from participation.procedures.models import Participant, Procedure
from participation.procedures.queries import procedure_by_id


class Public(NamedTuple):
    """A contribution that everybody may read now, and who wrote it."""

    contribution: Contribution
    pseudonym: str
    person_id: int | None


def replied(delivery: Delivery) -> list[str]:
    """Who follows what was replied to, or the contribution on top of the thread."""
    if getattr(delivery.event, "source", "pending") != "pending":
        return []  # shown again: told of before
    reply = _public(delivery.event.contribution_id)
    if reply is None or reply.contribution.parent_id is None:
        return []
    above = {reply.contribution.parent_id, reply.contribution.root_id} - {None}
    return followers_of([number for number in above if number is not None], but=reply.person_id)


def reply(delivery: Delivery) -> Iterable[Effect]:
    """The first words of the reply, to one follower."""
    found = _public(delivery.event.contribution_id)
    if found is None:
        return []
    words = excerpt(plain(found.contribution.html), LENGTH)
    return _mail(delivery, "reply", reference=found.contribution.reference, pseudonym=found.pseudonym, words=words)


def answered(delivery: Delivery) -> list[str]:
    """Who follows one of the contributions that were answered; not their authors, who get the whole answer."""
    query = select(ResponseTo.contribution_id, Participant.person_id).where(
        ResponseTo.response_id == delivery.event.response_id
    )
    query = query.join(Contribution, Contribution.id == ResponseTo.contribution_id)
    rows = db.session.execute(query.join(Participant, Participant.id == Contribution.participant_id)).all()
    authors = dict(rows)
    numbers = followers_of(list(authors))
    chosen = select(Subscription.id, Subscription.contribution_id, Subscription.person_id)
    found = db.session.execute(chosen.where(Subscription.id.in_([int(number) for number in numbers]))).all()
    return [str(row.id) for row in found if authors.get(row.contribution_id) != row.person_id]


def answer(delivery: Delivery) -> Iterable[Effect]:
    """That there is an answer, and which decision, to one follower."""
    found = subscriber(delivery.target)
    followed = _public(found[0].contribution_id) if found and found[0].contribution_id else None
    if followed is None:
        return []
    return _mail(delivery, "answer", reference=followed.contribution.reference, decision=followed.contribution.decision)


def read_anew(delivery: Delivery) -> Iterable[str]:
    """Everybody who is told at once of anything in the procedure, once."""
    return told_at_once(delivery.event.procedure_id)


def new_text(delivery: Delivery) -> Iterable[Effect]:
    """That the text has a new version, and what is new in it."""
    query = select(Document.title, DocumentVersion.summary).join(
        DocumentVersion, DocumentVersion.id == Document.current_version_id
    )
    found = db.session.execute(query.where(DocumentVersion.id == delivery.event.version_id)).one_or_none()
    return _mail(delivery, "text", text=found.title, summary=found.summary) if found else []


def _public(contribution_id: int) -> Public | None:
    query = (
        select(Contribution, Participant.pseudonym, Participant.person_id)
        .join(Participant, Participant.id == Contribution.participant_id)
        .join(Procedure, Procedure.id == Contribution.procedure_id)
        .where(Contribution.id == contribution_id, public_contributions(), visible_procedures())
    )
    found = db.session.execute(query).one_or_none()
    return Public(*found) if found else None


def _mail(delivery: Delivery, what: str, *, reference: str = "", **values: Any) -> list[Effect]:
    """One mail to one follower; none where they ended it meanwhile, or the procedure is not for everybody."""
    found, procedure = subscriber(delivery.target), procedure_by_id(delivery.event.procedure_id)
    if found is None or procedure is None or procedure.visible_to != "public":
        return []
    subscription, person = found
    if not can_be_written_to(person):
        return []
    return [_letter(delivery, what, subscription, person, procedure, reference=reference, **values)]


def _letter(
    delivery: Delivery,
    what: str,
    subscription: Subscription,
    person: Person,
    procedure: Procedure,
    *,
    reference: str,
    **values: Any,
) -> Effect:
    tenant, language, where = procedure.tenant, person.language, {"procedure": procedure.slug}
    page = link("procedures.show", tenant, language, **where)
    if reference:
        page = link("contributions.show", tenant, language, **where, reference=reference)
    return letter(
        delivery,
        "followed",
        to=person.email,
        language=language,
        tenant=tenant,
        procedure=procedure,
        what=what,
        reference=reference,
        url=page,
        manage=link("subscriptions.mine", tenant, language, key=key_of(tenant.id, person.id)),
        unsubscribe=link("subscriptions.end", tenant, language, key=subscription.key, **where),
        **values,
    )


REPLIED = Handler(name="notices.reply", run=reply, outside=True, targets=replied, after=UNDO)
ANSWERED = Handler(name="notices.answer_followed", run=answer, outside=True, targets=answered)
NEW_TEXT = Handler(name="notices.new_text", run=new_text, outside=True, targets=read_anew)
