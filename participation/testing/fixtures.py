"""The fixtures: an app on each database, migrated once, emptied after each test."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import Connection, inspect, text

from app import create_app
from participation.kernel import clock
from participation.kernel.db import db
from participation.kernel.heads import heads_file
from participation.kernel.mail import mail_folder
from participation.kernel.migrations import owners, upgrade
from participation.kernel.outbox import work_off
from participation.testing.lint import LintingClient
from participation.testing.probe import PROBE
from participation.testing.world import World

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
KEPT = {"personal_data", "retention_rule"}  # filled by migrations, not by tests
SEQUENCES_BACK = text(
    "SELECT setval(sequence.oid, 1, false) FROM pg_class sequence"
    " JOIN pg_depend owned ON owned.objid = sequence.oid JOIN pg_class owner ON owner.oid = owned.refobjid"
    " WHERE sequence.relkind = 'S' AND owner.relname = ANY(:names)"
)

os.environ["PARTICIPATION_ENVIRONMENT"] = "testing"
os.environ["PARTICIPATION_WRITABLE_CODE"] = "true"  # in production too: the tests of the gate say otherwise


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database of this test process, one on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.db'}"
        return
    with _postgres_database(os.environ.get("PYTEST_XDIST_WORKER", "main")) as url:
        yield url


class _postgres_database:  # noqa: N801 - a context manager
    """A database of our own on the server of TEST_POSTGRES; a server that is missing is an error, not a skip in CI."""

    def __init__(self, worker: str) -> None:
        self.server = os.environ.get("TEST_POSTGRES", POSTGRES)
        self.name = f"participation_test_{worker}_{os.getpid()}"

    def __enter__(self) -> str:
        try:
            self._run(f'CREATE DATABASE "{self.name}"')
        except psycopg.OperationalError as error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"no PostgreSQL at TEST_POSTGRES: {error}")
        return self.server.rpartition("/")[0] + f"/{self.name}"

    def __exit__(self, *_: object) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def server_app(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The migrated app of this test process; tests ask for `app`, which is empty each time."""
    overrides = {"database_url": database, "data_folder": str(tmp_path_factory.mktemp("data"))}
    app = create_app(overrides, more_modules=[PROBE])
    with app.app_context():
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(server_app: Flask) -> Iterator[Flask]:
    """The app with an empty database and an open context."""
    with server_app.app_context():
        yield server_app
        db.session.rollback()
    fresh(server_app)


def fresh(app: Flask) -> None:
    """Empty every table but those migrations fill, the folder of mails, and the written ends of the log."""
    with app.app_context():
        db.session.rollback()
        names = [name for name in inspect(db.engine).get_table_names() if name not in KEPT and "alembic" not in name]
        names = [name for name in names if not name.startswith("fts_")]
        with db.engine.connect() as connection:
            if db.engine.dialect.name == "sqlite":
                _empty_sqlite(connection.connection.dbapi_connection, names)
            else:
                _empty_postgresql(connection, names)
        for path in (*mail_folder().glob("*.eml"), heads_file()):
            path.unlink(missing_ok=True)
    app.extensions["addresses"].forget()


def _empty_sqlite(raw: object, names: list[str]) -> None:
    execute = raw.execute  # type: ignore[attr-defined]
    execute("PRAGMA foreign_keys=OFF")
    execute("BEGIN IMMEDIATE")
    for name in names:
        execute(f'DELETE FROM "{name}"')
    execute("COMMIT")
    execute("PRAGMA foreign_keys=ON")


def _empty_postgresql(connection: Connection, names: list[str]) -> None:
    """DELETE takes a twentieth of the time TRUNCATE takes over so many small tables; sequences start again.

    The role lets triggers and foreign keys rest, which only a superuser may ask for.
    """
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for name in names:
        connection.execute(text(f'DELETE FROM "{name}"'))
    connection.execute(SEQUENCES_BACK, {"names": names})
    connection.commit()


@pytest.fixture
def world(app: Flask) -> World:
    """Makes tenants, people and procedures through the services."""
    return World(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that lints every page it gets."""
    app.test_client_class = LintingClient
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Runs commands of `flask`."""
    return app.test_cli_runner()


@pytest.fixture
def at() -> Callable[[datetime], AbstractContextManager[None]]:
    """`with at(instant):` lets the clock stand there."""
    return clock.standing_at


@pytest.fixture
def mails(app: Flask) -> Callable[[], list[EmailMessage]]:  # noqa: ARG001 - an open context
    """Let the worker deliver what waits, and read the mails that were written so far, oldest first."""

    def read() -> list[EmailMessage]:
        work_off()
        paths: list[Path] = sorted(mail_folder().glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    return read
