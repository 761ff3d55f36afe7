"""The start-up gate: production does not start with any of these mistakes, and says which it is."""

import sqlite3

import pytest
from flask import Flask

from app import create_app
from participation.kernel import db as kernel_db
from participation.kernel import gate
from participation.kernel.config import ConfigError
from participation.kernel.db import db

GOOD = {
    "environment": "production",
    "secret_key": "0123456789abcdef0123456789abcdef",
    "base_url": "https://mitreden.example",
    "mail_server": "mail.intern",
    "writable_code": False,
}
MISTAKES = {
    "no secret": ({"secret_key": ""}, "secret_key"),
    "short secret": ({"secret_key": "0123456789abcdef"}, "too short"),
    "secret of the tests": ({"secret_key": "only-for-tests-only-for-tests-only-for-tests"}, "everybody knows"),
    "secret of the example": ({"secret_key": "AT_LEAST_32_RANDOM_CHARACTERS____"}, "everybody knows"),
    "plain http": ({"base_url": "http://mitreden.example"}, "https"),
    "mails into a folder": ({"mail_server": ""}, "mail_server"),
}


@pytest.fixture
def start(database, tmp_path, monkeypatch):
    """Starts a production site, with changes; the program is read-only unless a test says otherwise."""
    monkeypatch.setattr(gate, "CODE", ())
    started: list[Flask] = []

    def begin(**changes):
        started.append(create_app(GOOD | {"database_url": database, "data_folder": str(tmp_path)} | changes))
        return started[-1]

    yield begin
    for site in started:
        with site.app_context():
            db.engine.dispose()


def test_without_a_mistake_it_starts(start):
    assert start().config["SETTINGS"]["environment"] == "production"


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_setting_stops_the_start(start, name):
    change, words = MISTAKES[name]
    with pytest.raises(ConfigError, match=words):
        start(**change)


def test_debugging_stops_the_start(start, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(ConfigError, match="FLASK_DEBUG"):
        start()


def test_code_that_its_process_can_change_stops_the_start(start, monkeypatch, tmp_path):
    (tmp_path / "participation").mkdir()
    monkeypatch.setattr(gate, "CODE", (str(tmp_path / "participation"),))
    with pytest.raises(ConfigError, match="changed by its own process"):
        start()
    start(writable_code=True)


def test_a_database_that_could_lose_what_was_confirmed_stops_the_start(start, database, monkeypatch):
    monkeypatch.setattr(kernel_db, "_set_up_sqlite", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
    weak = database if database.startswith("sqlite") else f"{database}?options=-c%20synchronous_commit%3Doff"
    with pytest.raises(ConfigError, match=r"synchronous of SQLite|synchronous_commit of PostgreSQL is off"):
        start(database_url=weak)


@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "synchronous=OFF", "foreign_keys=OFF", "journal_mode=DELETE"])
def test_each_weak_pragma_is_named(tmp_path, pragma):
    raw = sqlite3.connect(tmp_path / "x.db")
    for strong in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {strong}")
    assert list(gate.database_mistakes(raw, "sqlite")) == []
    raw.execute(f"PRAGMA {pragma}")
    (found,) = gate.database_mistakes(raw, "sqlite")
    assert pragma.partition("=")[0] in found
    raw.close()


def test_a_database_that_is_down_does_not_stop_the_start(start, database):
    if database.startswith("sqlite"):
        assert start(database_url="sqlite:////nowhere/at/all.db")
    else:
        assert start(database_url="postgresql://postgres@127.0.0.1:1/none")
