"""What pages say about a procedure: until when, what I can do now, and why not."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from participation.access.sentences import why_closed
from participation.interfaces import Action, Step
from participation.kernel.clock import last_day, now, today
from participation.kernel.dates import day, day_and_month, day_with_weekday
from participation.procedures.lifecycle import INTERNAL, Stage
from participation.procedures.models import Activity, Phase, Procedure
from participation.procedures.overview import ProcedureCard
from participation.procedures.queries import open_phases, stage_of
from participation.web.language import time_left

SENTENCE = re.compile(r"(?<=[^\W\d_]{2}[.?!])\s+(?=[A-ZÄÖÜ„])")  # not after "3." or "z. B."


@dataclass(frozen=True, kw_only=True)
class WhatNow:
    """The one thing to do now: words and address of the main button, until when, and why not more."""

    label: str | None = None
    url: str | None = None
    ends_at: datetime | None = None
    identity: str = ""
    group: str = ""  # whom it is for, where that is not everybody
    by_code: bool = False  # whether an access code opens it
    why_not: Any = None


def days_left(ends_at: datetime) -> int:
    """Whole local days until the last one: 0 on the last day."""
    return (last_day(ends_at) - today()).days


def span_words(first: date, last: date) -> str:
    """ "1. November bis 14. Dezember 2026"; one day alone where both are the same."""
    if first == last:
        return day(last)
    begin = day_and_month(first) if first.year == last.year else day(first)
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
        return _dated(_("Geht voraussichtlich am %(date)s weiter"), card.resumes_on)
    if card.stage is Stage.EVALUATION and card.answers_by:
        return answers_words(card.answers_by)
    if card.stage in (Stage.ANNOUNCED, *INTERNAL):
        return _dated(_("Beginnt am %(date)s"), card.begins_at) or str(_("Der Beginn steht noch nicht fest"))
    return _dated(_("Beendet am %(date)s"), last_day(card.ends_at) if card.ends_at else None)


def _dated(words: str, value: date | datetime | None) -> str:
    return str(words) % {"date": day_with_weekday(value)} if value else ""


def answers_words(answers_by: date) -> str:
    """By when the answer is promised while it is still out; a date that was missed is said as it is."""
    missed = _("Die Antwort war bis %(date)s zugesagt. Sie steht noch aus.")
    return _dated(missed if answers_by < today() else _("Ergebnis voraussichtlich bis %(date)s"), answers_by)


def card_action(stage: Stage) -> str:
    """What opening a card leads to."""
    if stage is Stage.RUNNING:
        return str(_("Lesen und mitmachen"))
    return str(_("Ansehen"))


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
    found = open_now(procedure)
    phases = [phase for phase in found if phase.audience == "public"] or found
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
        group=audience_words(phase.audience) if phase.audience != "public" else "",
        by_code=any("code" in entry.identity for entry in found),
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
    label = _("Fragen der Abstimmung lesen") if is_vote_only(procedure) else _("Texte und Beiträge lesen")
    return WhatNow(label=label if url else None, url=url, why_not=why_not(procedure))


def is_vote_only(procedure: Procedure) -> bool:
    """Whether people do nothing but vote in a procedure: then nobody speaks of contributions."""
    steps = {phase.step for activity in procedure.activities for phase in activity.phases}
    return Step.VOTING in steps and not steps & {Step.CONSULTATION, Step.COMMENTING}


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
