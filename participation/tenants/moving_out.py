"""Everything of an authority in a folder that another installation can take in: rows as lines of JSON, and files.

The folder holds `rows/<table>.jsonl` (one row a line, columns by their names, instants in UTC, bytes in base64),
`files/` with the stored files under their names, and `manifest.json` with the hash of each.
"""

import json
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, ColumnElement, Connection, Table, select, text

from participation import __version__
from participation.kernel.backup import revisions
from participation.kernel.backup_files import (
    FILES,
    FORMAT,
    Entry,
    copy,
    entry_of,
    finish,
    fresh_folder,
    write_manifest,
)
from participation.kernel.clock import now
from participation.kernel.db import db, is_sqlite
from participation.kernel.files import file_store
from participation.tenants.models import Tenant
from participation.tenants.rows import PERSON, Rows

KIND = "authority"
ROWS = "rows"
LEFT_BEHIND = {"upload"}  # what has arrived of a file so far is sent again
SECRET = {"password_hash", "is_operator"}  # of people: whoever moves along sets a new password by mail
AT_ONCE = 500


def move_out(tenant: Tenant, folder: Path) -> dict[str, int]:
    """Write the folder. Returns how many rows of each table; appears whole or not at all."""
    part = folder.with_name(f".{folder.name}.part")
    fresh_folder(part)
    said: dict[str, Any] = {"format": FORMAT, "kind": KIND, "version": __version__, "made_at": now().isoformat()}
    said |= {"tenant_id": tenant.id, "slug": tenant.slug, "name": tenant.name, "revisions": revisions()}
    tenant_id = tenant.id
    db.session.rollback()
    (part / ROWS).mkdir(mode=0o700)
    with _at_one_moment() as connection:
        rows = Rows(connection, tenant_id)
        counts = dict(_write_rows(connection, rows, part / ROWS))
        names = rows.stored_names(connection)
    files = {f"{ROWS}/{name}.jsonl": entry_of(part / ROWS / f"{name}.jsonl") for name in counts}
    files |= dict(_write_files(names, part))
    write_manifest(part, said | {"rows": counts}, files)
    finish(part, folder)
    return counts


@contextmanager
def _at_one_moment() -> Iterator[Connection]:
    """A connection for which nothing changes while it reads."""
    with db.engine.connect() as connection:
        if not is_sqlite():
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        yield connection
        connection.rollback()


def _write_rows(connection: Connection, rows: Rows, folder: Path) -> Iterator[tuple[str, int]]:
    people = sorted(rows.people(connection))
    person = rows.tables[PERSON]
    wanted = {PERSON: person.c.id.in_(people)} | rows.conditions
    for name, condition in wanted.items():
        if name not in LEFT_BEHIND and (count := _write_table(connection, rows.tables[name], condition, folder)):
            yield name, count


def _write_table(connection: Connection, table: Table, condition: ColumnElement[bool], folder: Path) -> int:
    query = select(table).where(condition).order_by(table.c.id).execution_options(yield_per=AT_ONCE)
    path, count = folder / f"{table.name}.jsonl", 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file, connection.execute(query) as found:
        for row in found.mappings():
            values = {column.name: _plain(row[column.name], table, column) for column in table.columns}
            file.write(json.dumps(values, ensure_ascii=False) + "\n")
            count += 1
    if not count:
        path.unlink()
    return count


def _plain(value: Any, table: Table, column: Column[Any]) -> Any:
    """A value as JSON has it; secrets of people stay here."""
    if table.name == PERSON and column.name in SECRET:
        return False if isinstance(column.type, Boolean) else None
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def _write_files(names: set[str], part: Path) -> Iterator[tuple[str, Entry]]:
    root = file_store().root
    for name in sorted(names):
        place = f"{name[:2]}/{name[2:4]}/{name}"
        if (root / place).is_file():
            yield f"{FILES}/{place}", copy(root / place, part / FILES / place)
