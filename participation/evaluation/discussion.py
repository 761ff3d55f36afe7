"""What staff see beside a contribution: who works on which part of it, what was recommended, what was noted."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select, true

from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.evaluation.assigned import Tray
from participation.evaluation.case_file import copies_to_show
from participation.evaluation.case_models import Argument, Assignment, Department, Note, Recommendation
from participation.evaluation.models import ResponseTo as To
from participation.kernel.clock import today
from participation.kernel.db import db
from participation.kernel.text import render_rich


class Given(NamedTuple):
    """Who works on a part, and until when."""

    department_id: int | None
    department: str | None
    person_id: int | None
    person: str | None
    due_on: date | None
    done_at: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether its day is over and nothing came."""
        return self.done_at is None and self.due_on is not None and self.due_on < today()


class Words(NamedTuple):
    """A recommendation as it is shown. Who gave it has no name once the account is deleted."""

    id: int
    argument_id: int | None
    decision: str
    html: str
    department: str | None
    person: str | None
    at: datetime


class NoteRow(NamedTuple):
    """A note as it is shown."""

    id: int
    text: str
    department: str | None
    person: str | None
    at: datetime


class Part(NamedTuple):
    """A contribution as a whole (number 0), or one of its arguments; recommendations with the newest first."""

    argument_id: int | None
    number: int
    text: str  # of an argument: the working copy
    decision: str  # of the public answer; "" = none yet
    is_answered: bool  # an answer is written, public or not
    given: Given | None
    recommendations: list[Words]

    @property
    def may_hand_back(self) -> bool:
        """Whether the newest recommendation can be handed back to those who work on it."""
        return bool(self.given and self.given.done_at and self.recommendations and not self.decision)


class Discussion(NamedTuple):
    """Everything staff say to each other about a contribution; notes with the oldest first."""

    contribution: Contribution
    parts: list[Part]
    notes: list[NoteRow]

    def part(self, argument_id: int | None) -> Part | None:
        """The part with this argument, None where it is not to be seen."""
        return next((part for part in self.parts if part.argument_id == argument_id), None)


def discussion_of(contribution: Contribution, tray: Tray | None = None) -> Discussion:
    """For case workers all of it; for a planning office the parts it was given, with what it said. Six queries."""
    whole = tray is None or tray.everything
    given = _given(contribution)
    said = _recommendations(contribution, None if whole else tray)
    mine = None if whole or tray is None else _mine(contribution, tray)
    answered = set(db.session.scalars(select(To.argument_id).where(To.contribution_id == contribution.id)))
    parts = [
        Part(id_, number, text, decision, id_ in answered, given.get(id_), [w for w in said if w.argument_id == id_])
        for id_, number, text, decision in [(None, 0, "", contribution.decision), *_arguments(contribution)]
        if mine is None or id_ in mine
    ]
    return Discussion(contribution, parts, _notes(contribution))


def _arguments(contribution: Contribution) -> list[tuple[int | None, int, str, str]]:
    query = select(Argument.id, Argument.number, Argument.decision).where(
        Argument.contribution_id == contribution.id, Argument.removed_at.is_(None)
    )
    rows = db.session.execute(query.order_by(Argument.start)).all()
    copies = copies_to_show([row.id for row in rows])
    return [(row.id, row.number, copies[row.id], row.decision) for row in rows]


def _given(contribution: Contribution) -> dict[int | None, Given]:
    query = (
        select(
            Assignment.argument_id, Assignment.department_id, Department.title, Assignment.person_id,
            Person.display_name, Assignment.due_on, Assignment.done_at,
        )
        .outerjoin(Department, Department.id == Assignment.department_id)
        .outerjoin(Person, Person.id == Assignment.person_id)
        .where(Assignment.contribution_id == contribution.id)
    )  # fmt: skip
    return {row[0]: Given(*row[1:]) for row in db.session.execute(query)}


def _mine(contribution: Contribution, tray: Tray) -> set[int | None]:
    query = select(Assignment.argument_id).where(Assignment.contribution_id == contribution.id, tray.mine())
    return set(db.session.scalars(query))


def _recommendations(contribution: Contribution, tray: Tray | None) -> list[Words]:
    """All of them, or what this person and their departments said."""
    own: ColumnElement[bool] = true()
    if tray is not None:
        mine = Recommendation.author_id == tray.person_id
        own = or_(mine, Recommendation.department_id.in_(tray.departments))
    query = (
        select(
            Recommendation.id, Recommendation.argument_id, Recommendation.decision, Recommendation.source,
            Department.title, Person.display_name, Recommendation.at,
        )
        .outerjoin(Department, Department.id == Recommendation.department_id)
        .outerjoin(Person, Person.id == Recommendation.author_id)
        .where(Recommendation.contribution_id == contribution.id, own)
    )  # fmt: skip
    rows = [Words(*row) for row in db.session.execute(query.order_by(Recommendation.id.desc()))]
    return [words._replace(html=render_rich(words.html)) for words in rows]


def _notes(contribution: Contribution) -> list[NoteRow]:
    query = (
        select(Note.id, Note.text, Department.title, Person.display_name, Note.at)
        .outerjoin(Department, Department.id == Note.department_id)
        .outerjoin(Person, Person.id == Note.author_id)
        .where(Note.contribution_id == contribution.id)
    )
    return [NoteRow(*row) for row in db.session.execute(query.order_by(Note.id))]
