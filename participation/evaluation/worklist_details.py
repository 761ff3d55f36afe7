"""What stands beside the contributions of a page: keywords, who works on them until when, arguments."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, and_, case, cast, func, literal, null, select, union_all

from participation.accounts.models import Person
from participation.evaluation.case_models import Argument, Assignment, Department, Keyword, Tag
from participation.evaluation.models import ResponseTo
from participation.evaluation.worklist_filters import live
from participation.kernel.clock import today
from participation.kernel.db import db

A = Assignment


class Who(NamedTuple):
    """Somebody who works on a contribution, or on an argument of it."""

    name: str
    done: bool
    whole: bool


class Details(NamedTuple):
    """What a row needs to know of one contribution."""

    keywords: tuple[str, ...] = ()
    assigned: tuple[Who, ...] = ()
    due_on: date | None = None  # the first day something open should be done by
    arguments: int = 0
    answered: int = 0  # of the arguments

    @property
    def names(self) -> list[str]:
        """Everybody who works on it, each once."""
        return list(dict.fromkeys(who.name for who in self.assigned if who.name))

    @property
    def recommended(self) -> bool:
        """Whether everybody it was given to is done."""
        return bool(self.assigned) and all(who.done for who in self.assigned)

    @property
    def overdue_days(self) -> int:
        """How many days it is late; 0 where it is in time."""
        return max(0, (today() - self.due_on).days) if self.due_on else 0


def details_of(ids: Sequence[int]) -> dict[int, Details]:
    """The details of these contributions; one query, none for none."""
    found: dict[int, list[Any]] = {number: [] for number in ids}
    for row in db.session.execute(_everything(ids)) if ids else ():
        found[row.contribution_id].append(row)
    return {number: _details(rows) for number, rows in found.items()}


def _details(rows: list[Any]) -> Details:
    given = [row for row in rows if row.kind == "assignment"]
    arguments = next((row for row in rows if row.kind == "arguments"), None)
    return Details(
        keywords=tuple(sorted({row.words for row in rows if row.kind == "keyword"}, key=str.casefold)),
        assigned=tuple(
            Who(" · ".join(filter(None, (row.words, row.more))), bool(row.done), row.number == 0) for row in given
        ),
        due_on=min((row.day for row in given if row.day and not row.done), default=None),
        arguments=arguments.number if arguments else 0,
        answered=arguments.done if arguments else 0,
    )


def _who(row: Any) -> Who:
    return Who(" · ".join(filter(None, (row.words, row.more))), bool(row.done), row.number == 0)


def _everything(ids: Sequence[int]) -> Any:
    return union_all(_keywords(ids), _assignments(ids), _arguments(ids)).order_by("contribution_id", "number")


def _keywords(ids: Sequence[int]) -> Any:
    columns = (literal("keyword").label("kind"), Tag.contribution_id.label("contribution_id"))
    words = (
        Keyword.title.label("words"),
        literal("").label("more"),
        Keyword.id.label("number"),
        literal(0).label("done"),
    )
    query = select(*columns, *words, cast(null(), Date).label("day")).join(Keyword, Keyword.id == Tag.keyword_id)
    return query.where(Tag.contribution_id.in_(ids), live(Tag))


def _assignments(ids: Sequence[int]) -> Any:
    """Person and department, where there is one."""
    names = (func.coalesce(func.nullif(Person.display_name, ""), Person.email, ""), func.coalesce(Department.title, ""))
    done = case((A.done_at.is_(None), 0), else_=1)
    query = select(literal("assignment"), A.contribution_id, *names, func.coalesce(A.argument_id, 0), done, A.due_on)
    query = query.outerjoin(Person, Person.id == A.person_id).outerjoin(Department, Department.id == A.department_id)
    return query.where(A.contribution_id.in_(ids), live(A))


def _arguments(ids: Sequence[int]) -> Any:
    has = select(ResponseTo.id).where(ResponseTo.argument_id == Argument.id).exists()
    columns = (literal("arguments"), Argument.contribution_id, literal(""), literal(""))
    query = select(*columns, func.count(), func.count().filter(has), cast(null(), Date))
    there = and_(Argument.contribution_id.in_(ids), Argument.removed_at.is_(None))
    return query.where(there).group_by(Argument.contribution_id)
