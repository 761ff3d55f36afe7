"""Changing one's name everywhere, and deleting the account: what others see changes with it."""

from sqlalchemy import select

from participation.access.rules import Viewer
from participation.accounts.erasure import erase
from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.contributions.services import withdraw
from participation.kernel.db import db
from participation.kernel.versions import raise_version
from participation.procedures.models import Participant
from participation.procedures.participants import fresh_pseudonym

OPEN = ("published", "pending", "hidden")


def show_new_name(person: Person) -> None:
    """Show the person's user name beside everything already contributed."""
    for participant in _participants(person.id):
        participant.pseudonym = person.display_name or participant.pseudonym
        raise_version(f"procedure:{participant.procedure_id}")


def leave(person: Person, *, withdraw_all: bool) -> None:
    """Delete an account. What was contributed stays under a fresh pseudonym in each procedure, or is withdrawn.

    Organisations the person named, log-ins, links, drafts, subscriptions and roles are gone; what the authority's
    file keeps no longer points to anybody.
    """
    participants = _participants(person.id)
    if withdraw_all:
        _withdraw_all(person, participants)
    for participant in participants:
        raise_version(f"procedure:{participant.procedure_id}")
    erase(person, rename=fresh_pseudonym)


def _participants(person_id: int) -> list[Participant]:
    return list(db.session.scalars(select(Participant).where(Participant.person_id == person_id)))


def _withdraw_all(person: Person, participants: list[Participant]) -> None:
    who = Viewer(person=person, participants=tuple(participants))
    mine = select(Contribution).where(
        Contribution.participant_id.in_(who.participant_ids), Contribution.state.in_(OPEN)
    )
    for contribution in db.session.scalars(mine.order_by(Contribution.id)):
        withdraw(contribution, who=who)
