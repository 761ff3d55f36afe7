"""Mails about questions to authors: the question to the author, that it is answered to whoever asked."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select

from participation.accounts.models import Person
from participation.accounts.queries import person_at
from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.moderation.inquiries import sign
from participation.moderation.sorting_models import Inquiry
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.procedures.models import Participant, Procedure
from participation.procedures.queries import procedure_by_id


class Asked(NamedTuple):
    """A question with what it is about."""

    inquiry: Inquiry
    contribution: Contribution
    procedure: Procedure


def question(delivery: Delivery) -> Iterable[Effect]:
    """The question to the author, with a link on which it can be answered without a log-in, once."""
    asked = _asked(delivery)
    person = _author(asked.contribution) if asked is not None else None
    if asked is None or person is None or asked.inquiry.closed_at is not None:
        return []
    where = {"procedure": asked.procedure.slug, "signed": sign(asked.inquiry)}
    url = link("inquiries.by_mail", asked.procedure.tenant, person.language, **where)
    return [_letter(delivery, "inquiry", asked, person, url)]


def answer(delivery: Delivery) -> Iterable[Effect]:
    """That there is an answer, without its words, to whoever asked."""
    asked = _asked(delivery)
    person = person_at(asked.inquiry.asked_by_id) if asked is not None and asked.inquiry.asked_by_id else None
    if asked is None or person is None or not can_be_written_to(person):
        return []
    where = {"procedure": asked.procedure.slug, "reference": asked.contribution.reference}
    url = link("inquiries.on", asked.procedure.tenant, person.language, **where)
    return [_letter(delivery, "inquiry_answered", asked, person, url)]


def _letter(delivery: Delivery, template: str, asked: Asked, person: Person, url: str) -> Effect:
    return letter(
        delivery,
        template,
        to=person.email,
        language=person.language,
        tenant=asked.procedure.tenant,
        url=url,
        inquiry=asked.inquiry,
        contribution=asked.contribution,
        procedure=asked.procedure,
    )


def _asked(delivery: Delivery) -> Asked | None:
    inquiry = db.session.get(Inquiry, delivery.event.inquiry_id)
    contribution = db.session.get(Contribution, inquiry.contribution_id) if inquiry is not None else None
    procedure = procedure_by_id(contribution.procedure_id) if contribution is not None else None
    if inquiry is None or contribution is None or procedure is None:
        return None
    return Asked(inquiry, contribution, procedure)


def _author(contribution: Contribution) -> Person | None:
    query = select(Person).join(Participant, Participant.person_id == Person.id)
    found = db.session.scalar(query.where(Participant.id == contribution.participant_id))
    return found if can_be_written_to(found) else None


QUESTION = Handler(name="notices.inquiry", run=question, outside=True)
ANSWER = Handler(name="notices.inquiry_answered", run=answer, outside=True)
