"""Dates of a procedure as an iCalendar file (RFC 5545): begin and end of phases, answers, decision, dates of formats.

Days are whole days; times (of formats) are local ones with their zone (VTIMEZONE inside), so they stay right when the
clocks change. UIDs never change;
SEQUENCE is the version of the procedure, so calendars take changes over.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar import Calendar, Event

from participation.interfaces import Date
from participation.kernel.clock import last_day, local
from participation.procedures.models import Activity, Phase, Procedure

PRODUCT = "-//Participation//Dates of a procedure//DE"


def write(procedure: Procedure, url: str, dates: dict[int, list[Date]]) -> bytes:
    """The calendar of a procedure with loaded activities and phases; `dates` are what formats add, by activity id."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", procedure.title)
    for event in _events(procedure, url, dates):
        event.add("dtstamp", procedure.stage_since)
        event.add("sequence", procedure.version)
        event.add("url", url)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _events(procedure: Procedure, url: str, dates: dict[int, list[Date]]) -> Iterator[Event]:
    host = urlsplit(url).hostname or ""
    for activity in procedure.activities:
        for phase in activity.phases:
            yield from _phase(procedure, activity, phase, host)
        for number, entry in enumerate(dates.get(activity.id, ())):
            yield _moment(procedure, entry, f"date-{activity.id}-{number}@{host}")
    if procedure.answers_by:
        yield _day(procedure, procedure.answers_by, _("Antworten bis zu diesem Tag"), f"answers-{procedure.id}@{host}")
    if procedure.decision_on:
        yield _day(procedure, procedure.decision_on, _("Entscheidung"), f"decision-{procedure.id}@{host}")


def _phase(procedure: Procedure, activity: Activity, phase: Phase, host: str) -> Iterator[Event]:
    """Begin and last day, each a whole day: nobody is busy for the weeks between them."""
    zone = ZoneInfo(phase.zone)
    first, last = local(phase.begins_at, zone).date(), last_day(phase.ends_at, zone)
    begin = _day(procedure, first, _("Beginnt: %(phase)s", phase=phase.title), f"phase-{phase.id}-begin@{host}")
    end = _day(procedure, last, _("Frist endet: %(phase)s", phase=phase.title), f"phase-{phase.id}-end@{host}")
    begin.add("description", "\n".join([activity.title, *_contact(procedure)]))
    end.add("description", "\n".join([activity.title, *_end(local(phase.ends_at, zone)), *_contact(procedure)]))
    yield from (begin, end)


def _end(at: datetime) -> list[str]:
    """The time of day, where a phase does not end with the day."""
    return [] if (at.hour, at.minute) == (0, 0) else [_("Ende um %(time)s Uhr", time=f"{at:%H:%M}")]


def _contact(procedure: Procedure) -> list[str]:
    return [_("Kontakt: %(contact)s", contact=procedure.contact)] if procedure.contact else []


def _moment(procedure: Procedure, entry: Date, uid: str) -> Event:
    event = _named(procedure, str(entry.title), uid)
    event.add("dtstart", local(entry.at))
    return event


def _day(procedure: Procedure, day: date, title: str, uid: str) -> Event:
    event = _named(procedure, title, uid)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _named(procedure: Procedure, title: str, uid: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("summary", f"{title}: {procedure.title}")
    return event
