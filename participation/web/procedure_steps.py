"""The steps of a procedure as one line, and its phases as dates."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _

from participation.interfaces import Step
from participation.kernel.clock import last_day, local, now, today
from participation.kernel.dates import day, day_with_weekday, time_of_day
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Activity, Phase, Procedure
from participation.procedures.queries import stage_of
from participation.web.procedure_words import audience_words, identity_words, open_now, span_words

ENDED = (Stage.COMPLETED, Stage.CANCELLED, Stage.ARCHIVED)
STATES = ("now", "paused", "coming", "past", "off")  # of several phases, the first of these is that of their step


@dataclass(frozen=True, kw_only=True)
class StepItem:
    """A step of the line at the top of a procedure; `state` is one of STATES."""

    step: Step
    name: str
    state: str
    url: str
    dates: str


@dataclass(frozen=True, kw_only=True)
class PhaseRow:
    """A phase as the dates of a procedure list it."""

    step: Step
    title: str
    activity: str
    state: str
    dates: str
    audience: str
    identity: str
    checked_first: bool
    statutory: bool


def steps_of(procedure: Procedure) -> list[StepItem]:
    """The steps this procedure has, in order, each with an address that stays.

    Publication is one as long as an answer is promised; an ended procedure claims none that is not a phase of it.
    """
    stage, opened = stage_of(procedure), {phase.id for phase in open_now(procedure)}
    phases = [phase for activity in procedure.activities for phase in activity.phases]
    rows = {step: [phase for phase in phases if phase.step == step] for step in Step}
    found = [_step(step, rows[step], opened, stage) for step in Step if rows[step]]
    if procedure.answers_by is not None and stage not in ENDED and not rows[Step.PUBLICATION]:
        found.append(_publication(procedure.answers_by))
    return found


def _step(step: Step, phases: list[Phase], opened: Collection[int], stage: Stage) -> StepItem:
    begins, ends = min(phase.begins_at for phase in phases), max(phase.ends_at for phase in phases)
    return StepItem(
        step=step,
        name=_("step." + step.value),
        state=min((_state(phase, opened, stage) for phase in phases), key=STATES.index),
        url=step_url(step),
        dates=span_words(local(begins).date(), last_day(ends)),
    )


def _publication(answers_by: date) -> StepItem:
    missed = answers_by < today()
    words = _("war bis %(date)s zugesagt") if missed else _("bis %(date)s")
    return StepItem(
        step=Step.PUBLICATION,
        name=_("step.publication"),
        state="coming",
        url=step_url(Step.PUBLICATION),
        dates=words % {"date": day(answers_by)},
    )


def step_url(step: Step) -> str:
    """The address of a step, the same before, during and after it."""
    return url_for("procedures.show", _anchor=f"step-{step.value}")


def phase_rows(procedure: Procedure) -> list[PhaseRow]:
    """All phases by begin, in words."""
    stage, opened = stage_of(procedure), {phase.id for phase in open_now(procedure)}
    pairs = [(phase, activity) for activity in procedure.activities for phase in activity.phases]
    pairs.sort(key=lambda pair: (pair[0].begins_at, pair[0].id))
    return [_row(phase, activity, _state(phase, opened, stage)) for phase, activity in pairs]


def _row(phase: Phase, activity: Activity, state: str) -> PhaseRow:
    return PhaseRow(
        step=Step(phase.step),
        title=phase.title,
        activity=activity.title,
        state=state,
        dates=_exact(phase),
        audience=audience_words(phase.audience),
        identity=identity_words(phase.identity),
        checked_first=phase.moderation != "none",
        statutory=phase.statutory,
    )


def _state(phase: Phase, opened: Collection[int], stage: Stage) -> str:
    """One of STATES: what the calendar says, unless the stage of the procedure says no."""
    if phase.id in opened:
        return "now"
    if phase.ends_at <= now():
        return "past"
    has_begun = phase.begins_at <= now()
    if stage in ENDED:
        return "past" if has_begun else "off"
    return "paused" if has_begun and stage is Stage.PAUSED else "coming"


def _exact(phase: Phase) -> str:
    """Both days with their weekday, and the time of day where a phase does not begin or end at midnight."""
    begins, ends = local(phase.begins_at), local(phase.ends_at)
    first = day_with_weekday(begins.date()) + (f", {_clock(begins)}" if (begins.hour, begins.minute) != (0, 0) else "")
    if (ends.hour, ends.minute) == (0, 0):
        return str(
            _("%(first)s bis einschließlich %(last)s", first=first, last=day_with_weekday(last_day(phase.ends_at)))
        )
    return str(_("%(first)s bis %(last)s", first=first, last=f"{day_with_weekday(ends.date())}, {_clock(ends)}"))


def _clock(at: datetime) -> str:
    return str(_("%(time)s Uhr", time=time_of_day(at)))
