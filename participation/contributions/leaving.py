"""Changing one's name everywhere, and deleting the account: what others see changes with it."""

from sqlalchemy import ColumnElement, Select, delete, exists, select, update

from participation.access.rules import Viewer
from participation.accounts.erasure import erase
from participation.accounts.models import Person
from participation.contributions.models import Attachment, Contribution
from participation.contributions.ratings import take_back_open
from participation.contributions.services import withdraw
from participation.kernel.db import db
from participation.kernel.versions import raise_version
from participation.procedures.models import Activity, Participant, Phase
from participation.procedures.participants import fresh_pseudonym

OPEN = ("published", "pending", "hidden")


def show_new_name(person: Person) -> None:
    """Show the person's user name beside everything already contributed."""
    for participant in _participants(person.id):
        participant.pseudonym = person.display_name or participant.pseudonym
        raise_version(f"procedure:{participant.procedure_id}")


def leave(person: Person, *, withdraw_all: bool) -> None:
    """Delete an account. What was contributed stays under a fresh pseudonym in each procedure, or is removed.

    Removed: taken back, and its text is emptied. In a procedure with a statutory period the law keeps it in the
    authority's file, where it no longer points to anybody. Organisations the person named, log-ins, links, drafts,
    subscriptions and roles are gone. Ratings are taken back where rating goes on: the same person could come back as
    another. Elsewhere they stay counted.
    """
    participants = _participants(person.id)
    take_back_open([row.id for row in participants])
    if withdraw_all:
        _withdraw_all(person, participants)
    for participant in participants:
        raise_version(f"procedure:{participant.procedure_id}")
    removed = _not_in_a_file(participants) if withdraw_all else []
    _drop_files(removed)
    erase(person, rename=fresh_pseudonym, withdrawn=withdraw_all, removed=removed)


def kept_by_law(person_id: int) -> int:
    """How many contributions of a person belong to a formal record: removing the account leaves their text there."""
    return len(db.session.scalars(_contributions(_participants(person_id)).where(_is_formal())).all())


def _not_in_a_file(participants: list[Participant]) -> list[int]:
    return list(db.session.scalars(_contributions(participants).where(~_is_formal())))


def _drop_files(contribution_ids: list[int]) -> None:
    """The rows go, the bytes are swept after them."""
    mine = Attachment.contribution_id.in_(contribution_ids)
    db.session.execute(delete(Attachment).where(mine), execution_options={"synchronize_session": False})
    none_left = update(Contribution).where(Contribution.id.in_(contribution_ids)).values(attachments=0)
    db.session.execute(none_left, execution_options={"synchronize_session": False})


def _contributions(participants: list[Participant]) -> Select[int]:
    return select(Contribution.id).where(Contribution.participant_id.in_([row.id for row in participants]))


def _is_formal() -> ColumnElement[bool]:
    """Whether any phase of the procedure is one that a statute prescribes."""
    activities = select(Activity.id).where(Activity.procedure_id == Contribution.procedure_id)
    return exists().where(Phase.activity_id.in_(activities), Phase.statutory)


def _participants(person_id: int) -> list[Participant]:
    return list(db.session.scalars(select(Participant).where(Participant.person_id == person_id)))


def _withdraw_all(person: Person, participants: list[Participant]) -> None:
    who = Viewer(person=person, participants=tuple(participants))
    mine = select(Contribution).where(
        Contribution.participant_id.in_(who.participant_ids), Contribution.state.in_(OPEN)
    )
    for contribution in db.session.scalars(mine.order_by(Contribution.id)):
        withdraw(contribution, who=who)
