"""The log of a procedure: who did what when. Reads events, which hold no personal data, and names of staff."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, not_, or_, select

from participation.accounts.models import Person
from participation.kernel.db import db
from participation.kernel.events import EventRow
from participation.kernel.seal import SealRow
from participation.procedures.step_models import StepTaken

PAGE = 50
SECRET = ("voting.", "procedures.participant_joined")  # how many vote, and when, would tell before the end
PEOPLE_OR_CLOCK = ("procedures.", "documents.", "contributions.", "moderation.", "evaluation.", "results.")
# without an actor only these are listed: what else happens without staff, a log of acts need not tell


class Entry(NamedTuple):
    """One line of the log. Without a name it was the clock, a participant, or somebody whose account is gone."""

    at: datetime
    name: str
    actor_id: int | None
    actor: str | None
    data: Mapping[str, Any]


class Page(NamedTuple):
    """Some lines, the newest first, and where the next page begins."""

    entries: list[Entry]
    next: str | None


def log_page(procedure_id: int, prefixes: Collection[str] = (), after: str | None = None) -> Page:
    """The newest lines older than `after`; with `prefixes` only events whose name begins with one of them.

    The cursor is an instant and how many lines of it were shown, because numbers of events would tell how many
    there are that are not listed.
    """
    query = _events(procedure_id, prefixes)
    until, shown = _cursor(after)
    if until is not None:
        query = query.where(EventRow.at <= until).offset(shown)
    found = [Entry(*row) for row in db.session.execute(query.limit(PAGE + 1))]
    entries = found[:PAGE]
    return Page(entries, _next(entries, until, shown) if len(found) > PAGE else None)


def _next(entries: list[Entry], until: datetime | None, shown: int) -> str:
    last = entries[-1].at
    same = sum(1 for entry in entries if entry.at == last) + (shown if last == until else 0)
    return f"{last.isoformat()}~{same}"


def _cursor(after: str | None) -> tuple[datetime | None, int]:
    """What a cursor means; one that cannot be read is the beginning."""
    instant, sign, number = (after or "").partition("~")
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        return None, 0
    is_whole = sign and at.tzinfo is not None and number.isdecimal() and len(number) < 6
    return (at, int(number)) if is_whole else (None, 0)


def whole_log(procedure_id: int, prefixes: Collection[str] = ()) -> Iterator[Entry]:
    """All lines, the newest first, in constant memory."""
    rows = db.session.execute(_events(procedure_id, prefixes).execution_options(yield_per=500))
    return (Entry(*row) for row in rows)


def _events(procedure_id: int, prefixes: Collection[str]) -> Select[Any]:
    columns = (EventRow.at, EventRow.name, EventRow.actor_id, Person.display_name, EventRow.data)
    query = select(*columns).outerjoin(Person, Person.id == EventRow.actor_id)
    query = query.where(*_listed(procedure_id))
    if prefixes:
        query = query.where(_begins_with(prefixes))
    return query.order_by(EventRow.at.desc(), EventRow.id.desc())


def _listed(procedure_id: int) -> tuple[ColumnElement[bool], ...]:
    told = EventRow.actor_id.is_not(None) | _begins_with(PEOPLE_OR_CLOCK)
    return EventRow.procedure_id == procedure_id, not_(_begins_with(SECRET)), told


def _begins_with(prefixes: Collection[str]) -> ColumnElement[bool]:
    return or_(*(EventRow.name.startswith(prefix, autoescape=True) for prefix in prefixes))


def reasons_of(entries: Collection[Entry]) -> dict[int, StepTaken]:
    """The steps that lines tell of, with their reasons, by number; one query."""
    numbers = {int(entry.data["step_id"]) for entry in entries if entry.data.get("step_id")}
    if not numbers:
        return {}
    return {step.id: step for step in db.session.scalars(select(StepTaken).where(StepTaken.id.in_(numbers)))}


def sealed_until(procedure_id: int) -> datetime | None:
    """The instant of the newest event of this procedure that is sealed; later ones can still follow. One query."""
    query = select(func.max(EventRow.at)).join(SealRow, SealRow.event_id == EventRow.id)
    return db.session.scalar(query.where(*_listed(procedure_id)))
