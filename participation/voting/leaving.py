"""Deleting an account while a vote runs: its ballot goes too, because the same person could come back as another."""

from sqlalchemy import delete, func, or_, select

from participation.accounts.models import Person
from participation.contributions import leaving
from participation.interfaces import Step
from participation.kernel.clock import real_now
from participation.kernel.db import db
from participation.procedures.models import Participant, Phase
from participation.voting.models import Ballot


def leave(person: Person, *, withdraw_all: bool) -> None:
    """Delete an account. Ballots of votes that are not over are taken back; the others stay counted, without a name."""
    _take_ballots_back(person)
    leaving.leave(person, withdraw_all=withdraw_all)


def _take_ballots_back(person: Person) -> None:
    mine = select(Participant.id).where(Participant.person_id == person.id)
    end = select(func.max(Phase.ends_at)).where(Phase.activity_id == Ballot.activity_id, Phase.step == Step.VOTING)
    until = end.scalar_subquery()
    running = delete(Ballot).where(Ballot.participant_id.in_(mine), or_(until > real_now(), until.is_(None)))
    db.session.execute(running, execution_options={"synchronize_session": False})
