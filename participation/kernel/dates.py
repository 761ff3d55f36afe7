"""Days and instants as people read them, in the language of the page.

English is written the British way ("14 December 2026"), while its sentences come from the catalogue `en`.
"""

from datetime import date, datetime

from babel.dates import format_date
from flask_babel import get_locale

from participation.kernel.clock import local

BRITISH = "en_GB"
NEUTRAL = "de"  # where no page is being made


def day(value: date | datetime) -> str:
    """14. Dezember 2026; 14 December 2026."""
    return _written(value, "long")


def day_with_weekday(value: date | datetime) -> str:
    """Montag, 14. Dezember 2026; Monday, 14 December 2026 (the comma is as CLDR has it)."""
    return _written(value, "full")


def day_and_month(value: date | datetime) -> str:
    """14. Dezember; 14 December."""
    return _written(value, "d. MMMM" if _locale() == NEUTRAL else "d MMMM")


def time_of_day(at: datetime) -> str:
    """18:05, local."""
    return f"{local(at):%H:%M}"


def _written(value: date | datetime, pattern: str) -> str:
    return format_date(local(value).date() if isinstance(value, datetime) else value, pattern, locale=_locale())


def _locale() -> str:
    return BRITISH if str(get_locale()) == "en" else NEUTRAL
