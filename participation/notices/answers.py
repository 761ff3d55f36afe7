"""Mails with the answer of the authority, to everybody whose contribution it answers; also by letter, if we know an
address. What was split is answered in one mail, once every argument has its answer."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from participation.accounts.models import Person
from participation.contributions.intake_models import Intake
from participation.contributions.models import Contribution
from participation.evaluation.models import ResponseTo
from participation.evaluation.public_answers import Answer, answers_to
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.procedures.models import Participant, Procedure
from participation.procedures.queries import procedure_by_id


class Sender(NamedTuple):
    """Who is told of the answer to a contribution."""

    contribution: Contribution
    email: str
    language: str


def answered(delivery: Delivery) -> list[str]:
    """One delivery for each contribution that is answered as a whole and whose sender can be written to."""
    query = (
        _senders()
        .join(ResponseTo, ResponseTo.contribution_id == Contribution.id)
        .where(ResponseTo.response_id == delivery.event.response_id, ResponseTo.argument_id.is_(None))
    )
    whole = select(ResponseTo.contribution_id).where(
        ResponseTo.response_id == delivery.event.response_id, ResponseTo.argument_id.is_(None)
    )
    return [str(sender.contribution.id) for sender in (*_found(query), *_found(_merged_into(whole)))]


def answered_through(delivery: Delivery) -> list[str]:
    """One delivery for a contribution whose arguments are all answered, if its sender can be written to."""
    number = delivery.event.contribution_id
    query = _senders().where(Contribution.id == number)
    return [str(sender.contribution.id) for sender in (*_found(query), *_found(_merged_into([number])))]


def response(delivery: Delivery) -> Iterable[Effect]:
    """The mail to one sender: their text, each decision, each reason."""
    number = int(delivery.target)
    sender = next(iter(_found(_senders().where(Contribution.id == number))), None)
    answers = _answers(sender.contribution) if sender is not None else []
    procedure = procedure_by_id(delivery.event.procedure_id)
    if sender is None or not answers or procedure is None:
        return []
    mail = letter(
        delivery,
        "answered",
        to=sender.email,
        language=sender.language,
        tenant=procedure.tenant,
        url=_url(procedure, sender),
        contribution=sender.contribution,
        procedure=procedure,
        answers=answers,
    )
    return [mail]


def _answers(contribution: Contribution) -> list[Answer]:
    """Its own answers; what was merged into another one has those of that one."""
    into = contribution.merged_into_id if contribution.state == "merged" else None
    found = answers_to([contribution.id, *([into] if into else [])])
    return found.get(contribution.id) or found.get(into or 0, [])


def _merged_into(ids: Any) -> Select[Any]:
    """The contributions that stand with one of these, and have no answer of their own."""
    own = select(ResponseTo.contribution_id).where(ResponseTo.argument_id.is_(None))
    with_them = (Contribution.state == "merged", Contribution.merged_into_id.in_(ids))
    return _senders().where(*with_them, Contribution.id.not_in(own))


def _url(procedure: Procedure, sender: Sender) -> str:
    """The contribution with its answers; what is not public leads to the procedure."""
    if sender.contribution.state == "filed":
        return link("procedures.show", procedure.tenant, sender.language, procedure=procedure.slug)
    where = {"procedure": procedure.slug, "reference": sender.contribution.reference}
    return link("contributions.show", procedure.tenant, sender.language, **where)


def _senders() -> Select[Any]:
    query: Any = (
        select(Contribution, Person, Intake.sender_email)
        .join(Participant, Participant.id == Contribution.participant_id)
        .outerjoin(Person, Person.id == Participant.person_id)
        .outerjoin(Intake, Intake.contribution_id == Contribution.id)
        .where(Contribution.state != "withdrawn")
    )
    found: Select[Any] = query.order_by(Contribution.id)
    return found


def _found(query: Select[Any]) -> list[Sender]:
    """Those with an address: their account's, or the one staff recorded with a letter or a call."""
    found = []
    for contribution, person, recorded in db.session.execute(query):
        if person is not None and can_be_written_to(person):
            found.append(Sender(contribution, person.email, person.language))
        elif recorded:
            found.append(Sender(contribution, recorded, contribution.language))
    return found


ANSWERED = Handler(name="notices.answered", run=response, outside=True, targets=answered)
ANSWERED_THROUGH = Handler(name="notices.answered_through", run=response, outside=True, targets=answered_through)
