"""While the database is away or the disk is full: a page that says so, keeps every word and logs nobody out."""

import errno
import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from participation.contributions.models import Draft
from participation.kernel.away import is_away, is_full
from participation.kernel.db import db
from participation.pages import contribution_door
from participation.web import sessions

FIELDS = {"module": "probe", "activity": "a", "type": "probe.note", "place": "here", "text": "Langer <b>Text"}


def locked(code=sqlite3.SQLITE_BUSY):
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = code
    return OperationalError("INSERT", {}, error)


GONE = OperationalError("SELECT", {}, psycopg.errors.AdminShutdown("terminating connection"))
FULL = OperationalError("INSERT", {}, psycopg.errors.DiskFull("no space left"))


@pytest.fixture
def door(world):
    world.procedure(world.tenant("stadt"), slug="plan")
    return "/stadt/plan/-/drafts"


def broken(monkeypatch, error):
    def fail(*_args, **_values):
        raise error

    monkeypatch.setattr(contribution_door, "keep", fail)


@pytest.mark.parametrize("error", [locked(), GONE])
def test_a_form_is_answered_503_with_every_word_and_can_be_sent_again(client, door, monkeypatch, error):
    broken(monkeypatch, error)
    answer = client.post(door, data=FIELDS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Langer &lt;b&gt;Text" in answer.text
    assert 'name="place" value="here"' in answer.text
    assert answer.headers["Content-Security-Policy"]
    monkeypatch.undo()
    assert client.post(door, data=FIELDS).status_code == 303
    assert db.session.query(Draft).count() == 1


@pytest.mark.parametrize("error", [locked(sqlite3.SQLITE_FULL), FULL, OSError(errno.ENOSPC, "full")])
def test_a_full_disk_is_507_and_stores_nothing(client, door, monkeypatch, error):
    broken(monkeypatch, error)
    answer = client.post(door, data=FIELDS)
    assert answer.status_code == 507
    assert "Langer &lt;b&gt;Text" in answer.text
    assert db.session.query(Draft).count() == 0


def test_nobody_is_logged_out_by_a_database_that_is_away(client, world, door, monkeypatch):
    world.log_in(client, world.person())

    def fail(_key):
        raise GONE

    monkeypatch.setattr(sessions, "session_for", fail)
    answer = client.post(door, data=FIELDS)
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (503, [])


def test_other_errors_stay_ours():
    assert not is_away(locked(sqlite3.SQLITE_ERROR))
    assert not is_full(locked())
    assert not is_away(ValueError())
