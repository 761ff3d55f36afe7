"""Promise 20: mails and notices happen, whatever the mail server and the worker do; twice only after a kill, marked."""

import smtplib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import ClassVar

import pytest
from sqlalchemy import func, select

from participation.kernel import outbox
from participation.kernel.clock import standing_at
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow, Event, Handler, emit
from participation.kernel.outbox import LEASE, work_off
from participation.kernel.versions import raise_version, version_of

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
OFF = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Promised(Event):
    """Something that a mail and a change of the database follow."""

    name: ClassVar[str] = "tests.promised"
    number: int = 0


class Killed(BaseException):
    """The worker is gone: nothing of what comes after runs, as with SIGKILL."""


class Post:
    """A mail server that is off, on, or takes a mail just before the worker is killed."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.is_on, self.kills, self.left = chance, False, 0, 0
        self.taken: Counter[str] = Counter()

    def take(self, message_id: str) -> None:
        """Hand a mail over; while kills are left some of them fall before, some after the server's OK."""
        if not self.is_on:
            raise smtplib.SMTPServerDisconnected("off")
        if self.left and self.chance.random() < 0.5:
            self.left -= 1
            self.kills += 1
            if self.chance.random() < 0.5:
                self.taken[message_id] += 1
            raise Killed
        self.taken[message_id] += 1


@pytest.fixture
def post(app, listen, chance, monkeypatch):
    """Two handlers listen: one sends a mail, one changes the database."""
    server = Post(chance)

    def letter(delivery):
        return [lambda: server.take(f"<delivery-{delivery.id}@stadt.example>")]

    def note(delivery):
        raise_version(f"promise:{delivery.event.number}")

    listen(
        Promised,
        Handler(name="tests.mail", run=letter, outside=True),
        Handler(name="tests.note", run=note),
    )
    return server


def rows(state: str | None = None) -> int:
    query = select(func.count()).select_from(DeliveryRow)
    db.session.rollback()
    return db.session.scalar(query if state is None else query.where(DeliveryRow.state == state))


def test_no_mail_is_lost_with_the_server_off_and_workers_killed(app, post, sized, chance, figure):
    number, post.left = sized(test=20, quick=100, full=300), sized(test=10, quick=50, full=100)
    kills, at = post.left, START
    with standing_at(START):
        for index in range(number):
            with transaction():
                emit(Promised(number=index))
    while rows("done") < 2 * number:
        post.is_on = at >= START + OFF
        with standing_at(at):
            try:
                work_off()
            except Killed:
                db.session.rollback()  # what the database does when the process is gone
                at += LEASE
        at += timedelta(minutes=1)
        assert at < START + timedelta(days=3), f"{rows('done')} of {2 * number} after three days"
    once = sum(version_of(f"promise:{index}") == 1 for index in range(number))
    doubled = sum(times - 1 for times in post.taken.values())
    figure(
        f"server off 30 min (moved clock), {post.kills} kills: {number - len(post.taken)} of {number} mails lost, "
        f"{doubled} twice with the same Message-ID, {number - once} database effects not exactly once"
    )
    assert (len(post.taken), once, rows("failed")) == (number, number, 0)
    assert doubled <= post.kills == kills


def test_a_kill_between_effect_and_mark_leaves_neither(app, post, monkeypatch):
    """The change and "done" are one commit: killed in between, the next worker does it once."""
    with standing_at(START):
        with transaction():
            emit(Promised(number=7))
        marked = outbox._mark

        def die(*_: object) -> None:
            raise Killed

        monkeypatch.setattr(outbox, "_mark", die)
        with pytest.raises(Killed):
            work_off()
        db.session.rollback()
        assert version_of("promise:7") == 0
        monkeypatch.setattr(outbox, "_mark", marked)
    post.is_on = True
    with standing_at(START + LEASE + timedelta(minutes=1)):
        work_off()
    assert version_of("promise:7") == 1
    assert rows("done") == 2
