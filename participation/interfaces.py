"""What a module may tell the platform. Declarations only: data that can be listed, checked, documented.

The core asks the module of an activity and never names one. Callables take the activity first. A heavy one may be
given as a dotted string ("modules.budget.results:count"); it is checked at start and loaded where it runs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from flask import Blueprint
from marshmallow import Schema

from participation.kernel.events import Handlers

if TYPE_CHECKING:
    from speaklater import LazyString
    from sqlalchemy import Select

    from participation.contributions.models import Contribution
    from participation.procedures.models import Activity, Participant, Phase

INTERFACE = 1  # raised when the contract breaks; the number before stays accepted for a year


class Role(StrEnum):
    """Who somebody is towards a tenant or a procedure."""

    VISITOR = "visitor"
    PARTICIPANT = "participant"
    MODERATOR = "moderator"
    EDITOR = "editor"
    CASE_WORKER = "case_worker"
    PLANNING_OFFICE = "planning_office"
    MANAGER = "manager"
    TENANT_ADMIN = "tenant_admin"
    OPERATOR = "operator"


STAFF = frozenset(Role) - {Role.VISITOR, Role.PARTICIPANT}


class Step(StrEnum):
    """The four steps of the life cycle; every phase kind belongs to one."""

    CONSULTATION = "consultation"
    COMMENTING = "commenting"
    VOTING = "voting"
    PUBLICATION = "publication"


class Visibility(StrEnum):
    """Who sees what comes in during a phase."""

    PUBLIC = "public"
    AUDIENCE = "audience"
    STAFF = "staff"
    OWN = "own"


class Rating(StrEnum):
    """How people may rate a contribution."""

    THREE_VALUED = "three_valued"  # agree, neutral, disagree
    SUPPORT = "support"  # agree, or nothing
    POINTS = "points"  # one to five


@dataclass(frozen=True, kw_only=True)
class Decision:
    """An answer with its reason: a sentence to show, or None when allowed."""

    allowed: bool
    reason: "LazyString | str | None" = None
    phase: "Phase | None" = None  # the open phase that allowed it
    login_helps: bool = False  # logging in (or registering) would change the answer


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something staff may do by role, or people may do because a phase opens it; the registry refuses both."""

    name: str  # "text:comment"
    title: "LazyString" = field(compare=False)
    staff: frozenset[Role] = frozenset()
    taking_part: bool = False
    weighty: bool = False  # what it changes asks again who is there (`web/again.py`)
    when: "Callable[[Participant | None, Any], Decision] | None" = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class PhaseKind:
    """What a phase means: its step in the life cycle, what it opens, who sees what comes in by default."""

    name: str
    title: "LazyString" = field(compare=False)
    step: Step
    opens: frozenset[str] = frozenset()  # names of actions
    visible_to: Visibility = Visibility.PUBLIC
    endpoint: str = "index"


WEIGHING = ("followed", "partly_followed", "already_followed", "not_followed", "elsewhere", "noted")
DEFECTS = ("done", "not_responsible", "declined", "noted")  # what becomes of something that was reported as broken


@dataclass(frozen=True, kw_only=True)
class ContributionType:
    """What people add: which action adds it, where it is shown, whether it may be answered and rated."""

    name: str  # "text.comment"
    title: "LazyString" = field(compare=False)
    action: str  # the action a phase must open to add one
    endpoint: str = "detail"  # where search results and notices lead; gets `reference`
    comments: bool = True
    rating: "Rating | Callable[[Activity], Rating | None] | None" = field(default=Rating.THREE_VALUED, compare=False)
    titled: bool = False  # asks for a title too
    drawn: tuple[str, ...] = ()  # what it may be on a map: "Point", "LineString", "Polygon"; none: it has no location
    categories: "Callable[[Activity], Mapping[str, str]] | None" = field(default=None, compare=False)
    # key → title; the author chooses one, and it becomes the place
    decisions: "Callable[[Activity], Sequence[str]] | None" = field(default=None, compare=False)
    # what an answer may decide, of `WEIGHING` (which is meant without it) and `DEFECTS`
    place_exists: "Callable[[Activity, str], bool] | None" = field(default=None, compare=False)
    place_title: "Callable[[Activity, str], str] | None" = field(default=None, compare=False)  # "§ 2 Absatz 4"
    passage: "Callable[[Activity, str, str], Mapping[str, Any] | None] | None" = field(default=None, compare=False)
    # the anchor of quoted words at a place, as the fields of `documents.anchors.Passage`; None: not found


@dataclass(frozen=True, kw_only=True)
class Check:
    """One point that is missing, or that somebody should look at, before publication."""

    sentence: "LazyString | str"
    blocking: bool = True
    endpoint: str = "index"


@dataclass(frozen=True, kw_only=True)
class Export:
    """Rows here; the formats are the core's. `personal` rows are for staff, warned and logged.

    `located` rows have `longitude` and `latitude` (or a `geometry`) and come as GeoJSON too. With `by_address` the
    rows take a third argument, the parts of an address (a mapping), and are those of the selection it says.
    """

    name: str
    title: "LazyString" = field(compare=False)
    rows: "Callable[..., Iterable[Mapping[str, Any]]] | str"
    personal: bool = False
    located: bool = False
    by_address: bool = False

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats it is offered in."""
        return ("csv", "json", "geojson") if self.located else ("csv", "json")


@dataclass(frozen=True, kw_only=True)
class Import:
    """A file that becomes content of an activity; the core finds or makes the activity and says what came of it.

    `run(activity, data, filename)` returns a report (anything whose `str()` is a sentence a line) and raises
    `Refused` or `UnreadableFile` with a sentence when nothing was taken over. With `comments` it takes a second file
    of comments on what the first one holds, as a last argument (data, filename) or None.
    """

    name: str  # the word of the command: flask import <module> FILE
    title: "LazyString" = field(compare=False)
    run: "Callable[[Activity, bytes, str], Any] | str"
    activity_title: "Callable[[bytes, str], str] | None" = field(default=None, compare=False)
    comments: bool = False


@dataclass(frozen=True, kw_only=True)
class Date:
    """A day that matters: for calendar and reminders."""

    at: datetime
    title: "LazyString | str"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number worth showing, with its words."""

    name: str
    title: "LazyString | str"
    value: int


@dataclass(frozen=True, kw_only=True)
class SearchEntry:
    """Text to be found. `ref` names whose visibility is asked: "activity" or "contribution:<id>"."""

    key: str  # unique within the activity
    title: str
    text: str
    fragment: str = ""  # where on the page of `endpoint`
    endpoint: str = "index"
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A list of the module's things that other systems may read; paging, access and description are the core's.

    `select` gives rows with a column `id`, of what this viewer may see; everybody reads what pages show everybody.
    Where parts of an address narrow the rows (`narrowing`: name → what it means), it gets them as a third argument.
    """

    name: str
    title: "LazyString" = field(compare=False)
    schema: type[Schema]
    select: "Callable[..., Select[Any]]" = field(compare=False)
    narrowing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SetupPage:
    """A page of the module on which staff prepare an activity: its text, its questions, its categories."""

    endpoint: str  # of the module's blueprint; guarded by a staff action
    title: "LazyString" = field(compare=False)
    help: "LazyString" = field(compare=False)  # one sentence: what is done there


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Settings that fit together, chosen in one step; single settings may be changed after that."""

    name: str
    title: "LazyString" = field(compare=False)
    help: "LazyString" = field(compare=False)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Package:
    """What a result is counted from, as JSON can hold it; nobody is named in it. All that `count` gets."""

    parameters: Mapping[str, Any]  # questions, options, rules
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)  # "ballots", in no order


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One line of a tally: an option and how often it was meant."""

    key: str
    label: str
    value: int
    chosen: bool = False  # what the rule of the count picks


@dataclass(frozen=True, kw_only=True)
class Tally:
    """One question and how it came out; the chart and the table beside it show the same bars."""

    key: str
    title: str
    bars: tuple[Bar, ...]
    total: int  # ballots that answer this question
    tie: bool = False  # the rule could not pick


@dataclass(frozen=True, kw_only=True)
class Results:
    """The figures of a package: the same on every machine, in every language."""

    ballots: int
    tallies: tuple[Tally, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)


class NoSettings(Schema):
    """A format with nothing to set."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """The manifest of a format. Only the first four are required."""

    name: str  # one lower-case word: folder, blueprint, templates, table prefix, actions, events, static path
    title: "LazyString" = field(compare=False)
    interface: int  # the author writes the number
    blueprint: Blueprint
    # what managers set
    phases: tuple[PhaseKind, ...] = ()
    settings: type[Schema] = NoSettings
    presets: tuple[Preset, ...] = ()
    setup: tuple[SetupPage, ...] = ()
    checks: "Callable[[Activity], Iterable[Check]] | None" = None
    # what people do
    actions: tuple[Action, ...] = ()
    contributions: tuple[ContributionType, ...] = ()
    handlers: Handlers = field(default_factory=dict)
    dates: "Callable[[Activity], Iterable[Date]] | None" = None
    # what comes out
    collect: "Callable[[Activity], Package] | str | None" = None  # data of a result, before the freeze
    count: "Callable[[Package], Results] | str | None" = None  # pure; the only thing `flask recount` runs
    figures: "Callable[[Activity], Iterable[Figure]] | None" = None
    exports: tuple[Export, ...] = ()
    imports: tuple[Import, ...] = ()
    resources: tuple[Resource, ...] = ()
    documents: "Callable[[Activity], Iterable[SearchEntry]] | None" = None
    # how it is copied, tried out, cleaned
    dump: "Callable[[Activity], Mapping[str, Any]] | None" = None
    load: "Callable[[Activity, Mapping[str, Any]], None] | None" = None
    adopt: "Callable[[Activity, Sequence[Contribution]], None] | None" = (
        None  # takes contributions over, with their origin
    )
    adopted: "Callable[[Activity, int], bool] | None" = None  # whether it holds what came from this contribution
    seed: "Callable[[Activity, Random, int], None] | None" = None  # so many items; the kit needs it
    requires: tuple[str, ...] = ()
    # found by folder, not declared: templates/ static/ translations/ migrations/ tests/


@dataclass(frozen=True, kw_only=True)
class Found:
    """A module that was loaded, and the folder it came from."""

    module: Module
    folder: Path
