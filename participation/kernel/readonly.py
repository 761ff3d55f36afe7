"""Read-only mode: a file in the data folder that every process sees at once. Reading goes on, nothing is written.

What was begun before may finish: a view that is writing, a job that is being delivered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from participation.kernel.clock import now
from participation.kernel.config import ROOT
from participation.kernel.dates import day_with_weekday, time_of_day
from participation.kernel.refusal import Refused

UNKNOWN_LENGTH = timedelta(minutes=5)  # after which to ask again where nobody said how long it takes
SHORTEST = timedelta(minutes=1)

_finishing: ContextVar[bool] = ContextVar("finishing", default=False)


class ReadOnly(Refused):
    """Nothing can be written now. `retry_after` says after how many seconds to try again."""

    status = 503

    def __init__(self, until: datetime | None) -> None:
        super().__init__(
            _l("Wir arbeiten gerade am Portal. Lesen geht, senden nicht. Ihr Text steht unten, er ist nicht verloren.")
        )
        wait = max(until - now(), SHORTEST) if until else UNKNOWN_LENGTH
        self.retry_after = int(wait.total_seconds())


def state() -> str | None:
    """None while everything can be written; else the expected end (ISO, "" where nobody said it). Asks no database."""
    try:
        return switch().read_text("ascii").strip()
    except FileNotFoundError:
        return None


def is_on() -> bool:
    """Whether nothing may be written now."""
    return state() is not None


def expected_end() -> datetime | None:
    """When it will probably be over; None where nobody said it."""
    said = state()
    return datetime.fromisoformat(said) if said else None


def turn_on(until: datetime | None = None) -> None:
    """From now on nothing is begun that writes. A second time changes the expected end."""
    path = switch()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(until.isoformat() if until else "", "ascii")
    fresh.replace(path)  # nobody reads half an instant


def turn_off() -> None:
    """Everything can be written again."""
    switch().unlink(missing_ok=True)


def switch() -> Path:
    """The file that says so; whoever cannot run the command may create it by hand."""
    folder: Path = ROOT / current_app.config["SETTINGS"]["data_folder"]
    return folder / "readonly"


def require_off() -> None:
    """Raise ReadOnly while nothing may be written, except by what had begun before."""
    if is_on() and not _finishing.get():
        raise ReadOnly(expected_end())


@contextmanager
def finishing() -> Iterator[None]:
    """What is done in this block was begun before and may be written down to its end."""
    token = _finishing.set(True)
    try:
        yield
    finally:
        _finishing.reset(token)


def banner() -> Any | None:
    """The sentence above every page while it lasts, with the expected end; else None."""
    said = state()
    if said is None:
        return None
    if not said or (end := datetime.fromisoformat(said)) <= now():
        return _l(
            "Wir arbeiten am Portal. Sie können alles lesen. Anmelden, schreiben und abstimmen geht gerade nicht."
        )
    return _l(
        "Wir arbeiten am Portal. Sie können alles lesen. Anmelden, schreiben und abstimmen geht voraussichtlich "
        "wieder am %(day)s um %(time)s Uhr.",
        day=day_with_weekday(end),
        time=time_of_day(end),
    )
