"""Installations of a test's own, on either database, that may be thrown away and put back."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_hex

import psycopg
from flask import Flask
from sqlalchemy import func, inspect, select, text

from app import create_app
from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.kernel.files import file_store
from participation.kernel.migrations import owners, upgrade
from participation.testing.probe import PROBE


@contextmanager
def empty_place(database: str, folder: Path) -> Iterator[str]:
    """The address of a database nobody else uses, on the same engine as `database`."""
    if database.startswith("sqlite"):
        yield f"sqlite:///{folder / 'site.db'}"
        return
    server, _, _ = database.rpartition("/")
    name = f"participation_backup_{token_hex(4)}"
    with closing(psycopg.connect(f"{server}/postgres", autocommit=True)) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def installation(database: str, folder: Path, *, migrated: bool = True, **settings: object) -> Iterator[Flask]:
    """An app on a database and a data folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    with empty_place(database, folder) as url:
        app = create_app(
            {"database_url": url, "data_folder": str(folder / "data")} | settings, more_modules=[PROBE]
        )  # fmt: skip
        with app.app_context():
            if migrated:
                upgrade(db.engine, owners(app.extensions["registry"].folders()))
            yield app
            db.session.remove()
            db.engine.dispose()


def run(app: Flask, *arguments: object) -> str:
    """What a command says; one that fails is a failure of the test."""
    done = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.output


def refusal(app: Flask, *arguments: object) -> str:
    """What a command says when it refuses, as it must."""
    done = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    assert done.exit_code == 1, done.output
    assert "Traceback" not in done.output
    return done.output


def the_backup(folder: Path) -> Path:
    """The only backup in a folder."""
    (found,) = folder.glob("participation-*")
    return found


def table_counts() -> dict[str, int]:
    """How many rows every table holds, but those that every start writes."""
    counts = {}
    with db.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            if not name.startswith("fts_"):
                counts[name] = connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0
    return counts


def stored() -> set[str]:
    """The names of all stored files."""
    return {path.name for path in file_store().root.glob("??/??/*")}


def references() -> set[str]:
    """The reference numbers of all contributions."""
    found = set(db.session.scalars(select(Contribution.reference)))
    db.session.rollback()
    return found


def count_of(table: type) -> int:
    """How many rows a table holds."""
    found = db.session.scalar(select(func.count()).select_from(table)) or 0
    db.session.rollback()
    return found


def damaged(backup: Path, place: Path, damage: str) -> Path:
    """A copy of a backup with something wrong in it."""
    copy = place / damage.replace(" ", "-")
    shutil.copytree(backup, copy)
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    base = copy / manifest["database"]
    one_file = next(copy / name for name in manifest["files"] if name.startswith("files/"))
    DAMAGES[damage](copy, base, one_file, manifest)
    return copy


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


def _rewrite(copy: Path, manifest: dict) -> None:
    (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def _later_head(copy: Path, _base: Path, _file: Path, manifest: dict) -> None:
    _rewrite(copy, manifest | {"heads": [*manifest["heads"], [0, 10**6, "f" * 64]]})


def _name_outside(copy: Path, _base: Path, _file: Path, manifest: dict) -> None:
    _rewrite(copy, manifest | {"files": manifest["files"] | {"../outside": {"size": 1, "sha256": "0"}}})


def _link(copy: Path, _base: Path, file: Path, _manifest: dict) -> None:
    file.rename(copy.with_suffix(".elsewhere"))
    file.symlink_to(copy.with_suffix(".elsewhere"))


DAMAGES = {
    "file changed": lambda copy, base, file, manifest: _flip(file, 0),
    "file removed": lambda copy, base, file, manifest: file.unlink(),
    "file put in": lambda copy, base, file, manifest: (copy / "files" / "more").write_text("x"),
    "file linked": _link,
    "database changed": lambda copy, base, file, manifest: _flip(base, base.stat().st_size // 2),
    "database cut": lambda copy, base, file, manifest: base.write_bytes(base.read_bytes()[:-1000]),
    "database removed": lambda copy, base, file, manifest: base.unlink(),
    "manifest removed": lambda copy, base, file, manifest: (copy / "manifest.json").unlink(),
    "manifest cut": lambda copy, base, file, manifest: (copy / "manifest.json").write_text("{"),
    "other format": lambda copy, base, file, manifest: _rewrite(copy, manifest | {"format": 99}),
    "name outside": _name_outside,
    "later end of the log": _later_head,
}
