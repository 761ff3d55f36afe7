"""Local time is the source, the instant is stored beside it, intervals are half-open."""

from datetime import UTC, date, datetime, timedelta

import pytest

from participation.kernel import clock
from participation.kernel.clock import end_of_day, instant, last_day, local, now, standing_at, start_of_day, today


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (datetime(2026, 1, 15, 12), utc(2026, 1, 15, 11)),
        (datetime(2026, 7, 15, 12), utc(2026, 7, 15, 10)),
        (datetime(2026, 3, 29, 1, 59), utc(2026, 3, 29, 0, 59)),
        (datetime(2026, 3, 29, 2, 30), utc(2026, 3, 29, 1, 30)),  # skipped: read with the offset before
        (datetime(2026, 3, 29, 3, 0), utc(2026, 3, 29, 1, 0)),
        (datetime(2026, 10, 25, 2, 30), utc(2026, 10, 25, 0, 30)),  # twice: the first one
        (datetime(2026, 10, 25, 3, 0), utc(2026, 10, 25, 2, 0)),
    ],
)
def test_a_local_time_has_one_instant_also_around_both_clock_changes(written, meant):
    assert instant(written) == meant


def test_a_local_time_with_a_zone_is_refused():
    with pytest.raises(ValueError, match="no zone"):
        instant(utc(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 22), 24)]
)
def test_a_day_is_as_long_as_the_clock_change_makes_it(day, hours):
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=hours)


@pytest.mark.requirement("RA-3-09")
def test_until_the_last_of_october_means_the_first_of_november_at_midnight():
    assert end_of_day(date(2026, 10, 31)) == utc(2026, 10, 31, 23)
    assert last_day(end_of_day(date(2026, 10, 31))) == date(2026, 10, 31)
    assert last_day(end_of_day(date(2026, 10, 31)) + timedelta(seconds=1)) == date(2026, 11, 1)


@pytest.mark.parametrize("hour", range(24))
def test_an_end_at_each_hour_touches_the_day_before_only_at_midnight(hour):
    ends_at = instant(datetime(2026, 10, 31, hour))
    assert last_day(ends_at) == (date(2026, 10, 30) if hour == 0 else date(2026, 10, 31))
    assert local(ends_at).hour == hour


def test_the_clock_stands_where_it_is_told_and_goes_on_after():
    with standing_at(utc(2030, 1, 1, 23, 30)):
        assert now() == utc(2030, 1, 1, 23, 30)
        assert today() == date(2030, 1, 2), "the day is Germany's"
        with standing_at(utc(2031, 1, 1)):
            assert now().year == 2031
        assert now().year == 2030
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_whole_process_can_be_moved(monkeypatch):
    monkeypatch.setattr(clock, "_shift", timedelta(0))
    clock.shift(timedelta(days=400))
    assert now() - datetime.now(UTC) > timedelta(days=399)
