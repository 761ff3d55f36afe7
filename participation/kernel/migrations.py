"""Migrations: one Alembic history and one version table per owner (the core, each module), one shared env.py.

Ownership is decided by the prefix of a table's name, and the prefixes are read from the version tables in the
database, not from the modules installed, so the tables of a removed module are never offered for dropping.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Connection, Engine, inspect, text

from participation.kernel.db import Base, Instant

HERE = Path(__file__).parent
CORE = "core"
CORE_FOLDER = HERE.parent / "migrations" / "versions"
SUFFIX = "__alembic_version"

Owners = dict[str, Path]  # owner -> folder of its versions; the core first


def owners(module_folders: dict[str, Path]) -> Owners:
    """The histories of this installation: the core's, then those of the modules that have one."""
    found = {name: folder / "migrations" / "versions" for name, folder in sorted(module_folders.items())}
    return {CORE: CORE_FOLDER} | {name: folder for name, folder in found.items() if folder.is_dir()}


def version_table(owner: str) -> str:
    """The table in which Alembic notes how far an owner's history has come."""
    return "alembic_version" if owner == CORE else f"{owner}{SUFFIX}"


def owner_of(table: str) -> str:
    """Who owns a table: the part before `__`, or the core."""
    owner, separator, _ = table.partition("__")
    return owner if separator else CORE


def config_for(owner: str, folder: Path, connection: Connection | None = None) -> Config:
    """What Alembic needs to know, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(HERE / "alembic"))
    config.set_main_option("version_locations", str(folder))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes |= {"owner": owner, "connection": connection}
    return config


def upgrade(engine: Engine, histories: Owners, revision: str = "head") -> None:
    """Bring every history to its head, the core first."""
    for owner, folder in histories.items():
        with _migrating(engine) as connection:
            command.upgrade(config_for(owner, folder, connection), revision)


def downgrade(engine: Engine, owner: str, folder: Path, revision: str) -> None:
    """Take one history back to a revision ("base" removes it)."""
    with _migrating(engine) as connection:
        command.downgrade(config_for(owner, folder, connection), revision)


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """A connection with one transaction around a history; SQLite without cascades, checked before the commit.

    With foreign keys on, a batch change of a core table drops the old table and cascades into every module's rows.
    """
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SET lock_timeout = '10s'"))
            connection.commit()
        try:
            with connection.begin():
                yield connection
                if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise RuntimeError(f"The migration left a row without its owner in table {broken[0]}.")
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")
            else:
                connection.invalidate()  # time-outs are settings of this connection alone


def heads(histories: Owners) -> dict[str, str | None]:
    """The newest revision of each history as it lies in the folders."""
    return {
        owner: ScriptDirectory.from_config(config_for(owner, folder)).get_current_head()
        for owner, folder in histories.items()
    }


def current(engine: Engine, histories: Iterable[str]) -> dict[str, str | None]:
    """How far each history has come in the database."""
    with engine.connect() as connection:
        return {
            owner: MigrationContext.configure(
                connection, opts={"version_table": version_table(owner)}
            ).get_current_revision()
            for owner in histories
        }


def drift(engine: Engine, owner: str) -> list[Any]:
    """What autogenerate would change for an owner; empty when models and history agree."""
    with engine.connect() as connection:
        options = {"version_table": version_table(owner), **context_options(connection, owner)}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def context_options(connection: Connection, owner: str) -> dict[str, Any]:
    """What every Alembic context of ours is told: batch mode on SQLite, and which tables belong to the owner."""

    def is_own(thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
        if str(name).startswith("fts_"):  # the full text index is written by hand, differently on each database
            return False
        return table is None or (owner_of(table) == owner and not table.endswith("alembic_version"))

    return {
        "target_metadata": Base.metadata,
        "include_object": is_own,
        "render_as_batch": connection.dialect.name == "sqlite",
        "compare_type": True,
        "render_item": _render,
    }


def _render(kind: str, thing: Any, _context: Any) -> str | bool:
    """Write our own types by their names."""
    if kind == "type" and isinstance(thing, Instant):
        return "Instant()"
    return "BIG" if kind == "type" and isinstance(thing, BigInteger) else False


def known_owners(engine: Engine) -> set[str]:
    """All owners whose history is in the database, removed modules included."""
    names = inspect(engine).get_table_names()
    return {CORE} | {name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)}
