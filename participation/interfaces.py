"""What a module may tell the platform. Declarations only: data that can be listed, checked, documented.

The core asks the module of an activity and never names one. Callables take the activity first. A heavy one may be
given as a dotted string ("modules.budget.results:count"); it is checked at start and loaded where it runs.
"""

from collections.abc import Callable, Iterable, Mapping
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

    from participation.access.rules import Viewer
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

    THREE_VALUED = "three_valued"


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


@dataclass(frozen=True, kw_only=True)
class ContributionType:
    """What people add: which action adds it, where it is shown, whether it may be answered and rated."""

    name: str  # "text.comment"
    title: "LazyString" = field(compare=False)
    action: str  # the action a phase must open to add one
    endpoint: str = "detail"  # where search results and notices lead; gets `reference`
    comments: bool = True
    rating: Rating | None = Rating.THREE_VALUED
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
    """Rows here; the formats are the core's. `personal` rows are for staff, warned and logged."""

    name: str
    title: "LazyString" = field(compare=False)
    rows: "Callable[[Activity, Viewer], Iterable[Mapping[str, Any]]] | str"
    personal: bool = False


@dataclass(frozen=True, kw_only=True)
class Import:
    """A file that becomes content of an activity; the core finds or makes the activity and says what came of it.

    `run(activity, data, filename)` returns a report (anything whose `str()` is a sentence a line) and raises
    `Refused` or `UnreadableFile` with a sentence when nothing was taken over.
    """

    name: str  # the word of the command: flask import <module> FILE
    title: "LazyString" = field(compare=False)
    run: "Callable[[Activity, bytes, str], Any] | str"
    activity_title: "Callable[[bytes, str], str] | None" = field(default=None, compare=False)


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
    checks: "Callable[[Activity], Iterable[Check]] | None" = None
    # what people do
    actions: tuple[Action, ...] = ()
    contributions: tuple[ContributionType, ...] = ()
    handlers: Handlers = field(default_factory=dict)
    dates: "Callable[[Activity], Iterable[Date]] | None" = None
    # what comes out
    figures: "Callable[[Activity], Iterable[Figure]] | None" = None
    exports: tuple[Export, ...] = ()
    imports: tuple[Import, ...] = ()
    documents: "Callable[[Activity], Iterable[SearchEntry]] | None" = None
    # how it is copied, tried out, cleaned
    dump: "Callable[[Activity], Mapping[str, Any]] | None" = None
    load: "Callable[[Activity, Mapping[str, Any]], None] | None" = None
    seed: "Callable[[Activity, Random, int], None] | None" = None  # so many items; the kit needs it
    requires: tuple[str, ...] = ()
    # found by folder, not declared: templates/ static/ translations/ migrations/ tests/


@dataclass(frozen=True, kw_only=True)
class Found:
    """A module that was loaded, and the folder it came from."""

    module: Module
    folder: Path
