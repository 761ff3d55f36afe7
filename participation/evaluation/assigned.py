"""What was given to somebody to recommend or answer: the list, and what of a contribution they may see."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, true, tuple_

from participation.access.rules import ANSWER, Viewer, can
from participation.accounts.models import Person
from participation.contributions.models import Anchor, Contribution
from participation.documents.models import Document, Node
from participation.documents.queries import citation_of
from participation.evaluation.assigning import assignment_of
from participation.evaluation.case_models import Argument, ArgumentVersion, Assignment, Department, Recommendation
from participation.evaluation.departments import departments_with
from participation.evaluation.models import ResponseTo
from participation.evaluation.passages import place_of
from participation.evaluation.services import ANSWERABLE
from participation.kernel.clock import today
from participation.kernel.db import db
from participation.kernel.refusal import Unknown
from participation.kernel.text import excerpt, plain
from participation.procedures.models import Procedure

PAGE = 20
EXCERPT = 300  # characters of a text in a list
SHOWN = ("open", "done", "recommended")
NEVER = date(9999, 12, 31)  # what has no day comes last
A, C, R, T, W = Assignment, Contribution, Recommendation, ResponseTo, ArgumentVersion
DAY: Any = func.coalesce(A.due_on, NEVER)


@dataclass(frozen=True, kw_only=True)
class Tray:
    """Whose work is looked at: what was given to a person or one of the departments they work for."""

    person_id: int
    departments: tuple[int, ...]
    everything: bool  # case workers see the whole procedure, a planning office what it was given

    def mine(self) -> ColumnElement[bool]:
        """The assignments to this person and their departments."""
        return or_(A.person_id == self.person_id, A.department_id.in_(self.departments))

    def acts_for(self, row: Assignment | None) -> int | None:
        """The department somebody speaks for with a recommendation or a note."""
        if row is not None and row.department_id in self.departments:
            return row.department_id
        return self.departments[0] if not self.everything and len(self.departments) == 1 else None


class Given(NamedTuple):
    """An assignment in the list of whoever works on it."""

    id: int
    reference: str
    text: str  # the title, or plain and shortened
    citation: str
    argument: int | None  # its number within the contribution; None: the contribution as a whole
    argument_id: int | None
    department: str | None
    person: str | None
    due_on: date | None
    done_at: datetime | None
    at: datetime
    key: str  # after this one the next page begins

    @property
    def is_late(self) -> bool:
        """Whether its day is over and nothing came."""
        return self.done_at is None and self.due_on is not None and self.due_on < today()


class Page(NamedTuple):
    """A page of the list, and the key after which the next one begins (None on the last)."""

    rows: list[Given]
    next: str | None


class Numbers(NamedTuple):
    """How much waits for somebody, how much of it is late, how much is done; what was recommended to the procedure."""

    open: int
    late: int
    done: int
    recommended: int


class Passage(NamedTuple):
    """Where in the draft a contribution stands."""

    citation: str
    text: str
    quote: str | None


def tray_of(who: Viewer, procedure: Procedure) -> Tray:
    """The tray of somebody in a procedure; one query."""
    person_id = who.person.id if who.person is not None else 0
    departments = tuple(departments_with(person_id, procedure.tenant_id))
    return Tray(person_id=person_id, departments=departments, everything=can(who, ANSWER, procedure).allowed)


def given_to(tray: Tray, procedure: Procedure, show: str = "open", *, after: str | None = None) -> Page:
    """What waits for somebody, the earliest day first, then what has no day; or what is done. For case workers also
    what was recommended to the procedure, by whomever, and has no answer yet. One query."""
    query = _list().where(*_here(procedure), *_which(tray, show))
    if (key := _key(after)) is not None:
        query = query.where(tuple_(DAY, A.id) > tuple_(literal(key[0]), literal(key[1])))
    rows = [_given(*row) for row in db.session.execute(query.order_by(DAY, A.id).limit(PAGE + 1))]
    return Page(rows[:PAGE], rows[PAGE - 1].key if len(rows) > PAGE else None)


def assignments_in(procedure: Procedure, *, due: bool = False) -> Iterator[Given]:
    """Everything that was given to somebody in a procedure, or what of it comes due or is late; streams. One query."""
    query = _list().where(*_here(procedure)).order_by(DAY, A.id).execution_options(yield_per=500)
    query = query.where(A.done_at.is_(None), A.due_on.is_not(None)) if due else query
    for row in db.session.execute(query):
        yield _given(*row)


def still_open(ids: Collection[int]) -> list[Given]:
    """Those of these assignments that nobody has done yet; one query."""
    query = _list().where(A.id.in_(ids), A.done_at.is_(None), C.state.in_(ANSWERABLE))
    return [_given(*row) for row in db.session.execute(query.order_by(DAY, A.id))]


def undecided_for(person_id: int, procedure: Procedure) -> int:
    """How much of what somebody gave to others was recommended and has no answer yet; one query."""
    query = select(func.count()).select_from(A).join(C, C.id == A.contribution_id)
    query = query.where(*_here(procedure), *_recommended(), A.assigned_by_id == person_id)
    return db.session.scalar(query) or 0


def numbers_for(tray: Tray, procedure: Procedure) -> Numbers:
    """How much of it there is; one query."""
    is_open, mine = A.done_at.is_(None), tray.mine()
    query = select(
        func.count().filter(mine, is_open),
        func.count().filter(mine, is_open, A.due_on < today()),
        func.count().filter(mine, ~is_open),
        func.count().filter(*_recommended()),
    ).join(C, C.id == A.contribution_id)
    return Numbers(*db.session.execute(query.where(*_here(procedure))).one())


def open_by_procedure(person_id: int, tenant_id: int) -> dict[int, int]:
    """How much waits for somebody in each procedure of an authority; two queries."""
    tray = Tray(person_id=person_id, departments=tuple(departments_with(person_id, tenant_id)), everything=False)
    query = (
        select(C.procedure_id, func.count())
        .join(A, A.contribution_id == C.id)
        .where(A.tenant_id == tenant_id, A.done_at.is_(None), C.state.in_(ANSWERABLE), tray.mine())
    )
    rows = db.session.execute(query.group_by(C.procedure_id))
    return {row[0]: row[1] for row in rows}


def contribution_for(tray: Tray, procedure: Procedure, reference: str) -> Contribution:
    """A contribution that somebody may work on: any for case workers, else what was given. Raises Unknown."""
    given = select(A.id).where(A.contribution_id == C.id, tray.mine()).exists()
    query = select(C).where(C.tenant_id == procedure.tenant_id, C.reference == reference, *_here(procedure))
    found = db.session.scalar(query.where(true() if tray.everything else given))
    if found is None:
        raise Unknown
    return found


def part_for(tray: Tray, contribution: Contribution, argument_id: int | None) -> Assignment | None:
    """The assignment of the part that somebody recommends on; case workers need none. Raises Unknown."""
    row = assignment_of(contribution, argument_id)
    if tray.everything:
        return row
    if row is None or not (row.person_id == tray.person_id or row.department_id in tray.departments):
        raise Unknown
    return row


def passage_of(contribution: Contribution) -> Passage:
    """The place in the draft as people read it now; empty where it has none. One query."""
    at_place = and_(Node.version_id == Document.current_version_id, Node.key == contribution.place)
    query = (
        select(Node.citation, Node.text)
        .join(Document, at_place)
        .where(Document.procedure_id == contribution.procedure_id)
        .order_by(Document.id)
    )
    citation, text = (db.session.execute(query.limit(1)).one_or_none() if contribution.place else None) or ("", "")
    quote = db.session.scalar(select(Anchor.exact).where(Anchor.contribution_id == contribution.id))
    return Passage(citation, text, quote)


def _list() -> Any:
    return (
        select(
            A.id, C.reference, C.html, Argument.source, Argument.start, W.source, C.source, C.title,
            citation_of(C.procedure_id, C.place), Argument.number,
            A.argument_id, Department.title, Person.display_name, A.due_on, A.done_at, A.at,
        )
        .join(C, C.id == A.contribution_id)
        .outerjoin(Argument, Argument.id == A.argument_id)
        .outerjoin(W, and_(W.argument_id == A.argument_id, W.number == 1))
        .outerjoin(Department, Department.id == A.department_id)
        .outerjoin(Person, Person.id == A.person_id)
    )  # fmt: skip


def _which(tray: Tray, show: str) -> tuple[ColumnElement[bool], ...]:
    if show == "recommended":
        return _recommended() if tray.everything else (false(),)
    return tray.mine(), A.done_at.is_(None) if show == "open" else A.done_at.is_not(None)


def _recommended() -> tuple[ColumnElement[bool], ...]:
    """Somebody recommended, and nobody has written an answer."""
    said = select(R.id).where(R.contribution_id == A.contribution_id, _same(R.argument_id))
    answered = select(T.id).where(T.contribution_id == A.contribution_id, _same(T.argument_id))
    return A.done_at.is_not(None), said.exists(), ~answered.exists()


def _same(argument_id: Any) -> ColumnElement[bool]:
    return func.coalesce(argument_id, 0) == func.coalesce(A.argument_id, 0)


def _here(procedure: Procedure) -> tuple[ColumnElement[bool], ...]:
    return C.procedure_id == procedure.id, C.state.in_(ANSWERABLE)


def _given(number: int, reference: str, html: str, copy: str | None, start: int, words: str, *more: Any) -> Given:
    """The title, or the first words; of an argument the working copy, unless its words are others by now."""
    source, title, citation, *rest = more
    due_on = rest[4]
    shown = title or plain(html) if copy is None else copy if place_of(words, start, source) else ""
    text = excerpt(shown, EXCERPT)
    key = f"{due_on or NEVER}_{number}"
    return Given._make((number, reference, text, citation or "", *rest, key))


def _key(typed: str | None) -> tuple[date, int] | None:
    day, _sign, number = (typed or "").partition("_")
    try:
        return (date.fromisoformat(day), int(number)) if number.isdecimal() and len(number) < 19 else None
    except ValueError:
        return None
