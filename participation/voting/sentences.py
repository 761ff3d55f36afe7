"""Where a vote stands, and why somebody cannot vote: what is the case, what is kept, how to go on."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.interfaces import Action, Decision
from participation.kernel.clock import last_day, now
from participation.kernel.dates import day_with_weekday
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Activity
from participation.procedures.queries import open_phases, stage_of
from participation.voting.embargo import voting_span


class Moment(StrEnum):
    """Where a vote stands, as its pages show it."""

    COMING = "coming"
    OPEN = "open"
    BREAK = "break"  # paused, or between two voting phases
    OVER = "over"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


def moment_of(activity: Activity, action: Action) -> Moment:
    """Where the vote of an activity stands now."""
    stage, span = stage_of(activity.procedure), voting_span(activity)
    if stage is Stage.CANCELLED:
        return Moment.CANCELLED
    if span is not None and span.ends_at <= now():
        return Moment.PUBLISHED if stage in (Stage.COMPLETED, Stage.ARCHIVED) else Moment.OVER
    if any(action.name in phase.opens for phase in open_phases(activity)):
        return Moment.OPEN
    if span is None or now() < span.begins_at:
        return Moment.COMING
    return Moment.BREAK


def why_not(activity: Activity, action: Action, decision: Decision) -> Any:
    """The sentence for somebody whose choices could not be cast; after the end it speaks of the choices."""
    span = voting_span(activity)
    if span is None or moment_of(activity, action) not in (Moment.OVER, Moment.PUBLISHED):
        return decision.reason
    return _l(
        "Die Abstimmung ging bis einschließlich %(day)s. Ihre Auswahl wurde nicht mehr abgegeben. "
        "Fragen beantwortet %(contact)s.",
        day=day_with_weekday(last_day(span.ends_at)),
        contact=activity.procedure.contact,
    )
