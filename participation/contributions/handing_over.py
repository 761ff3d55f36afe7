"""Drafts for an organisation: a member hands one over, who coordinates it changes, submits or gives it back."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, select

from participation.accounts.models import Organisation, OrganisationMember, Person
from participation.accounts.organisations import memberships, verified
from participation.contributions.events import DraftGivenBack, DraftHandedOver
from participation.contributions.models import Contribution, Draft
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import Event, emit
from participation.kernel.refusal import Invalid, Refused
from participation.kernel.text import normalise
from participation.procedures.models import Activity, Participant, Procedure

LONGEST_NOTE = 2_000  # characters
MOST = 100  # drafts or contributions in a list


class HandedOver(NamedTuple):
    """A draft that waits for those who coordinate."""

    key: str
    text: str
    organisation: str
    by: str
    handed_over_at: datetime
    activity: str
    procedure: str
    procedure_slug: str


class Submitted(NamedTuple):
    """What was submitted for an organisation."""

    reference: str
    received_at: datetime
    state: str
    decision: str
    procedure: str
    procedure_slug: str


def hand_over(draft: Draft, person: Person, name: str) -> None:
    """Put a draft before those who coordinate an organisation. Raises Invalid where the person is no member of it."""
    organisation = verified(draft.tenant_id, name)
    mine = {entry.organisation_id for entry in memberships(person, draft.tenant_id)}
    if organisation is None or organisation.id not in mine:
        raise Invalid(_l("Bitte wählen Sie eine Organisation, für die Sie benannt sind."), field="organisation")
    draft.person_id, draft.organisation_id, draft.handed_over_at, draft.note = person.id, organisation.id, now(), ""
    db.session.flush()
    _tell(DraftHandedOver, draft, person)


def take_back(draft: Draft) -> None:
    """Work on one's own draft again."""
    draft.handed_over_at = None


def give_back(draft: Draft, person: Person, note: str) -> None:
    """Return a draft to who wrote it, with what is to change. Raises Refused where nobody handed it over, Invalid."""
    if not is_before(draft, person):
        raise Refused(_l("Dieser Entwurf liegt Ihnen nicht vor."))
    text = normalise(note).strip()
    if not text or len(text) > LONGEST_NOTE:
        raise Invalid(_l("Bitte schreiben Sie, was noch fehlt, mit höchstens 2.000 Zeichen."), field="note")
    draft.handed_over_at, draft.note = None, text
    _tell(DraftGivenBack, draft, person)


def is_before(draft: Draft, person: Person | None) -> bool:
    """Whether a draft was handed over to this person to submit it."""
    if draft.handed_over_at is None or person is None:
        return False
    return any(
        one.coordinates and one.organisation_id == draft.organisation_id for one in memberships(person, draft.tenant_id)
    )


def handed_to(person_id: int) -> ColumnElement[bool]:
    """The filter of the drafts that wait for a person who coordinates."""
    return and_(Draft.handed_over_at.is_not(None), Draft.organisation_id.in_(_coordinated(person_id)))


def _coordinated(person_id: int) -> Select[int]:
    query = select(OrganisationMember.organisation_id).join(Person, Person.email == OrganisationMember.email)
    return query.where(Person.id == person_id, Person.confirmed_at.is_not(None), OrganisationMember.coordinates)


def waiting_for(person: Person, tenant_id: int) -> list[HandedOver]:
    """The drafts that wait for a person to submit them, oldest first, at most a hundred; one query."""
    query = (
        select(
            Draft.key,
            Draft.fields,
            Organisation.name,
            Person.display_name,
            Draft.handed_over_at,
            Activity.title,
            Procedure.title,
            Procedure.slug,
        )
        .join(Organisation, Organisation.id == Draft.organisation_id)
        .outerjoin(Person, Person.id == Draft.person_id)
        .join(Activity, Activity.id == Draft.activity_id)
        .join(Procedure, Procedure.id == Activity.procedure_id)
        .where(Draft.tenant_id == tenant_id, handed_to(person.id))
    )
    rows = db.session.execute(query.order_by(Draft.handed_over_at, Draft.id).limit(MOST))
    return [HandedOver(row[0], str(row[1].get("text", "")), row[2], row[3] or "", *row[4:]) for row in rows]


def submitted_for(organisation_ids: set[int]) -> list[Submitted]:
    """What was submitted for these organisations, newest first, at most a hundred; one query."""
    query = (
        select(
            Contribution.reference,
            Contribution.received_at,
            Contribution.state,
            Contribution.decision,
            Procedure.title,
            Procedure.slug,
        )
        .join(Participant, Participant.id == Contribution.participant_id)
        .join(Procedure, Procedure.id == Contribution.procedure_id)
        .where(Participant.organisation_id.in_(organisation_ids), Contribution.state != "removed")
    )
    return [Submitted(*row) for row in db.session.execute(query.order_by(Contribution.id.desc()).limit(MOST))]


def _tell(event: type[Event], draft: Draft, person: Person) -> None:
    activity = db.session.get_one(Activity, draft.activity_id)
    where = {"tenant_id": draft.tenant_id, "procedure_id": activity.procedure_id}
    emit(event(**where, draft_id=draft.id, organisation_id=draft.organisation_id, person_id=person.id))  # type: ignore[call-arg]
