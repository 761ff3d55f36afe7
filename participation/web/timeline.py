"""The plan of a procedure as one line of time: rows with bars in percent of its width, ticks, findings, words."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from participation.interfaces import Step
from participation.kernel.clock import instant, local, now
from participation.kernel.dates import day_with_weekday, time_of_day
from participation.procedures.models import Phase, Procedure
from participation.procedures.phases import has_begun, schedule_findings
from participation.procedures.schedule import Finding, Weight, last_day_of
from participation.web.procedure_words import span_words

MOST_TICKS = 6
AIR = timedelta(days=3)  # before the first and after the last date


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A phase on the line: where it begins and how long it is, in percent."""

    phase: Phase
    x: float
    width: float
    state: str  # past, now, coming
    dates: str
    begins: str
    ends: str
    fixed: bool  # has begun: dates and people stay
    findings: list[Finding]

    @property
    def worst(self) -> str:
        """The weight of the gravest finding, "" where there is none."""
        return min((finding.weight for finding in self.findings), key=list(Weight).index, default="")


class Mark(NamedTuple):
    """A single day on the line."""

    title: str
    day: str
    x: float


class Tick(NamedTuple):
    """The first day of a month on the line; a label only where there is room."""

    label: str
    x: float


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """What the page of the schedule draws."""

    groups: list[tuple[Step, list[Bar]]]
    marks: list[Mark]
    ticks: list[Tick]
    today: float | None
    findings: list[Finding]  # about the whole plan

    @property
    def bars(self) -> list[Bar]:
        """All phases in the order of the steps."""
        return [bar for _step, bars in self.groups for bar in bars]

    def number(self, weight: str) -> int:
        """How many findings of a weight there are."""
        found = [*self.findings, *(finding for bar in self.bars for finding in bar.findings)]
        return sum(finding.weight == weight for finding in found)


@dataclass(frozen=True)
class Axis:
    """From a day to a day; `x` says where an instant lies between them, in percent."""

    first: datetime
    last: datetime

    def x(self, at: datetime) -> float:
        """0 to 100."""
        share = (at - self.first) / (self.last - self.first)
        return round(100 * min(max(share, 0.0), 1.0), 2)


def timeline_of(procedure: Procedure) -> Timeline:
    """The plan as it is stored."""
    phases = [phase for activity in procedure.activities for phase in activity.phases]
    days = [(_("Ankündigung"), procedure.announced_on), (_("Antworten bis"), procedure.answers_by)]
    marks = [(str(title), day) for title, day in days if day is not None]
    axis = _axis(phases, [day for _title, day in marks])
    said: dict[str, list[Finding]] = defaultdict(list)
    for finding in schedule_findings(procedure):
        said[finding.key].append(finding)
    rows = [_bar(phase, axis, said[str(phase.id)]) for phase in sorted(phases, key=lambda one: (one.begins_at, one.id))]
    return Timeline(
        groups=[(step, [row for row in rows if row.phase.step == step]) for step in Step],
        marks=[Mark(title, day_with_weekday(day), axis.x(_noon(day))) for title, day in marks],
        ticks=_ticks(axis),
        today=axis.x(now()) if axis.first < now() < axis.last else None,
        findings=said[""],
    )


def _axis(phases: list[Phase], days: list[date]) -> Axis:
    """Wide enough for all dates; around today where there are none."""
    moments = [moment for phase in phases for moment in (phase.begins_at, phase.ends_at)]
    moments += [_noon(day) for day in days]
    moments = moments or [now(), now() + timedelta(days=60)]
    room = max((max(moments) - min(moments)) * 0.035, AIR)
    return Axis(min(moments) - room, max(moments) + room)


def _noon(day: date) -> datetime:
    return instant(datetime.combine(day, time(12)))


def _bar(phase: Phase, axis: Axis, found: list[Finding]) -> Bar:
    begins, ends = datetime.fromisoformat(phase.begins_local), datetime.fromisoformat(phase.ends_local)
    x = axis.x(phase.begins_at)
    state = "past" if phase.ends_at <= now() else "now" if phase.begins_at <= now() else "coming"
    return Bar(
        phase=phase,
        x=x,
        width=max(round(axis.x(phase.ends_at) - x, 2), 0.6),
        state=state,
        dates=_dates(begins, ends),
        begins=begin_words(begins),
        ends=end_words(ends),
        fixed=has_begun(phase),
        findings=found,
    )


def _dates(begins: datetime, ends: datetime) -> str:
    """The days as short as possible, and times of day where they are not midnight."""
    words = span_words(begins.date(), last_day_of(ends))
    if begins.time() != time():
        words = _("%(days)s, ab %(time)s Uhr", days=words, time=f"{begins:%H:%M}")
    if ends.time() != time():
        words = _("%(days)s, bis %(time)s Uhr", days=words, time=f"{ends:%H:%M}")
    return str(words)


def begin_words(begins: datetime) -> str:
    """ "Montag, 1. Februar 2027, 0 Uhr": local, as it was planned."""
    return str(_("%(day)s, %(time)s Uhr", day=day_with_weekday(begins.date()), time=f"{begins:%H:%M}"))


def end_words(ends: datetime) -> str:
    """The last day "einschließlich", or the day with its time."""
    if ends.time() == time():
        return str(_("einschließlich %(day)s", day=day_with_weekday(last_day_of(ends))))
    return begin_words(ends)


def instant_words(at: datetime) -> str:
    """Day, time and the name of the zone then: which of two equal times is meant."""
    zone = _("Sommerzeit") if local(at).dst() else _("Winterzeit")
    return str(_("%(day)s, %(time)s Uhr %(zone)s", day=day_with_weekday(at), time=time_of_day(at), zone=zone))


def _ticks(axis: Axis) -> list[Tick]:
    """The beginnings of months, thinned out so that labels have room on a phone."""
    months = _months(axis)
    every = -(-len(months) // MOST_TICKS) or 1
    shown = "en_GB" if str(get_locale()) == "en" else "de"
    found = [(month, axis.x(instant(datetime.combine(month, time())))) for month in months]
    return [
        Tick(format_date(month, "LLL yy", locale=shown) if number % every == 0 and x < 90 else "", x)
        for number, (month, x) in enumerate(found)
    ]


def _months(axis: Axis) -> list[date]:
    day, found = local(axis.first).date().replace(day=1), []
    while instant(datetime.combine(day, time())) < axis.last:
        if instant(datetime.combine(day, time())) > axis.first:
            found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return found
