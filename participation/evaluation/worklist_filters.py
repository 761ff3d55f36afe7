"""What the work list can be narrowed to: read from an address, written back to it, as conditions on contributions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from participation.contributions.models import Contribution
from participation.contributions.references import read_reference
from participation.documents.models import Document, Node
from participation.evaluation.case_models import Argument, Assignment, DepartmentMember, Tag
from participation.evaluation.models import Response, ResponseTo
from participation.evaluation.services import ANSWERABLE
from participation.kernel.clock import today
from participation.procedures.models import Procedure

ANSWERS: Final = ("open", "waiting", "answered", "all")
STATES: Final = (*ANSWERABLE, "merged", "withdrawn")
WORK: Final = ("new", "in_progress", "processed", "final_notice_sent")
CHANNELS: Final = ("web", "letter", "email", "on_record", "on_site", "telephone", "import")
AUDIENCES: Final = ("public", "institutions", "members")
DUE: Final = ("overdue", "week", "none")
SORTS: Final = ("received", "due", "section", "agreement", "replies")
ORDERS: Final = ("up", "down")
NONE: Final = "none"  # without any
NOBODY: Final = "nobody"
WHOLE, GONE = "*whole", "*gone"  # no key of a text begins with a star
NEAR: Final = timedelta(days=7)
WORDS: Final = 8  # looked for at once
LONGEST: Final = 200  # characters of one value

C, A, T, R = Contribution, Assignment, ResponseTo, Response


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is shown of a procedure's contributions, in which order. Where several are chosen, any of them will do."""

    answer: str = "open"
    state: tuple[str, ...] = ()  # none: whatever can be answered
    work: tuple[str, ...] = ()
    keyword: tuple[str, ...] = ()  # numbers, or "none"
    section: str = ""  # key of a place, with all below it; or the text as a whole, or places that are gone
    district: tuple[str, ...] = ()  # "none": not known
    assignee: str = ""  # me, nobody, d7 (a department), p7 (a person)
    due: str = ""
    channel: tuple[str, ...] = ()
    audience: str = ""
    round: str = ""
    late: str = ""
    words: str = ""
    sort: str = "received"
    order: str = "up"

    @classmethod
    def read(cls, values: Mapping[str, Sequence[str]]) -> Self:
        """From the arguments of an address; what cannot be meant is left out."""
        found = {name: _fitting(name, values.get(name, ())) for name in NAMES}
        given: dict[str, Any] = {name: entries for name, entries in found.items() if entries}
        return cls(**{name: entries if name in SEVERAL else entries[0] for name, entries in given.items()})

    def args(self) -> dict[str, list[str]]:
        """As arguments of an address, without what is usual."""
        given = ((name, getattr(self, name)) for name in NAMES if getattr(self, name) != getattr(DEFAULT, name))
        return {name: list(value) if isinstance(value, tuple) else [value] for name, value in given}

    def but(self, **values: Any) -> Self:
        """The same with something else in some places."""
        return replace(self, **values)

    def without(self, name: str, value: str) -> Self:
        """The same without one value of a filter."""
        present = getattr(self, name)
        kept = tuple(entry for entry in present if entry != value) if isinstance(present, tuple) else ""
        return self.but(**{name: kept})

    def chosen(self) -> list[tuple[str, str]]:
        """Every value that narrows the list: name and value, in the order of the form."""
        present = [(name, getattr(self, name)) for name in NAMES if name not in ("answer", "sort", "order")]
        pairs = [(name, value if isinstance(value, tuple) else (value,)) for name, value in present]
        return [(name, value) for name, values in pairs for value in values if value]


SEVERAL: Final = ("state", "work", "keyword", "district", "channel")
NAMES: Final = tuple(field.name for field in fields(Filters))
DEFAULT: Final = Filters()
KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "answer": ANSWERS,
    "state": STATES,
    "work": WORK,
    "due": DUE,
    "channel": CHANNELS,
    "audience": AUDIENCES,
    "late": ("1", "0"),
    "sort": SORTS,
    "order": ORDERS,
}


def _fitting(name: str, values: Iterable[str]) -> tuple[str, ...]:
    """The values of one filter that can be meant, each once."""
    found = [value.replace("\x00", "").strip()[:LONGEST] for value in values]
    return tuple(dict.fromkeys(value for value in found if value and can_be(name, value)))


def can_be(name: str, value: str) -> bool:
    """Whether a filter can have this value at all."""
    if name in KNOWN:
        return value in KNOWN[name]
    if name == "assignee":
        return value in ("me", NOBODY) or (value[0] in "dp" and _is_number(value[1:]))
    if name == "keyword":
        return value == NONE or _is_number(value)
    return name != "round" or _is_number(value)


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 10


def conditions(filters: Filters, procedure: Procedure, person_id: int | None) -> list[ColumnElement[bool]]:
    """Which contributions of a procedure they leave, without the filter of answers; "me" is `person_id`."""
    found = [C.procedure_id == procedure.id, C.state.in_(filters.state or ANSWERABLE)]
    for name, narrow in NARROW.items():
        if value := getattr(filters, name):
            found.append(narrow(value))
    if filters.assignee:
        found.append(_assigned(filters.assignee, person_id))
    if filters.section:
        found.append(_at(filters.section, procedure.id))
    if filters.audience or filters.round:
        found.append(_of_phases(filters, procedure))
    return found


def answer_is(which: str) -> ColumnElement[bool]:
    """Whether a contribution has no answer yet, one that is not public in its newest words, or a public one.

    Split into arguments it is open until each of them has an answer.
    """
    any_answer = select(T.id).where(T.contribution_id == C.id)
    waits = any_answer.join(R, R.id == T.response_id).where(func.coalesce(R.published_number, 0) != R.number)
    if which == "waiting":
        return waits.exists()
    if which == "answered":
        return C.decision != ""
    arguments = select(Argument.id).where(Argument.contribution_id == C.id, Argument.removed_at.is_(None))
    left = arguments.where(~select(T.id).where(T.argument_id == Argument.id).exists())
    whole = any_answer.where(T.argument_id.is_(None))
    return or_(left.exists(), ~or_(whole.exists(), arguments.exists()))


def live(table: type[Tag] | type[Assignment]) -> ColumnElement[bool]:
    """Rows of a contribution as a whole, or of an argument that still stands alone."""
    there = select(Argument.id).where(Argument.id == table.argument_id, Argument.removed_at.is_(None))
    return or_(table.argument_id.is_(None), there.exists())


def overdue() -> ColumnElement[bool]:
    """Something of it should be done by now."""
    return _assignments(A.done_at.is_(None), A.due_on < today())


def _assignments(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(A.id).where(A.contribution_id == C.id, live(A), *which).exists()


def _assigned(value: str, person_id: int | None) -> ColumnElement[bool]:
    if value == NOBODY:
        return ~_assignments()
    if value == "me":
        mine = select(DepartmentMember.department_id).where(DepartmentMember.person_id == person_id)
        return _assignments(or_(A.person_id == person_id, and_(A.person_id.is_(None), A.department_id.in_(mine))))
    column = A.department_id if value[0] == "d" else A.person_id
    return _assignments(column == int(value[1:]))


def _due(value: str) -> ColumnElement[bool]:
    if value == "overdue":
        return overdue()
    if value == "week":
        return _assignments(A.done_at.is_(None), A.due_on >= today(), A.due_on < today() + NEAR)
    return ~_assignments(A.done_at.is_(None), A.due_on.is_not(None))


def _tagged(values: Sequence[str]) -> ColumnElement[bool]:
    tags = select(Tag.id).where(Tag.contribution_id == C.id, live(Tag))
    numbers = [int(value) for value in values if value != NONE]
    some = [tags.where(Tag.keyword_id.in_(numbers)).exists()] if numbers else []
    return or_(*some, ~tags.exists()) if NONE in values else or_(false(), *some)


def _in_district(values: Sequence[str]) -> ColumnElement[bool]:
    return C.district.in_(["" if value == NONE else value for value in values])


def _at(key: str, procedure_id: int) -> ColumnElement[bool]:
    """A place of the current text with everything below it; what other texts call the same counts too."""
    if key == WHOLE:
        return C.place == ""
    current = select(Document.current_version_id).where(Document.procedure_id == procedure_id)
    there = select(Node.key).where(Node.version_id.in_(current))
    if key == GONE:
        return and_(C.place != "", C.place.not_in(there))
    below = there.where(Node.key == key).cte("below", recursive=True)
    below = below.union(select(Node.key).where(Node.version_id.in_(current), Node.section_key == below.c.key))
    return or_(C.place == key, C.place.in_(select(below.c.key)))


def _of_phases(filters: Filters, procedure: Procedure) -> ColumnElement[bool]:
    phases = [phase for activity in procedure.activities for phase in activity.phases]
    fitting = [
        phase.id
        for phase in phases
        if filters.audience in ("", phase.audience) and filters.round in ("", str(phase.round))
    ]
    return C.phase_id.in_(fitting)


def _with_words(text: str) -> ColumnElement[bool]:
    """All words somewhere in title or text; or the number on a receipt."""
    found = and_(*(_has(word) for word in text.split()[:WORDS]))
    number = read_reference(text.strip())
    return or_(found, C.reference == number) if number else found


def _has(word: str) -> ColumnElement[bool]:
    """In small letters or capital ones: SQLite knows of the same letter only without umlauts."""
    forms = dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
    columns = (C.source, C.title)
    return or_(*(column.icontains(form, autoescape=True) for column in columns for form in forms))


NARROW: Final[Mapping[str, Callable[[Any], ColumnElement[bool]]]] = {
    "work": lambda values: C.work.in_(values),
    "keyword": _tagged,
    "district": _in_district,
    "due": _due,
    "channel": lambda values: C.intake_channel.in_(values),
    "late": lambda value: C.late.is_(value == "1"),
    "words": _with_words,
}
