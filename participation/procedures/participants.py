"""Participants: who somebody is within one procedure. Made inside the first write, never by reading."""

import secrets
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.accounts.models import Person
from participation.accounts.organisations import organisation_for
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.lookalikes import looks_official
from participation.kernel.refusal import Invalid
from participation.kernel.text import normalise_name
from participation.procedures.events import ParticipantJoined
from participation.procedures.models import Participant, Procedure

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


def participant_for(
    procedure: Procedure, person: Person, organisation_name: str = "", *, quietly: bool = False
) -> Participant:
    """The participant of a person in a procedure, made if there is none; one more for each organisation.

    Made `quietly` no event tells of it: who votes is known to nobody, and how many neither.

    Locks the person, so that two first writes at the same moment make one participant (SQLite: all writers wait).
    """
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    name = normalise_name(organisation_name)
    if looks_official(name, procedure.tenant.name):
        raise Invalid(
            _l("Dieser Name sieht aus, als schriebe die Behörde. Bitte nennen Sie Ihre Organisation genauer."),
            field="organisation",
        )
    if len(name) > 120:
        raise Invalid(
            _l("Bitte schreiben Sie den Namen der Organisation mit höchstens 120 Zeichen."),
            field="organisation",
        )
    organisation = organisation_for(procedure.tenant_id, person, name) if name else None
    found = db.session.scalar(
        select(Participant).where(
            Participant.procedure_id == procedure.id,
            Participant.person_id == person.id,
            Participant.organisation_id == (organisation.id if organisation else None),
        )
    )
    return found or join(
        procedure,
        quietly=quietly,
        person_id=person.id,
        organisation_id=organisation.id if organisation else None,
        organisation_name=organisation.name if organisation else "",
        pseudonym=person.display_name or fresh_pseudonym(),
    )


def join(procedure: Procedure, *, quietly: bool = False, **values: Any) -> Participant:
    """Somebody new takes part in a procedure: a person, or a guest, who gets a name that says nothing."""
    participant = Participant(
        **{"pseudonym": fresh_pseudonym(), **values},
        tenant_id=procedure.tenant_id,
        procedure_id=procedure.id,
        created_at=now(),
    )
    db.session.add(participant)
    db.session.flush()
    if not quietly:
        emit(ParticipantJoined(tenant_id=procedure.tenant_id, procedure_id=procedure.id, participant_id=participant.id))
    return participant


def fresh_pseudonym() -> str:
    """A name that says nothing about the person: "Teilnehmende K7QX"."""
    return "Teilnehmende " + "".join(secrets.choice(ALPHABET) for _ in range(5))
