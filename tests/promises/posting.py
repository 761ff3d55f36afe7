"""A mail server that can be off, a worker process that is killed, and a clock for that process which the test moves.

The worker is a process of its own that works as `flask work` does; it is forked from one that has the code loaded.
"""

import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller
from flask import Flask

from app import create_app
from participation.contributions.events import ContributionSent
from participation.kernel import clock, outbox
from participation.kernel.db import db
from participation.kernel.events import Delivery, Handler
from participation.kernel.versions import raise_version
from tests.benchmarks.served import free_port

TICK = 0.02  # seconds after which the worker's clock is where the test put it
BEFORE, AFTER = "before the mail is taken", "after the mail is taken"

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["app", __name__])


def listening(settings: dict[str, object]) -> Flask:
    """An app in which a change of the database that counts follows each contribution, beside what always follows."""
    app = create_app(settings)
    handlers = app.extensions["handlers"]
    handlers[ContributionSent] = (*handlers[ContributionSent], Handler(name="tests.counted", run=_count))
    return app


def _count(delivery: Delivery) -> None:
    raise_version(counted(delivery.event.contribution_id))


def counted(contribution_id: int) -> str:
    """The name under which the worker counts what it did for a contribution."""
    return f"promise-20:{contribution_id}"


class MovedClock:
    """How far the present is ahead, in a file that the worker reads again and again."""

    def __init__(self, path: Path) -> None:
        self._path, self.ahead = path, timedelta(0)
        self.move(timedelta(0))

    def move(self, by: timedelta) -> None:
        """Go on by so much, here and in the worker."""
        self.ahead += by
        clock.shift(self.ahead)
        new = self._path.with_suffix(".new")
        new.write_text(str(self.ahead.total_seconds()))
        new.replace(self._path)


def _worker(settings: dict[str, object], path: Path) -> None:
    app, stop = listening(settings), threading.Event()

    def follow() -> None:
        while not stop.wait(TICK):
            clock.shift(timedelta(seconds=float(path.read_text())))

    clock.shift(timedelta(seconds=float(path.read_text())))
    threading.Thread(target=follow, daemon=True).start()
    outbox.work(app, stop, elected=False)


class Worker:
    """One worker process after the other."""

    def __init__(self, settings: dict[str, object], path: Path) -> None:
        self._arguments, self.kills = (settings, path), 0
        self.start()

    def start(self) -> None:
        """Begin another one, as a supervisor does."""
        self._process = FORKED.Process(target=_worker, args=self._arguments, daemon=True)
        self._process.start()

    def kill(self) -> None:
        """End it without a word, wherever it is."""
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self.kills += 1

    def again(self) -> None:
        """The next one, once the killed one is gone."""
        self._process.join(30)
        assert self._process.exitcode == -signal.SIGKILL, self._process.exitcode
        self.start()

    @property
    def is_alive(self) -> bool:
        """Whether it works."""
        return self._process.is_alive()


class Post:
    """A real mail server on a port of its own. What it has taken is counted by Message-ID and recipient."""

    def __init__(self) -> None:
        self.port, self.taken = free_port(), Counter[tuple[str, str]]()
        self.refused, self._controller = 0, None
        self._kill_at, self._kill, self.killed = "", lambda: None, threading.Event()

    def on(self) -> None:
        """Answer."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def off(self) -> None:
        """Answer nobody."""
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    def kill_at(self, moment: str, kill) -> None:
        """Kill whoever hands over the next mail, BEFORE or AFTER it is taken; then `killed` is set."""
        self.killed.clear()
        self._kill, self._kill_at = kill, moment

    def _die(self, moment: str) -> bool:
        if self._kill_at != moment:
            return False
        self._kill_at = ""
        self._kill()
        self.killed.set()
        return True

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - the library's name
        envelope.rcpt_tos.append(address)
        return "451 gone" if self._die(BEFORE) else "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the library's name
        number = message_from_bytes(envelope.content)["Message-ID"]
        self.taken.update((number, address) for address in envelope.rcpt_tos)
        self._die(AFTER)
        return "250 OK"


@contextmanager
def posted(url: str, folder: Path) -> Iterator[tuple[Flask, Post, MovedClock, dict[str, object]]]:
    """An app with an open context, its mail server (off), the clock, and the settings for the worker."""
    post = Post()
    settings: dict[str, object] = {
        "database_url": url,
        "data_folder": str(folder / "data"),
        "mail_server": "127.0.0.1",
        "mail_port": post.port,
        "embedded_worker": False,
    }
    app = listening(settings)
    try:
        with app.app_context():
            yield app, post, MovedClock(folder / "clock"), settings
            db.session.remove()
            db.engine.dispose()
    finally:
        post.off()
        clock.shift(timedelta(0))
