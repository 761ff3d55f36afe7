"""People who send comments by the forms of the pages, and write down on disk what was confirmed before they go on."""

import http.client
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from typing import ClassVar, NamedTuple
from urllib.parse import urlencode, urlsplit

from app import create_app
from participation.accounts.sessions import open_session
from participation.kernel.db import db, transaction
from participation.kernel.migrations import owners, upgrade
from participation.testing.world import World

EACH = 25  # texts of one person: thirty drafts an hour are the most
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


class Place(NamedTuple):
    """Where people write, and the cookies of their log-ins."""

    path: str  # of the procedure
    cookies: list[str]


class Confirmed(NamedTuple):
    """A receipt that somebody saw, and when the sending of it began and ended."""

    reference: str
    text: str
    began: float
    ended: float


def planted(database_url: str, data_folder: str, people: int) -> Place:
    """A running procedure on a new database, and so many people who are logged in."""
    app = create_app({"database_url": database_url, "data_folder": data_folder})
    with app.app_context():
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
        world = World(app)
        procedure = world.procedure(module="text", kinds=["consultation"])
        persons = [world.person() for _ in range(people)]
        with transaction():
            cookies = [open_session(person, device="Test", staff=False)[0] for person in persons]
        path = f"/{procedure.tenant.slug}/{procedure.slug}"
        db.session.remove()
        db.engine.dispose()
    return Place(path, cookies)


@dataclass
class Crowd:
    """Several writers at once until so many texts are confirmed; each has a file that it syncs."""

    port: int
    place: Place
    folder: Path
    number: int  # of texts
    writers: int = 6
    confirmed: list[Confirmed] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)  # every text that was ever sent, confirmed or not
    refused: list[str] = field(default_factory=list)  # answers that are neither a receipt nor "later"
    retries: int = 0
    stop: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _next: int = 0
    _threads: list[Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to write."""
        self._threads = [Thread(target=self._write, args=(index,), daemon=True) for index in range(self.writers)]
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> None:
        """Wait until everything is confirmed; AssertionError where that takes longer."""
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        assert not any(thread.is_alive() for thread in self._threads), f"stuck after {len(self.confirmed)} texts"

    @property
    def is_writing(self) -> bool:
        """Whether somebody still writes."""
        return any(thread.is_alive() for thread in self._threads)

    def on_disk(self) -> list[tuple[str, str]]:
        """Reference and text of what was confirmed, as it lies in the synced files."""
        rows = [path.read_text("utf-8").splitlines() for path in sorted(self.folder.glob("confirmed-*"))]
        return [tuple(row.split("\t")) for lines in rows for row in lines]

    def _take(self) -> int | None:
        with self._lock:
            if self.stop.is_set() or self._next >= self.number:
                return None
            self._next += 1
            return self._next - 1

    def _write(self, index: int) -> None:
        with (self.folder / f"confirmed-{index}").open("ab", buffering=0) as file:
            while (number := self._take()) is not None:
                text = f"Beitrag Nummer {number} aus diesem Versuch."
                self.tried.add(text)
                browser = Browser(self, self.place.cookies[number // EACH])
                done = browser.send(text)
                if done is None:
                    return
                file.write(f"{done.reference}\t{text}\n".encode())
                os.fsync(file.fileno())
                self.confirmed.append(done)


class Browser:
    """One person's browser: keeps a draft, opens it, sends it; asks again with the same form where nobody answers."""

    tokens: ClassVar[dict[str, str]] = {}  # by cookie: one for the whole log-in

    def __init__(self, crowd: Crowd, cookie: str) -> None:
        self.crowd, self.cookie = crowd, cookie
        self.connection: http.client.HTTPConnection | None = None

    def send(self, text: str) -> Confirmed | None:
        """What was confirmed, None where it was refused or the crowd was stopped."""
        where = {"module": "text", "activity": "a", "type": "text.comment", "place": ""}
        kept = self._until(303, "POST", f"{self.crowd.place.path}/-/drafts", where | {"text": text})
        if kept is None:
            return None
        draft, _ = kept
        token = self.tokens.get(self.cookie)
        if token is None:
            page = self._until(200, "GET", draft)
            if page is None:
                return None
            token = self.tokens[self.cookie] = TOKEN.search(page[1])[1]
        began = time.monotonic()
        sent = self._until(303, "POST", draft, {"text": text, "do": "send", "csrf_token": token})
        if sent is None:
            return None
        self._hang_up()
        return Confirmed(sent[0].rstrip("/").rpartition("/")[0].rpartition("/")[2], text, began, time.monotonic())

    def _until(self, status: int, method: str, path: str, fields: dict[str, str] | None = None):
        """Where an answer leads and its body, as soon as somebody answers; the same form again and again until then."""
        while not self.crowd.stop.is_set():
            try:
                got, headers, body = self._ask(method, path, fields)
            except (OSError, http.client.HTTPException):
                got = 0
            if got == status:
                return urlsplit(headers.get("Location", "")).path, body
            if 0 < got < 500:
                self.crowd.refused.append(f"{method} {path}: {got} {body[:2000]}")
                return None
            self.crowd.retries += 1
            self._hang_up()
            time.sleep(0.05)
        return None

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _ask(self, method: str, path: str, fields: dict[str, str] | None):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.crowd.port, timeout=15)
        headers = HEADERS | {"Cookie": f"s={self.cookie}; d=cookie-of-drafts-{self.cookie[:12]}"}
        self.connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


def settings_for(database_url: str, data_folder: str, **more: str) -> dict[str, str]:
    """The variables with which the site is run for this."""
    return {
        "PARTICIPATION_ENVIRONMENT": "development",
        "PARTICIPATION_DATABASE_URL": database_url,
        "PARTICIPATION_DATA_FOLDER": data_folder,
        **more,
    }


def counted(confirmed: Sequence[Confirmed]) -> float:
    """Seconds from the first to the last confirmation."""
    return max((row.ended for row in confirmed), default=0.0) - min((row.began for row in confirmed), default=0.0)
