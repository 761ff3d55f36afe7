"""Mails to whoever wrote a contribution: it was received; moderation decided about it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import select

from participation.accounts.models import Person
from participation.contributions.locations import locations_of
from participation.contributions.models import Contribution
from participation.documents.queries import citation_of
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.moderation.acts import UNDO
from participation.moderation.merging import into_of
from participation.moderation.models import Appeal, ModerationAct
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.procedures.models import Activity, Participant, Phase, Procedure
from participation.procedures.queries import procedure_by_id
from participation.registry import installed


class Sent(NamedTuple):
    """A contribution with everything a mail about it says."""

    contribution: Contribution
    phase: Phase
    person: Person
    procedure: Procedure


def receipt(delivery: Delivery) -> Iterable[Effect]:
    """Confirm to the sender that a contribution arrived: number, time, phase, where it stands."""
    sent = _sent(delivery.event.contribution_id)
    if sent is None or sent.contribution.intake_channel != "web":
        return []
    return [_letter(delivery, "receipt", "contributions.receipt", sent)]


def decision(delivery: Delivery) -> Iterable[Effect]:
    """Tell the author what moderation did, and why; nothing of what was taken back meanwhile."""
    sent, act = _sent(delivery.event.contribution_id), db.session.get(ModerationAct, delivery.event.act_id)
    if sent is None or act is None or act.undone_at is not None:
        return []
    about = _about(sent.contribution, act)
    return [_letter(delivery, "moderated", "contributions.show", sent, act=act, about=about, appeal=_appeal_url(sent))]


def _about(contribution: Contribution, act: ModerationAct) -> str:
    """With what it was merged, or where it stands now, in words; nothing where that is not to be read any more."""
    if act.act == "merge":
        into = into_of(contribution)
        return into.words if into is not None and into.is_public else ""
    if act.act == "move":
        return db.session.scalar(select(citation_of(contribution.procedure_id, contribution.place))) or ""
    if act.act == "categorise":
        return _category(contribution)
    if act.act == "relocate":
        kept = locations_of([contribution.id]).get(contribution.id)
        return kept.words or f"{kept.latitude:.5f}, {kept.longitude:.5f}" if kept else ""
    return ""


def _category(contribution: Contribution) -> str:
    kind, activity = (
        installed().contribution_type(contribution.type),
        db.session.get(Activity, contribution.activity_id),
    )
    return kind.place_title(activity, contribution.place) if kind and kind.place_title and activity else ""


def _appeal_url(sent: Sent) -> str:
    where = {"procedure": sent.procedure.slug, "reference": sent.contribution.reference}
    return link("appeals.ask", sent.procedure.tenant, sent.person.language, **where)


def reviewed(delivery: Delivery) -> Iterable[Effect]:
    """Tell the author how a second person decided."""
    appeal = db.session.get(Appeal, delivery.event.appeal_id)
    sent = _sent(appeal.contribution_id) if appeal else None
    if appeal is None or sent is None:
        return []
    return [_letter(delivery, "moderated_again", "contributions.show", sent, appeal=appeal)]


def _letter(delivery: Delivery, template: str, endpoint: str, sent: Sent, **values: Any) -> Effect:
    tenant, language = sent.procedure.tenant, sent.person.language
    where = {"procedure": sent.procedure.slug, "reference": sent.contribution.reference}
    return letter(
        delivery,
        template,
        to=sent.person.email,
        language=language,
        tenant=tenant,
        url=link(endpoint, tenant, language, **where),
        contribution=sent.contribution,
        phase=sent.phase,
        procedure=sent.procedure,
        **values,
    )


def _sent(contribution_id: int) -> Sent | None:
    """None where nobody is known who could get a mail: the account was deleted, or the address is not confirmed."""
    query = (
        select(Contribution, Phase, Person)
        .join(Phase, Phase.id == Contribution.phase_id)
        .join(Participant, Participant.id == Contribution.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .where(Contribution.id == contribution_id)
    )
    found = db.session.execute(query).one_or_none()
    if found is None or not can_be_written_to(found[2]):
        return None
    procedure = procedure_by_id(found[0].procedure_id)
    return Sent(*found, procedure) if procedure else None


RECEIPT = Handler(name="notices.receipt", run=receipt, outside=True)
DECISION = Handler(name="notices.decision", run=decision, outside=True, after=UNDO)
REVIEWED = Handler(name="notices.reviewed", run=reviewed, outside=True)
