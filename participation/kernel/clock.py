"""The only place that knows what time it is. Tests and previews move it; nobody else asks the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)
_previewed: ContextVar[datetime | None] = ContextVar("previewed", default=None)
_shift = timedelta(0)


def now() -> datetime:
    """The present instant, aware, in UTC; in a preview the instant that is looked at."""
    return _previewed.get() or real_now()


def real_now() -> datetime:
    """The present instant, in a preview too: for whatever a preview must not open."""
    return _standing.get() or datetime.now(UTC) + _shift


def today() -> date:
    """The present day in Germany."""
    return now().astimezone(BERLIN).date()


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Let the clock stand at an aware instant for this thread of work: tests."""
    token = _standing.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _standing.reset(token)


@contextmanager
def previewing(instant: datetime) -> Iterator[None]:
    """Look at an aware instant as if it were now; `real_now` stays as it is."""
    token = _previewed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _previewed.reset(token)


def shift(by: timedelta) -> None:
    """Move the clock of the whole process by so much from the real time (journeys with a server thread)."""
    global _shift
    _shift = by


def instant(local: datetime, zone: ZoneInfo = BERLIN) -> datetime:
    """The instant of a naive local time.

    A local time that the clock change skips is read with the offset before the change, one that occurs twice
    as its first occurrence (PEP 495, fold=0).
    """
    if local.tzinfo is not None:
        raise ValueError("A local time carries no zone; the zone is stored beside it.")
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def local(at: datetime, zone: ZoneInfo = BERLIN) -> datetime:
    """The local wall-clock time of an instant, aware."""
    return at.astimezone(zone)


def start_of_day(day: date, zone: ZoneInfo = BERLIN) -> datetime:
    """The instant at which a local day begins."""
    return instant(datetime.combine(day, time()), zone)


def end_of_day(day: date, zone: ZoneInfo = BERLIN) -> datetime:
    """The instant at which a local day is over: "until 31 October" means 1 November 00:00, half-open."""
    return start_of_day(day + timedelta(days=1), zone)


def last_day(ends_at: datetime, zone: ZoneInfo = BERLIN) -> date:
    """The last local day that a half-open interval still touches: for "until and including"."""
    return (ends_at - timedelta(microseconds=1)).astimezone(zone).date()
