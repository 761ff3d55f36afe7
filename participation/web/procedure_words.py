"""What pages say about a procedure: until when, which steps, what I can do now, and why not."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from participation.access.rules import why_closed
from participation.interfaces import Action, Step
from participation.kernel.clock import last_day, local, now, today
from participation.procedures.lifecycle import INTERNAL, Stage
from participation.procedures.models import Activity, Phase, Procedure
from participation.procedures.overview import ProcedureCard
from participation.procedures.queries import open_phases, stage_of
from participation.web.language import day, day_with_weekday, time_left

ENDED = (Stage.COMPLETED, Stage.CANCELLED, Stage.ARCHIVED)
SENTENCE = re.compile(r"(?<=[^\W\d_]{2}[.?!])\s+(?=[A-ZÄÖÜ„])")  # not after "3." or "z. B."


@dataclass(frozen=True, kw_only=True)
class StepItem:
    """A step of the line at the top of a procedure; `state` is past, now or coming."""

    step: Step
    name: str
    state: str
    url: str
    dates: str


@dataclass(frozen=True, kw_only=True)
class WhatNow:
    """The one thing to do now: words and address of the main button, until when, and why not more."""

    label: str | None = None
    url: str | None = None
    ends_at: datetime | None = None
    identity: str = ""
    why_not: Any = None


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


def days_left(ends_at: datetime) -> int:
    """Whole local days until the last one: 0 on the last day."""
    return (last_day(ends_at) - today()).days


def last_day_words(ends_at: datetime) -> str:
    """The last day on which something is possible, with its weekday."""
    return day_with_weekday(last_day(ends_at))


def day_words(at: datetime) -> str:
    """The local day of an instant, with its weekday."""
    return day_with_weekday(at)


def span_words(first: date, last: date) -> str:
    """ "1. November bis 14. Dezember 2026"; one day alone where both are the same."""
    if first == last:
        return day(last)
    pattern = "d. MMMM" if str(get_locale()) == "de" else "d MMMM"
    begin = str(format_date(first, pattern)) if first.year == last.year else day(first)
    return str(_("%(first)s bis %(last)s", first=begin, last=day(last)))


def audience_words(audience: str) -> str:
    """Who a phase is for."""
    return str(_("Eingeladene Personen") if audience == "members" else _("audience." + audience))


def identity_words(ways: Collection[str]) -> str:
    """ "Mit bestätigter E-Mail-Adresse oder mit Konto"."""
    words = [_("identity." + way) for way in ("form_token", "email", "account", "code") if way in ways]
    return str(_(" oder ").join(words[:1] + [word[0].lower() + word[1:] for word in words[1:]]))


def first_sentence(text: str) -> str:
    """The beginning of a summary that stands under the title: its first full sentence."""
    return SENTENCE.split(text.strip(), maxsplit=1)[0]


def when_words(card: ProcedureCard) -> str:
    """The one date that matters most on the card of a procedure."""
    if card.stage is Stage.RUNNING and card.ends_at:
        return time_left(card.closes_at or card.ends_at)
    if card.stage is Stage.PAUSED:
        return str(_("Geht voraussichtlich am %(date)s weiter", date=_full(card.resumes_on)) if card.resumes_on else "")
    if card.stage is Stage.EVALUATION and card.answers_by:
        return answers_words(card.answers_by, answered=False)
    if card.stage in (Stage.ANNOUNCED, *INTERNAL):
        if card.begins_at is None:
            return str(_("Der Beginn steht noch nicht fest"))
        return str(_("Beginnt am %(date)s", date=_full(card.begins_at)))
    return str(_("Beendet am %(date)s", date=_full(last_day(card.ends_at))) if card.ends_at else "")


def _full(value: date | datetime) -> str:
    return day_with_weekday(value)


def answers_words(answers_by: date, *, answered: bool) -> str:
    """By when the answer was or is promised; a date that was missed is said as it is."""
    if answers_by < today() and not answered:
        return str(_("Die Antwort war bis %(date)s zugesagt. Sie steht noch aus.", date=_full(answers_by)))
    return str(
        _("Ergebnis voraussichtlich bis %(date)s", date=_full(answers_by)) if not answered else _full(answers_by)
    )


def card_action(stage: Stage) -> str:
    """What opening a card leads to."""
    if stage is Stage.RUNNING:
        return str(_("Lesen und mitmachen"))
    return str(_("Ergebnis ansehen") if stage is Stage.COMPLETED else _("Ansehen"))


def activity_url(activity: Activity, endpoint: str = "index") -> str | None:
    """The address of an activity's page; None while its module is not installed."""
    module = current_app.extensions["registry"].get(activity.module)
    return url_for(f"{module.name}.{endpoint}", activity=activity.slug) if module else None


def open_now(procedure: Procedure) -> list[Phase]:
    """All phases that are open now; the one that ends first is first."""
    found = [phase for activity in procedure.activities for phase in open_phases(activity)]
    return sorted(found, key=lambda phase: phase.ends_at)


def what_now(procedure: Procedure) -> WhatNow:
    """What the main button of the procedure's page offers to everybody, from the open phases."""
    phases = [phase for phase in open_now(procedure) if phase.audience == "public"]
    if not phases:
        return _only_reading(procedure)
    phase = phases[0]
    activity = phase.activity
    steps = {entry.step for entry in phases if entry.activity_id == activity.id}
    kind = current_app.extensions["registry"].phase_kind(activity.module, phase.kind)
    return WhatNow(
        label=_do_words(steps),
        url=activity_url(activity, kind.endpoint if kind else "index"),
        ends_at=phase.ends_at if phase.step != Step.PUBLICATION else None,
        identity=identity_words(phase.identity) if phase.step != Step.PUBLICATION else "",
    )


def _do_words(steps: Collection[str]) -> str:
    if Step.VOTING in steps:
        return str(_("Jetzt abstimmen"))
    if Step.COMMENTING in steps:
        return str(_("Lesen und kommentieren"))
    return str(_("Lesen und Beitrag schreiben") if Step.CONSULTATION in steps else _("Ergebnis lesen"))


def _only_reading(procedure: Procedure) -> WhatNow:
    """Nothing is open: the texts can be read, and the sentence says why there is no more."""
    activity = next(iter(procedure.activities), None)
    url = activity_url(activity) if activity else None
    return WhatNow(label=_("Alles ansehen") if url else None, url=url, why_not=why_not(procedure))


def why_not(procedure: Procedure) -> Any:
    """Why nobody can take part now, in a sentence.

    None where nothing was planned, and while paused or after cancelling: there the page says more than a sentence.
    """
    stage = stage_of(procedure)
    if stage in (Stage.PAUSED, Stage.CANCELLED):
        return None
    if stage in (Stage.EVALUATION, Stage.COMPLETED, Stage.ARCHIVED):
        return _("Mitmachen ist nicht mehr möglich. Lesen können Sie alles weiterhin.")
    phases = [phase for activity in procedure.activities for phase in activity.phases if phase.opens]
    if not phases:
        return None
    phase = min((entry for entry in phases if entry.ends_at > now()), key=lambda e: e.begins_at, default=phases[0])
    return why_closed(phase.activity, Action(name=phase.opens[0], title=phase.title, taking_part=True))


def steps_of(procedure: Procedure) -> list[StepItem]:
    """The steps this procedure has, in order, each with an address that stays; publication if answers are promised."""
    stage, running = stage_of(procedure), {phase.step for phase in open_now(procedure)}
    phases = [phase for activity in procedure.activities for phase in activity.phases]
    items = [_step(step, [phase for phase in phases if phase.step == step], running) for step in Step]
    found = [item for item in items if item is not None]
    promised = procedure.answers_by is not None and stage is not Stage.CANCELLED
    if promised and Step.PUBLICATION not in {item.step for item in found}:
        found.append(_publication(procedure, stage))
    return found


def _step(step: Step, phases: list[Phase], running: Collection[str]) -> StepItem | None:
    if not phases:
        return None
    begins, ends = min(phase.begins_at for phase in phases), max(phase.ends_at for phase in phases)
    state = "now" if step in running else "past" if ends <= now() else "coming"
    return StepItem(
        step=step,
        name=_("step." + step.value),
        state=state,
        url=step_url(step),
        dates=span_words(local(begins).date(), last_day(ends)),
    )


def _publication(procedure: Procedure, stage: Stage) -> StepItem:
    assert procedure.answers_by is not None, "asked only where answers are promised"
    state = "past" if stage in (Stage.COMPLETED, Stage.ARCHIVED) else "coming"
    missed = procedure.answers_by < today() and stage not in ENDED
    words = _("war bis %(date)s zugesagt") if missed else _("bis %(date)s")
    return StepItem(
        step=Step.PUBLICATION,
        name=_("step.publication"),
        state=state,
        url=step_url(Step.PUBLICATION),
        dates=words % {"date": day(procedure.answers_by)},
    )


def step_url(step: Step) -> str:
    """The address of a step, the same before, during and after it."""
    return url_for("procedures.show", _anchor=f"step-{step.value}")


def phase_rows(activities: Iterable[Activity]) -> list[PhaseRow]:
    """All phases by begin, in words."""
    opened = {phase.id for activity in activities for phase in open_phases(activity)}
    pairs = [(phase, activity) for activity in activities for phase in activity.phases]
    return [_row(phase, activity, opened) for phase, activity in sorted(pairs, key=lambda p: (p[0].begins_at, p[0].id))]


def _row(phase: Phase, activity: Activity, opened: Collection[int]) -> PhaseRow:
    return PhaseRow(
        step=Step(phase.step),
        title=phase.title,
        activity=activity.title,
        state=_state(phase, opened),
        dates=_exact(phase),
        audience=audience_words(phase.audience),
        identity=identity_words(phase.identity),
        checked_first=phase.moderation != "none",
        statutory=phase.statutory,
    )


def _state(phase: Phase, opened: Collection[int]) -> str:
    """past, now, coming; paused where the calendar says yes and the stage of the procedure no."""
    if phase.id in opened:
        return "now"
    if phase.ends_at <= now():
        return "past"
    return "coming" if phase.begins_at > now() else "paused"


def _exact(phase: Phase) -> str:
    """Both days with their weekday, and the time of day where a phase does not begin or end at midnight."""
    begins, ends = local(phase.begins_at), local(phase.ends_at)
    first = _full(begins.date()) + (f", {_time(begins)}" if (begins.hour, begins.minute) != (0, 0) else "")
    if (ends.hour, ends.minute) == (0, 0):
        return str(_("%(first)s bis einschließlich %(last)s", first=first, last=_full(last_day(phase.ends_at))))
    return str(_("%(first)s bis %(last)s", first=first, last=f"{_full(ends.date())}, {_time(ends)}"))


def _time(at: datetime) -> str:
    return str(_("%(time)s Uhr", time=f"{at:%H:%M}"))
