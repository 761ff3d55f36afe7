"""Promise 13: "saved" is said after the log lies on the disk, and no connection works with weaker settings."""

import shutil
import sqlite3
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from participation.kernel.db import db
from participation.kernel.gate import database_mistakes
from tests.benchmarks.served import Server
from tests.promises.clusters import own_cluster
from tests.promises.traces import confirmations, moments, tracer
from tests.promises.writers import EACH, Crowd, planted, settings_for

CONNECTIONS = 12  # more than the pool keeps
WEAK_SQLITE = ("synchronous=NORMAL", "synchronous=OFF", "journal_mode=DELETE", "foreign_keys=OFF")


def test_every_connection_of_the_pool_keeps_what_was_confirmed(app, figure):
    with ExitStack() as stack:
        held = [stack.enter_context(db.engine.connect()) for _ in range(CONNECTIONS)]
        raw = [connection.connection.dbapi_connection for connection in held]
        mistakes = [mistake for one in raw for mistake in database_mistakes(one, db.engine.dialect.name)]
        is_twice = len({id(one) for one in raw}) != CONNECTIONS
    figure(f"{CONNECTIONS} connections at once, {len(mistakes)} with weak settings")
    assert not is_twice
    assert mistakes == []


@pytest.mark.parametrize("pragma", WEAK_SQLITE)
def test_a_weak_setting_of_sqlite_is_named(tmp_path, pragma):
    raw = sqlite3.connect(tmp_path / "weak.db")
    for strong in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", pragma):
        raw.execute(f"PRAGMA {strong}")
    assert len(list(database_mistakes(raw, "sqlite"))) == 1
    raw.close()


def test_a_weak_setting_of_postgresql_is_named(app):
    if db.engine.dialect.name == "postgresql":
        with psycopg.connect(db.engine.url.set(drivername="postgresql").render_as_string(False)) as raw:
            raw.execute("SET synchronous_commit = off")
            raw.commit()
            raw.execute("SET synchronous_commit = off")
            assert len(list(database_mistakes(raw, "postgresql"))) == 1


@pytest.mark.waits
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_each_confirmation_comes_after_the_sync_of_the_log(engine, sized, figure):
    number = sized(test=5, quick=50, full=300)
    folder = Path(tempfile.mkdtemp(prefix="promise-13-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        site_trace, base_trace = folder / "site.trace", folder / "database.trace"
        url, log = f"sqlite:///{folder / 'site.db'}", "site.db-wal"
        if engine == "postgresql":
            url, log = stack.enter_context(own_cluster(under=tracer(base_trace))).url, "/pg_wal/"
        place = planted(url, str(folder / "data"), number // EACH + 1)
        settings = settings_for(url, str(folder / "data"), PARTICIPATION_EMBEDDED_WORKER="false", WORKERS="1")
        server = Server("app:create_app()", settings, under=tracer(site_trace))
        crowd = Crowd(server.port, place, folder, number, writers=1)  # one after the other: whose sync it is, is clear
        try:
            server.start()
            crowd.start()
            crowd.join(60 + number * 2)
        finally:
            crowd.stop.set()
            server.kill_all()
        traces = [moments(path, log) for path in (site_trace, base_trace) if path.exists()]
    said, early = confirmations(*traces)
    figure(f"{engine}: {said} confirmations under strace, {early} before the log was synced")
    assert said >= 2 * number
    assert early == 0
