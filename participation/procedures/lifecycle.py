"""The life cycle. Stages are decided by people and stored; whether a phase is open is computed from the clock.

Pure: no database, no clock of its own. `TRANSITIONS` is the table of `contract.md`, section 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from participation.interfaces import Role, Step
from participation.kernel.refusal import Refused


class Stage(StrEnum):
    """Where a procedure stands."""

    DRAFT = "draft"
    REVIEW = "review"
    RELEASED = "released"
    ANNOUNCED = "announced"
    RUNNING = "running"
    PAUSED = "paused"
    EVALUATION = "evaluation"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


S = Stage
MANAGERS = frozenset({Role.MANAGER, Role.TENANT_ADMIN})
ADMINS = frozenset({Role.TENANT_ADMIN})
TAKING_PART = frozenset({Step.CONSULTATION, Step.COMMENTING, Step.VOTING})
INTERNAL = frozenset({S.DRAFT, S.REVIEW, S.RELEASED})  # only staff see the procedure
GRACE = timedelta(seconds=30)  # after an end, for requests that arrived before it and are still being worked on
OPEN_STEPS: dict[Stage, frozenset[Step]] = {
    S.RUNNING: TAKING_PART,
    S.EVALUATION: frozenset({Step.PUBLICATION}),
    S.COMPLETED: frozenset({Step.PUBLICATION}),
}


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A step from one stage to another, and who may take it."""

    name: str
    source: frozenset[Stage]
    target: Stage
    roles: frozenset[Role] = MANAGERS
    needs_reason: bool = False
    second_person: bool = False
    by_clock: bool = False


def _t(name: str, *source: Stage, to: Stage, **options: bool | frozenset[Role]) -> Transition:
    return Transition(name=name, source=frozenset(source), target=to, **options)  # type: ignore[arg-type]


TRANSITIONS: dict[str, Transition] = {
    entry.name: entry
    for entry in (
        _t("submit", S.DRAFT, to=S.REVIEW),
        _t("send_back", S.REVIEW, S.RELEASED, to=S.DRAFT, needs_reason=True, second_person=True),
        _t("release", S.REVIEW, to=S.RELEASED, second_person=True),
        _t("announce", S.RELEASED, to=S.ANNOUNCED, by_clock=True),
        _t("open", S.RELEASED, S.ANNOUNCED, to=S.RUNNING, by_clock=True),
        _t("close", S.RUNNING, S.PAUSED, to=S.EVALUATION, by_clock=True),
        _t("pause", S.RUNNING, to=S.PAUSED, needs_reason=True),
        _t("resume", S.PAUSED, to=S.RUNNING),
        _t("extend", S.RUNNING, to=S.RUNNING, needs_reason=True),
        _t("reopen", S.EVALUATION, to=S.RUNNING, needs_reason=True),
        _t("publish_results", S.EVALUATION, to=S.COMPLETED, second_person=True),
        _t("cancel", S.RELEASED, S.ANNOUNCED, S.RUNNING, S.PAUSED, to=S.CANCELLED, needs_reason=True),
        _t("archive", S.COMPLETED, S.CANCELLED, to=S.ARCHIVED, roles=ADMINS, by_clock=True),
    )
}


class IllegalStepError(Refused):
    """A step that the table does not have."""

    status = 409


def next_stage(stage: Stage, name: str) -> Stage:
    """The stage a transition leads to. Raises IllegalStepError where the table has no such step."""
    transition = TRANSITIONS[name]
    if stage not in transition.source:
        raise IllegalStepError(
            _l("Dieser Schritt ist gerade nicht möglich. Das Verfahren steht inzwischen an einer anderen Stelle.")
        )
    return transition.target


@dataclass(frozen=True, kw_only=True)
class Span:
    """What the life cycle needs to know of a phase."""

    step: Step
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Dates:
    """Everything a stage depends on: what was decided, and the calendar."""

    stored: Stage
    announced_at: datetime | None = None
    phases: tuple[Span, ...] = ()
    archived_at: datetime | None = None  # end of retention

    @property
    def begins_at(self) -> datetime | None:
        """When people can first take part."""
        return min((span.begins_at for span in self.phases if span.step in TAKING_PART), default=None)

    @property
    def ends_at(self) -> datetime | None:
        """When nobody can take part any more."""
        return max((span.ends_at for span in self.phases if span.step in TAKING_PART), default=None)


def is_closing(dates: Dates, at: datetime) -> bool:
    """Whether the end has just come: nobody new can take part, those who arrived before it are still being served."""
    return dates.ends_at is not None and dates.ends_at <= at < dates.ends_at + GRACE


def clock_steps(dates: Dates, at: datetime) -> list[str]:
    """The transitions that the clock has taken by this instant, in order, from the stored stage on."""
    steps: list[str] = []
    stage = dates.stored
    while (step := _clock_step(stage, dates, at)) is not None:
        steps.append(step)
        stage = TRANSITIONS[step].target
    return steps


def _clock_step(stage: Stage, dates: Dates, at: datetime) -> str | None:
    begins, ends = dates.begins_at, dates.ends_at
    if stage in (S.RELEASED, S.ANNOUNCED) and begins is not None and begins <= at:
        return "open"
    if stage is S.RELEASED and dates.announced_at is not None and dates.announced_at <= at:
        return "announce"
    if stage in (S.RUNNING, S.PAUSED) and ends is not None and ends <= at:
        return "close"
    if stage in (S.COMPLETED, S.CANCELLED) and dates.archived_at is not None and dates.archived_at <= at:
        return "archive"
    return None


def stage_at(dates: Dates, at: datetime) -> Stage:
    """Where the procedure stands at an instant: what was decided, moved on by the clock."""
    stage = dates.stored
    for step in clock_steps(dates, at):
        stage = TRANSITIONS[step].target
    return stage


def coming_steps(dates: Dates, at: datetime) -> list[tuple[str, datetime]]:
    """What the clock will do after an instant if nobody decides otherwise: steps with their instants, in order."""
    edges = (dates.announced_at, dates.begins_at, dates.ends_at, dates.archived_at)
    found: list[tuple[str, datetime]] = []
    then = replace(dates, stored=stage_at(dates, at))
    for edge in sorted({edge for edge in edges if edge is not None and edge > at}):
        found += [(name, edge) for name in clock_steps(then, edge)]
        then = replace(then, stored=stage_at(then, edge))
    return found


def is_step_open(stage: Stage, step: Step) -> bool:
    """Whether a stage lets phases of a step be open at all."""
    return step in OPEN_STEPS.get(stage, frozenset())


def diagram() -> str:
    """The transitions as lines of text, for the documentation."""
    return "\n".join(_lines(TRANSITIONS.values()))


def _lines(transitions: Iterable[Transition]) -> Iterable[str]:
    for entry in transitions:
        who = "clock or " * entry.by_clock + ("second person" if entry.second_person else "manager")
        sources = ", ".join(stage for stage in Stage if stage in entry.source)
        yield f"{sources} --{entry.name}--> {entry.target} ({who}{', with reason' * entry.needs_reason})"
