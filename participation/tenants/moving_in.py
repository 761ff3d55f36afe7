"""Taking in an authority that was moved out of another installation, with all numbers as they were.

The numbers stay, because the log is sealed over them and threads, drafts and saved views name them. So this is for an
installation in which they are free: a new one, before anybody else is set up in it.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Connection, Date, DateTime, LargeBinary, Table, func, insert, select, text, update

from participation.kernel.backup import revisions
from participation.kernel.backup_files import FILES, Unusable, copy, faults_of, read_manifest
from participation.kernel.db import db, is_sqlite
from participation.kernel.events import Event, emit
from participation.kernel.files import file_store
from participation.kernel.versions import raise_version
from participation.tenants.moving_out import KIND, ROWS
from participation.tenants.rows import PERSON, all_tables, references

AT_ONCE = 500
UNIQUE = {PERSON: "email", "tenant": "slug"}

Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class TenantTakenIn(Event):
    """An authority came from another installation; in the log of the installation, its own came with it."""

    name: ClassVar[str] = "tenants.tenant_taken_in"
    new_id: int


def move_in(folder: Path, manifest: dict[str, Any]) -> dict[str, int]:
    """Take in a folder of `move_out` whose manifest was checked. Returns how many rows of each table.

    Raises Unusable, before anything is changed, where a number, an address or an e-mail address is taken.
    """
    counts: dict[str, int] = manifest["rows"]
    connection = db.session.connection()
    tables = [_exact(table) for table in all_tables(connection) if table.name in counts]
    for table in tables:
        _require_free(connection, table, folder)
    for name in manifest["files"]:
        place = file_store().root / name.removeprefix(f"{FILES}/")
        if name.startswith(f"{FILES}/") and not place.exists():
            copy(folder / name, place)
    connection.execute(text("PRAGMA defer_foreign_keys=ON" if is_sqlite() else "SET LOCAL statement_timeout = 0"))
    _insert_all(connection, tables, folder)
    raise_version("installation")
    emit(TenantTakenIn(new_id=int(manifest["tenant_id"])))
    return counts


def checked_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder that can be taken in. Raises Unusable: damaged, of another version, no authority."""
    manifest = read_manifest(folder)
    if manifest.get("kind") != KIND:
        raise Unusable(f"{folder} holds no authority. A backup is put back by: flask backup restore")
    for fault in faults_of(folder, manifest):
        raise Unusable(f"{fault} Do not rely on it.")
    here = revisions()
    for owner, revision in manifest["revisions"].items():
        if here.get(owner) != revision:
            raise Unusable(f"The folder is of version {owner} {revision}, here is {here.get(owner)}. Make them equal.")
    return manifest


def _exact(table: Table) -> Table:
    """Nothing is written as nothing, not as the JSON word for it."""
    for column in table.columns:
        if isinstance(column.type, JSON):
            column.type.none_as_null = bool(column.nullable)
    return table


def _require_free(connection: Connection, table: Table, folder: Path) -> None:
    unique = UNIQUE.get(table.name, "id")
    for rows in _rows(folder, table):
        for column in {"id", unique}:
            taken = select(table.c[column]).where(table.c[column].in_([row[column] for row in rows])).limit(1)
            found = connection.scalar(taken)
            if found is not None:
                raise Unusable(
                    f"{table.name} {found} is there already. Numbers are kept, so move it into a new installation "
                    "before anybody else is set up in it."
                )


def _insert_all(connection: Connection, tables: list[Table], folder: Path) -> None:
    """Owners first. A key to a row that comes later is written afterwards; one to a row that stayed behind is empty."""
    present: dict[str, set[int]] = {}
    for table in tables:
        present[table.name] = {int(row["id"]) for rows in _rows(folder, table) for row in rows}
    done: set[str] = set()
    later: list[tuple[Table, str, dict[int, int]]] = []
    for table in tables:
        keys = {entry.column.name: entry.target for entry in references(table) if entry.column.nullable}
        postponed: dict[str, dict[int, int]] = {name: {} for name, target in keys.items() if target not in done}
        for rows in _rows(folder, table):
            for row in rows:
                _settle_keys(row, keys, present, postponed)
            connection.execute(insert(table), rows)
        later += [(table, name, values) for name, values in postponed.items()]
        done.add(table.name)
        _set_sequence(connection, table)
    for table, name, values in later:
        for number, target in values.items():
            connection.execute(update(table).where(table.c.id == number).values({name: target}))


def _settle_keys(
    row: Values, keys: dict[str, str], present: dict[str, set[int]], postponed: dict[str, dict[int, int]]
) -> None:
    for name, target in keys.items():
        value = row[name]
        if value is not None and value not in present.get(target, ()):
            row[name] = None
        elif value is not None and name in postponed:
            postponed[name][int(row["id"])] = value
            row[name] = None


def _set_sequence(connection: Connection, table: Table) -> None:
    """New rows get numbers behind those that came; SQLite does so by itself."""
    if not is_sqlite():
        top = select(func.max(table.c.id)).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), top)))


def _rows(folder: Path, table: Table) -> Iterator[list[Values]]:
    """The rows of a table as the database takes them, five hundred at a time."""
    batch: list[Values] = []
    with (folder / ROWS / f"{table.name}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            given = json.loads(line)
            batch.append({column.name: _value(given.get(column.name), column) for column in table.columns})
            if len(batch) == AT_ONCE:
                yield batch
                batch = []
    if batch:
        yield batch


def _value(value: Any, column: Column[Any]) -> Any:
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        at = datetime.fromisoformat(value).astimezone(UTC)
        return at.replace(tzinfo=None) if is_sqlite() else at
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return b64decode(value) if isinstance(column.type, LargeBinary) else value
