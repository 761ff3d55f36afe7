"""Deadlines where the calendar is odd: both clock changes, the end of a year, the day that most years lack."""

from datetime import UTC, date, datetime, timedelta

import pytest

from participation.interfaces import Step
from participation.kernel.clock import end_of_day, instant, last_day, start_of_day
from participation.procedures.lifecycle import Dates, Span, Stage, clock_steps, coming_steps, stage_at

TINY = timedelta(microseconds=1)
S = Stage


def dates(begins, ends, stored=S.RELEASED, **values):
    """Days as people write them: from the first to the last, both included."""
    span = Span(step=Step.CONSULTATION, begins_at=start_of_day(begins), ends_at=end_of_day(ends))
    return Dates(stored=stored, phases=(span,), **values)


@pytest.mark.requirement("RA-3-09", "RA-3-11")
@pytest.mark.parametrize(
    ("first", "last", "begins", "ends"),
    [
        (date(2027, 3, 1), date(2027, 3, 27), "2027-02-28T23:00", "2027-03-27T23:00"),  # the night before the change
        (date(2027, 3, 28), date(2027, 3, 28), "2027-03-27T23:00", "2027-03-28T22:00"),  # a day of 23 hours
        (date(2027, 10, 31), date(2027, 10, 31), "2027-10-30T22:00", "2027-10-31T23:00"),  # a day of 25 hours
        (date(2026, 12, 1), date(2026, 12, 31), "2026-11-30T23:00", "2026-12-31T23:00"),  # the end of the year
        (date(2028, 2, 29), date(2028, 2, 29), "2028-02-28T23:00", "2028-02-29T23:00"),  # a leap day
        (date(2027, 2, 1), date(2027, 2, 28), "2027-01-31T23:00", "2027-02-28T23:00"),  # and a year without
    ],
)
def test_the_first_and_the_last_moment_of_a_period_of_days(first, last, begins, ends):
    begins_at, ends_at = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (begins, ends))
    period = dates(first, last)
    assert stage_at(period, begins_at - TINY) is S.RELEASED
    assert stage_at(period, begins_at) is S.RUNNING
    assert stage_at(period, ends_at - TINY) is S.RUNNING
    assert stage_at(period, ends_at) is S.EVALUATION
    assert last_day(ends_at) == last


@pytest.mark.parametrize(
    ("local_end", "utc_end"),
    [
        ("2027-03-28T02:30", "2027-03-28T01:30"),  # skipped: read with the offset before the change
        ("2027-10-31T02:30", "2027-10-31T00:30"),  # twice: the first one
        ("2027-10-31T03:00", "2027-10-31T02:00"),
    ],
)
def test_a_deadline_inside_a_clock_change_falls_at_one_instant(local_end, utc_end):
    end = instant(datetime.fromisoformat(local_end))
    assert end == datetime.fromisoformat(utc_end).replace(tzinfo=UTC)
    span = Span(step=Step.VOTING, begins_at=end - timedelta(days=9), ends_at=end)
    period = Dates(stored=S.RUNNING, phases=(span,))
    assert stage_at(period, end - TINY) is S.RUNNING
    assert stage_at(period, end) is S.EVALUATION


def test_retention_ends_when_its_day_begins_in_germany():
    period = dates(date(2026, 1, 1), date(2026, 1, 31), stored=S.COMPLETED, archived_at=start_of_day(date(2031, 1, 1)))
    assert stage_at(period, datetime(2030, 12, 31, 22, 59, 59, tzinfo=UTC)) is S.COMPLETED
    assert stage_at(period, datetime(2030, 12, 31, 23, tzinfo=UTC)) is S.ARCHIVED


def test_a_clock_that_slept_over_everything_takes_all_steps_in_order():
    period = dates(date(2026, 12, 24), date(2027, 1, 6), announced_at=start_of_day(date(2026, 12, 1)))
    assert clock_steps(period, datetime(2040, 1, 1, tzinfo=UTC)) == ["open", "close"]
    assert stage_at(period, start_of_day(date(2026, 12, 24))) is S.RUNNING


def test_what_is_to_come_is_told_with_its_instants():
    period = dates(date(2026, 12, 24), date(2027, 1, 6), announced_at=start_of_day(date(2026, 12, 1)))
    at = datetime(2026, 11, 1, tzinfo=UTC)
    assert coming_steps(period, at) == [
        ("announce", start_of_day(date(2026, 12, 1))),
        ("open", start_of_day(date(2026, 12, 24))),
        ("close", end_of_day(date(2027, 1, 6))),
    ]
    assert coming_steps(period, start_of_day(date(2026, 12, 24))) == [("close", end_of_day(date(2027, 1, 6)))]
    assert coming_steps(dates(date(2026, 1, 1), date(2026, 1, 2), stored=S.DRAFT), at) == []
    assert coming_steps(dates(date(2026, 1, 1), date(2026, 1, 2), stored=S.CANCELLED), at) == []
