"""The embargo: while people vote, nothing that depends on what they chose leaves the house.

From the begin of an activity's first voting phase to the end of its last, pauses included, and half a minute more for
ballots that arrived before it; for ever if the procedure was cancelled before that end. The clock is the real one: who
looks at day X in a preview opens nothing.
"""

from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.access.rules import Viewer
from participation.interfaces import Step
from participation.kernel.clock import last_day, real_now
from participation.kernel.dates import day_with_weekday
from participation.kernel.db import db
from participation.kernel.events import EventRow
from participation.kernel.refusal import Refused
from participation.procedures.events import ProcedureAdvanced
from participation.procedures.lifecycle import GRACE, INTERNAL, Stage
from participation.procedures.models import Activity, Procedure
from participation.procedures.queries import stage_of
from participation.voting.models import Ballot

PUBLISHED = (Stage.COMPLETED, Stage.ARCHIVED)


class Embargo(Refused):
    """Asked too early: nobody sees a count, a trend or an order before the end of the vote."""


class Span(NamedTuple):
    """From the begin of the first voting phase to the end of the last, half-open."""

    begins_at: datetime
    ends_at: datetime


def voting_span(activity: Activity) -> Span | None:
    """When an activity is voted on, whatever its module; None where it has no voting phase."""
    phases = [phase for phase in activity.phases if phase.step == Step.VOTING]
    if not phases:
        return None
    return Span(min(phase.begins_at for phase in phases), max(phase.ends_at for phase in phases))


def is_under_embargo(activity: Activity) -> bool:
    """Whether nothing may come out of the activity's votes now. Asks no database while the vote runs.

    A vote that was put off after ballots came in stays closed too.
    """
    span = voting_span(activity)
    if span is None:
        return _has_ballots(activity)  # its phases were taken away: nobody knows the end
    at = real_now()
    if at < span.begins_at:
        return _has_ballots(activity)
    return at < span.ends_at + GRACE or _was_cancelled_before(activity.procedure, span.ends_at)


def require_lifted(activity: Activity) -> None:
    """Raise Embargo unless what the activity's votes say may come out."""
    if is_under_embargo(activity):
        raise Embargo(_sentence(activity))


def require_result(activity: Activity, viewer: Viewer) -> None:
    """Raise unless the viewer may see what came out: after the end its staff, everybody when it is published."""
    require_lifted(activity)
    if voting_span(activity) is None or viewer.sees_all_of(activity.procedure):
        return
    if stage_of(activity.procedure, real_now()) not in PUBLISHED:
        raise Refused(_l("Das Ergebnis der Abstimmung ist noch nicht veröffentlicht."))


def has_opened(activity: Activity) -> bool:
    """Whether people could vote already: from then on questions, effect and rules stay as they were read."""
    span = voting_span(activity)
    return span is not None and span.begins_at <= real_now() and stage_of(activity.procedure) not in INTERNAL


def _sentence(activity: Activity) -> Any:
    span = voting_span(activity)
    if span is None or span.ends_at + GRACE <= real_now():
        return _l("Die Abstimmung wurde vorzeitig beendet. Die Stimmen werden nicht ausgezählt.")
    day = day_with_weekday(last_day(span.ends_at))
    return _l("Bis zum Ende der Abstimmung am %(day)s sieht niemand einen Zwischenstand.", day=day)


def _has_ballots(activity: Activity) -> bool:
    query = select(Ballot.id).where(Ballot.activity_id == activity.id).limit(1)
    return db.session.scalar(query) is not None


def _was_cancelled_before(procedure: Procedure, end: datetime) -> bool:
    """Cancelling leads to the archive; from there only the log knows."""
    stage = Stage(procedure.stage)
    if stage is Stage.CANCELLED:
        return procedure.stage_since < end
    if stage is not Stage.ARCHIVED:
        return False
    query = select(EventRow.at).where(
        EventRow.procedure_id == procedure.id,
        EventRow.name == ProcedureAdvanced.name,
        EventRow.data["transition"].as_string() == "cancel",
    )
    cancelled_at = db.session.scalar(query.order_by(EventRow.id.desc()).limit(1))
    return cancelled_at is not None and cancelled_at < end
