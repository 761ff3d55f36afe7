"""Walking the histories of the core and of every module, and what can be said of the rows at each step.

`python -m tests.promises.stairway URL FOLDER NUMBER` upgrades the core and kills itself before that statement.
"""

import itertools
import os
import signal
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine, event, inspect, text

from app import create_app
from participation.kernel.db import db
from participation.kernel.migrations import CORE, Owners, config_for, owners, upgrade
from participation.kernel.parking import PARKED
from participation.testing.probe import PROBE

RULES = "personal_data"  # filled by the migrations themselves: at each step the rules of its columns
CLOCKS = "retention_rule"  # so is this: which rows go when


class Sum(NamedTuple):
    """What a table holds: how many rows, and for each column one number made of all its values and their rows."""

    rows: int
    columns: Mapping[str, int]


@contextmanager
def opened(url: str, folder: str) -> Iterator[Flask]:
    """The app on a database, in its context."""
    app = create_app({"database_url": url, "data_folder": folder, "environment": "testing"}, more_modules=[PROBE])
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def histories(app: Flask) -> Owners:
    """All histories found in the folders, the core's first."""
    return owners(app.extensions["registry"].folders())


def stairs(histories: Owners) -> list[tuple[str, str, str]]:
    """Each step there is, newest first, modules before the core they stand on: owner, below, above."""
    found = []
    for owner, folder in reversed(histories.items()):
        for script in ScriptDirectory.from_config(config_for(owner, folder)).walk_revisions():
            found.append((owner, str(script.down_revision or "base"), str(script.revision)))
    return found


def sums(engine: Engine) -> dict[str, Sum]:
    """The checksum of every column of every table; the same wherever the same values stand in the same rows.

    A row that waits because the schema cannot hold it counts with its table.
    """
    names = [name for name in inspect(engine).get_table_names() if "alembic_version" not in name]
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            raw: Any = connection.connection.dbapi_connection
            raw.create_function("sum_of", 2, _crc, deterministic=True)
        found = {name: _sum(connection, name) for name in names if not name.startswith("fts_")}
    for name in [name for name in found if name.startswith(PARKED)]:
        table, parked = name.removeprefix(PARKED), found.pop(name)
        own = found[table]
        columns = {column: value + parked.columns[column] for column, value in own.columns.items()}
        found[table] = Sum(own.rows + parked.rows, columns)
    return found


def _crc(value: Any, row: Any) -> int:
    return zlib.crc32(f"{row}|{value!r}".encode())


def _sum(connection: Any, table: str) -> Sum:
    columns = [column["name"] for column in inspect(connection).get_columns(table)]
    row = '"id"' if "id" in columns and table != RULES else "0"
    hashed = (
        'sum_of("{}", {})'
        if connection.dialect.name == "sqlite"
        else "hashtextextended(coalesce(\"{}\"::text, '∅'), {})"
    )
    asked = ", ".join(f"sum({hashed.format(name, row)})" for name in columns)
    count, *values = connection.execute(text(f'SELECT count(*), {asked} FROM "{table}"')).one()
    return Sum(count, {name: int(value or 0) for name, value in zip(columns, values, strict=True)})


def differences(before: Mapping[str, Sum], after: Mapping[str, Sum]) -> list[str]:
    """What is not the same in what both schemas have."""
    found = []
    for table in sorted((before.keys() & after.keys()) - {RULES, CLOCKS}):
        old, new = before[table], after[table]
        if old.rows != new.rows:
            found.append(f"{table}: {old.rows} rows became {new.rows}")
        shared = old.columns.keys() & new.columns.keys()
        found += [f"{table}.{name} changed" for name in sorted(shared) if old.columns[name] != new.columns[name]]
    return found


def rules(found: Mapping[str, Sum]) -> Mapping[str, int]:
    """The checksum of the rules for personal data, whatever their numbers."""
    return {name: value for name, value in found[RULES].columns.items() if name != "id"}


@contextmanager
def counting(engine: Engine, kill_before: int = 0) -> Iterator[Iterator[int]]:
    """Count the statements; the process is killed before the one with this number, if there is one."""
    numbers = itertools.count(1)

    def count(*_: Any) -> None:
        if next(numbers) == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield numbers
    finally:
        event.remove(engine, "before_cursor_execute", count)


if __name__ == "__main__":
    with opened(sys.argv[1], sys.argv[2]) as found, counting(db.engine, int(sys.argv[3])):
        upgrade(db.engine, {CORE: histories(found)[CORE]})
