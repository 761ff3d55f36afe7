"""Copies of the database: SQLite by its online backup call, PostgreSQL by pg_dump in its custom format."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL

from participation.kernel.backup_files import Unusable
from participation.kernel.backup_files import copy as copy_file
from participation.kernel.on_disk import sync_folder

SQLITE, POSTGRESQL = "database.sqlite", "database.dump"
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
IN_USE = "The database is in use. Stop the portal and every worker first."


def copy_database(url: URL, folder: Path) -> str:
    """Write a consistent copy of the database as it is now, while others write. Returns its file name."""
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(sqlite_file(url), folder / SQLITE)
        return SQLITE
    os.close(os.open(folder / POSTGRESQL, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    run_postgres("pg_dump", url, "-Fc", "--no-owner", "--no-privileges", "-f", str(folder / POSTGRESQL))
    return POSTGRESQL


def sqlite_file(url: URL) -> Path:
    """Where the file of an SQLite database lies. Raises Unusable for one in memory."""
    if not url.database or url.database == ":memory:":
        raise Unusable("The database lies in memory; there is nothing that could be kept.")
    return Path(url.database)


def _copy_sqlite(source: Path, target: Path) -> None:
    """One step, one snapshot: in WAL mode writers go on meanwhile. The copy is a single file without side files."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True)) as given, closing(sqlite3.connect(target)) as to:
        given.backup(to)
        to.execute("PRAGMA journal_mode=DELETE")


def restore_database(url: URL, copy: Path) -> None:
    """Put the copy in the place of the database, which goes. Raises Unusable, also while anybody is using it."""
    if url.get_backend_name() != ("sqlite" if copy.name == SQLITE else "postgresql"):
        raise Unusable(f"This backup holds {copy.name}, and database_url names {url.get_backend_name()}.")
    if copy.name == SQLITE:
        _restore_sqlite(copy, sqlite_file(url))
    else:
        _empty_postgres(url)
        options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        run_postgres("pg_restore", url, *options, str(copy))


def _restore_sqlite(copy: Path, target: Path) -> None:
    """Written beside, then renamed: the file is the old one or the new one, never half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        with closing(sqlite3.connect(target)) as old:
            try:
                old.execute("PRAGMA journal_mode=DELETE")  # refused while another connection is open
            except sqlite3.OperationalError:
                raise Unusable(IN_USE) from None
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    copy_file(copy, part)
    part.replace(target)
    sync_folder(target.parent)


def _empty_postgres(url: URL) -> None:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            if connection.scalar(OTHERS):
                raise Unusable(IN_USE)
            tables = inspect(connection).get_table_names()
            if tables:
                names = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in tables)
                connection.execute(text(f"DROP TABLE {names} CASCADE"))
    finally:
        engine.dispose()


def run_postgres(program: str, url: URL, *arguments: str) -> None:
    """Run a program of PostgreSQL's client on a database. Raises Unusable with what it said."""
    run_program([program, "--dbname", address(url), "--no-password", *arguments], password=url.password)


def run_program(command: list[str], password: str | None = None) -> None:
    """Run a program that may be missing; the password never stands in the list of processes. Raises Unusable."""
    with _started(command, password, stderr=subprocess.PIPE) as process:
        _, said = process.communicate()
    if process.returncode:
        raise Unusable(f"{command[0]} refused: {said.strip() or 'it gave no reason'}")


def lines_of(command: list[str]) -> Iterator[str]:
    """What a program prints, line by line. Raises Unusable where it fails."""
    with _started(command, None, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        yield from process.stdout
    if process.returncode:
        raise Unusable(f"{command[0]} could not read the copy to its end.")


def _started(command: list[str], password: str | None, stderr: int) -> "subprocess.Popen[str]":
    environment = os.environ | {"PGTZ": "UTC"} | ({"PGPASSWORD": password} if password else {})
    try:
        return subprocess.Popen(  # noqa: S603 - a program of PostgreSQL's client, its arguments ours
            command, env=environment, stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8", errors="replace"
        )
    except FileNotFoundError:
        raise Unusable(f"{command[0]} is missing. Install it: apt-get install -y postgresql-client") from None


def address(url: URL) -> str:
    """The address of a PostgreSQL database as its own programs read it, without the password."""
    plain = url.set(drivername="postgresql", password=None)
    return plain.render_as_string(hide_password=False)
