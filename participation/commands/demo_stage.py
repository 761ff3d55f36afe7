"""What all parts of the demo share: its content, the day it is planted, its people, one seeded chance."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import current_app

from participation.accounts.models import Person
from participation.kernel.clock import instant, now, today
from participation.kernel.config import ROOT
from participation.kernel.events import Handlers

FOLDER = ROOT / "config" / "demo"
SEED = 20_261_122
Entry = dict[str, Any]


@dataclass
class Demo:
    """The content of the folder, and what has been made of it so far."""

    content: Entry = field(default_factory=lambda: read("demo.toml"))
    moderation: Entry = field(default_factory=lambda: read("moderation.toml"))
    random: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - the same demo each time
    planted_at: datetime = field(default_factory=now)
    today: date = field(default_factory=today)
    people: dict[str, Person] = field(default_factory=dict)  # by their names
    notes: list[str] = field(default_factory=list)

    def day(self, offset: int) -> date:
        """So many days from the day of planting."""
        return self.today + timedelta(days=offset)

    def moment(self, offset: int, *, not_before: datetime | None = None) -> datetime:
        """Some waking hour of a day, in the past, and a while after `not_before`."""
        at = instant(datetime.combine(self.day(offset), time(7)))
        at += timedelta(minutes=self.random.randrange(15 * 60))
        if not_before is not None and at <= not_before:
            at = not_before + timedelta(minutes=self.random.randrange(5, 90))
        return min(at, self.planted_at - timedelta(minutes=1))

    def at_ten(self, offset: int) -> datetime:
        """Ten in the morning of a day: when offices decide."""
        return instant(datetime.combine(self.day(offset), time(10)))

    @property
    def submitter(self) -> Person:
        """Who submits and announces: the first with the role of a manager."""
        return self._first("manager")

    @property
    def decider(self) -> Person:
        """The second person, who releases and publishes."""
        return self._first("tenant_admin")

    @property
    def moderator(self) -> Person:
        """Who publishes and hides."""
        return self._first("moderator")

    def _first(self, role: str) -> Person:
        entries = self.content["people"]
        return next(self.people[entry["name"]] for entry in entries if role in [r["role"] for r in entry["roles"]])


def read(name: str) -> Entry:
    """A file of the demo's folder."""
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def file(folder: str, name: str) -> Path:
    """A text or picture of the demo."""
    return FOLDER / folder / name


@contextmanager
def no_mails() -> Iterator[None]:
    """While it lasts, facts are told to nobody outside.

    Hundreds of planted facts would each write mails about things that never happened. Handlers that reach outside
    (mails) are left out of the table that `emit` reads, so no delivery is made for them at all; those inside (the
    search index) are made and worked off as ever.
    """
    table: Handlers = current_app.extensions["handlers"]
    inside = {event: tuple(entry for entry in group if not entry.outside) for event, group in table.items()}
    current_app.extensions["handlers"] = inside
    try:
        yield
    finally:
        current_app.extensions["handlers"] = table
