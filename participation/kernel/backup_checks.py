"""Looking into a backup: is every file as it was, is the copy of the database sound, are the chains of the log whole?

Nothing is restored for it: SQLite's copy is opened for reading, PostgreSQL's is read to its end by pg_restore.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from participation.kernel.backup_copies import SQLITE, lines_of
from participation.kernel.backup_files import Unusable, faults_of, read_manifest
from participation.kernel.seal import Fact, Link, walk

EVENT, SEAL = "event", "event_seal"
SEALED = ("tenant_id", "position", "hash", "event_id")
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

Rows = Iterator[dict[str, Any]]


def check(folder: Path) -> Iterator[str]:
    """A sentence for everything that is wrong with a backup; none: it can be restored. Raises Unusable."""
    manifest = read_manifest(folder)
    found = list(faults_of(folder, manifest))
    yield from found
    yield from (f"{name}: a row names this file, and it was missing already." for name in manifest["missing"])
    copy = folder / str(manifest["database"])
    if any(fault.startswith(f"{copy.name}:") for fault in found):
        return  # what was changed is not opened
    try:
        yield from _sqlite_faults(copy, manifest) if copy.name == SQLITE else _postgres_faults(copy, manifest)
    except (Unusable, sqlite3.DatabaseError, ValueError, KeyError) as error:
        yield f"{copy.name}: {error}"


def _sqlite_faults(copy: Path, manifest: dict[str, Any]) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)) as base:
        base.row_factory = sqlite3.Row
        for (said,) in base.execute("PRAGMA integrity_check"):
            if said != "ok":
                yield f"{copy.name}: {said}"
        for table, *_ in base.execute("PRAGMA foreign_key_check"):
            yield f"{copy.name}: a row of {table} names an owner that is not there."
        facts, seals = (map(dict, base.execute(f"SELECT * FROM {table}")) for table in (EVENT, SEAL))  # noqa: S608
        yield from _chain_faults(facts, seals, manifest)


def _postgres_faults(copy: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Foreign keys need no look: pg_restore makes them after the rows and stops at one that does not hold."""
    for _ in lines_of(["pg_restore", "--file", "-", str(copy)]):
        pass
    yield from _chain_faults(_rows(copy, EVENT), _rows(copy, SEAL), manifest)


def _rows(copy: Path, table: str) -> Rows:
    """The rows of a table as they stand in PostgreSQL's copy, without a server."""
    columns: list[str] = []
    for line in lines_of(["pg_restore", "--data-only", "--table", table, "--file", "-", str(copy)]):
        if line.startswith("COPY "):
            columns = [name.strip(' "') for name in line[line.index("(") + 1 : line.index(")")].split(",")]
        elif line.startswith("\\."):
            columns = []
        elif columns:
            values = [None if value == "\\N" else _plain(value) for value in line.rstrip("\n").split("\t")]
            yield dict(zip(columns, values, strict=True))


def _plain(value: str) -> str:
    """A value of COPY's text format without its escapes."""
    if "\\" not in value:
        return value
    first, *others = value.replace("\\\\", "\\\0").split("\\")
    return first + "".join(ESCAPES.get(part[:1], part[:1]) + part[1:] for part in others).replace("\0", "\\")


def _chain_faults(events: Rows, seals: Rows, manifest: dict[str, Any]) -> Iterator[str]:
    """A sentence for each chain that is broken, or does not reach the end it had when the backup began."""
    facts = {int(row["id"]): _fact(row) for row in events}
    links = sorted((int(row["tenant_id"]), int(row["position"]), row["hash"], int(row["event_id"])) for row in seals)
    reached: dict[tuple[int, int], str] = {(tenant, position): hash_ for tenant, position, hash_, _ in links}
    for tenant, own in groupby(links, key=lambda link: link[0]):
        walked = walk(tenant, [Link(place, hash_, facts.get(event, GONE)) for _, place, hash_, event in own])
        if walked.is_broken:
            yield f"The log of authority {tenant} is broken at link {walked.checked + 1}."
    for tenant, position, hash_ in manifest["heads"]:
        if reached.get((tenant, position)) != hash_:
            yield f"The log of authority {tenant} lacks link {position}, which was there before the backup."


GONE = Fact(0, -1, "", datetime(1970, 1, 1, tzinfo=UTC), None, None, None)


def _fact(row: dict[str, Any]) -> Fact:
    at = datetime.fromisoformat(row["at"])
    numbers = {name: None if row[name] is None else int(row[name]) for name in ("procedure_id", "actor_id")}
    return Fact(
        id=int(row["id"]),
        tenant_id=int(row["tenant_id"]),
        name=row["name"],
        at=at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC),
        data=json.loads(row["data"]),
        **numbers,
    )
