"""Public holidays in Germany, by state, computed. Regional ones of single towns are not known here."""

from datetime import date, timedelta

STATES = ("BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH")

# Name -> days from Easter Sunday, and the states that keep it ("" = all)
MOVING = {
    "Karfreitag": (-2, ""),
    "Ostersonntag": (0, "BB"),
    "Ostermontag": (1, ""),
    "Christi Himmelfahrt": (39, ""),
    "Pfingstsonntag": (49, "BB"),
    "Pfingstmontag": (50, ""),
    "Fronleichnam": (60, "BW BY HE NW RP SL"),
}
FIXED = {
    "Neujahr": (1, 1, ""),
    "Heilige Drei Könige": (1, 6, "BW BY ST"),
    "Internationaler Frauentag": (3, 8, "BE MV"),
    "Tag der Arbeit": (5, 1, ""),
    "Mariä Himmelfahrt": (8, 15, "SL"),
    "Weltkindertag": (9, 20, "TH"),
    "Tag der Deutschen Einheit": (10, 3, ""),
    "Reformationstag": (10, 31, "BB HB HH MV NI SN ST SH TH"),
    "Allerheiligen": (11, 1, "BW BY NW RP SL"),
    "1. Weihnachtstag": (12, 25, ""),
    "2. Weihnachtstag": (12, 26, ""),
}


def easter(year: int) -> date:
    """Easter Sunday (Gauß, in the form of Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int, state: str = "") -> dict[date, str]:
    """The public holidays of a year by their day; without a state those of all Germany."""
    sunday = easter(year)
    found = {sunday + timedelta(days=off): name for name, (off, where) in MOVING.items() if _kept(where, state)}
    found |= {date(year, month, day): name for name, (month, day, where) in FIXED.items() if _kept(where, state)}
    if state == "SN":
        found[_day_of_repentance(year)] = "Buß- und Bettag"
    return dict(sorted(found.items()))


def holiday(day: date, state: str = "") -> str | None:
    """What a day is called as a public holiday; None on all others."""
    return holidays(day.year, state).get(day)


def is_working_day(day: date, state: str = "") -> bool:
    """Neither Saturday nor Sunday nor holiday."""
    return day.weekday() < 5 and holiday(day, state) is None


def next_working_day(day: date, state: str = "") -> date:
    """The day itself where it is a working day, else the first one after it."""
    while not is_working_day(day, state):
        day += timedelta(days=1)
    return day


def _kept(where: str, state: str) -> bool:
    return not where or state in where.split()


def _day_of_repentance(year: int) -> date:
    """The Wednesday before 23 November."""
    last = date(year, 11, 22)
    return last - timedelta(days=(last.weekday() - 2) % 7)
