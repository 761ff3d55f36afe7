"""How well somebody is known here: computed from what happened, kept nowhere."""

from collections.abc import Collection
from datetime import timedelta
from enum import IntEnum
from typing import Final

from sqlalchemy import or_, select

from participation.access.rules import Viewer
from participation.accounts.models import Organisation, Person
from participation.contributions.models import Contribution
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.procedures.models import Participant

KNOWN_AFTER: Final = timedelta(days=3)


class Step(IntEnum):
    """Three steps; the number is what a report of somebody weighs."""

    NEW = 1
    KNOWN = 2  # a confirmed address, and one contribution a human accepted or three days
    VERIFIED = 3  # came by a code, writes for a verified organisation, or has a badge of the authority


def step_of(person_id: int | None, participant_ids: Collection[int], tenant_id: int) -> Step:
    """The step of a person, or of a guest who is these participants, at an authority; one query.

    Accepted is what waited for a human and is published: what nobody looked at says nothing of its author.
    """
    same = Participant.person_id == person_id if person_id is not None else Participant.id.in_(participant_ids)
    mine = (Participant.tenant_id == tenant_id, same)
    vouched = or_(Participant.identity == "code", Participant.badge != "", Organisation.verified_at.is_not(None))
    verified = select(Participant.id).outerjoin(Organisation, Organisation.id == Participant.organisation_id)
    looked_at = (Contribution.state == "published", Contribution.held_for != "")
    accepted = select(Contribution.id).join(Participant, Participant.id == Contribution.participant_id)
    query = select(
        verified.where(*mine, vouched).exists(),
        select(Person.confirmed_at).where(Person.id == person_id).scalar_subquery(),
        accepted.where(*mine, *looked_at).exists(),
    )
    is_verified, confirmed_at, is_accepted = db.session.execute(query).one()
    if is_verified:
        return Step.VERIFIED
    if confirmed_at is not None and (is_accepted or confirmed_at <= now() - KNOWN_AFTER):
        return Step.KNOWN
    return Step.NEW


def step_of_viewer(who: Viewer, tenant_id: int) -> Step:
    """The step of somebody who looks at a page; a visitor is new, and asks no database."""
    if not who.is_known:
        return Step.NEW
    return step_of(who.person.id if who.person else None, who.participant_ids, tenant_id)
