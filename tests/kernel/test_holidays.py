"""Public holidays, computed: compared with what calendars print."""

from datetime import date

import pytest

from participation.kernel.holidays import STATES, easter, holiday, holidays, is_working_day, next_working_day


@pytest.mark.parametrize(
    ("year", "day"),
    [(2000, (4, 23)), (2008, (3, 23)), (2011, (4, 24)), (2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)),
     (2027, (3, 28)), (2038, (4, 25)), (2076, (4, 19)), (2100, (3, 28))],
)  # fmt: skip
def test_easter_falls_where_calendars_have_it(year, day):
    assert easter(year) == date(year, *day)


def test_all_of_germany_keeps_nine_days():
    names = list(holidays(2027).values())
    assert names == [
        "Neujahr", "Karfreitag", "Ostermontag", "Tag der Arbeit", "Christi Himmelfahrt", "Pfingstmontag",
        "Tag der Deutschen Einheit", "1. Weihnachtstag", "2. Weihnachtstag",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "number"),
    [("BE", 10), ("BY", 12), ("BW", 12), ("BB", 12), ("HE", 10), ("NW", 11), ("SL", 12), ("SN", 11), ("TH", 11)],
)
def test_a_state_keeps_its_own_days_too(state, number):
    assert len(holidays(2027, state)) == number


def test_the_day_of_repentance_is_the_wednesday_before_the_23rd_of_november():
    assert holiday(date(2026, 11, 18), "SN") == "Buß- und Bettag"
    assert holiday(date(2022, 11, 16), "SN") == "Buß- und Bettag"
    assert holiday(date(2026, 11, 18), "BY") is None


def test_a_holiday_and_a_weekend_are_no_working_days():
    assert not is_working_day(date(2027, 3, 26))  # Good Friday
    assert not is_working_day(date(2027, 3, 27))
    assert next_working_day(date(2027, 3, 26)) == date(2027, 3, 30)  # after Easter Monday
    assert next_working_day(date(2026, 12, 31)) == date(2026, 12, 31)


def test_every_state_is_computed_for_every_year():
    for state in STATES:
        for year in range(2020, 2060):
            assert len(holidays(year, state)) >= 9
