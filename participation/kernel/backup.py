"""Backups while the site runs: a copy of the database, every stored file, and a manifest with the hash of each.

The database comes first. Stored files never change, so what a row of the copy names is there a moment later too, unless
it was removed for good in between; the manifest says which. A backup has its name only once all of it is on the disk.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import inspect

from participation import __version__
from participation.kernel.backup_copies import copy_database, restore_database
from participation.kernel.backup_files import (
    FILES,
    FORMAT,
    MANIFEST,
    Entry,
    Unusable,
    copy,
    entry_of,
    finish,
    fresh_folder,
    read_manifest,
    stored_files,
    write_manifest,
)
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.erased import begin_list
from participation.kernel.events import Event
from participation.kernel.files import file_store
from participation.kernel.heads import heads
from participation.kernel.migrations import current, known_owners
from participation.kernel.orphans import named_files

PREFIX = "participation-"


@dataclass(frozen=True, kw_only=True)
class BackupRestored(Event):
    """Everything was put back to how it was in a backup; what happened in between is gone."""

    name: ClassVar[str] = "kernel.backup_restored"
    manifest: str  # its SHA-256


def create_backup(folder: Path) -> Path:
    """Make a backup in a folder of its own in `folder`. Returns where it lies; raises Unusable."""
    if folder.resolve().is_relative_to(file_store().root.resolve()):
        raise Unusable("A backup does not belong among the stored files. Name another folder, best on another disk.")
    begun_at, named = now(), named_files()
    target = folder / f"{PREFIX}{begun_at:%Y%m%dT%H%M%S%f}Z"
    part = folder / f".{target.name}.part"
    fresh_folder(part)
    begin_list()  # from the first backup on there is one, be it empty
    said: dict[str, Any] = {"format": FORMAT, "made_at": begun_at.isoformat(), "version": __version__}
    said["revisions"] = revisions()
    said["heads"] = [(head.tenant_id, head.position, head.hash) for head in heads()]
    db.session.rollback()
    said["database"] = name = copy_database(db.engine.url, part)
    files = {name: entry_of(part / name)} | dict(_copied_files(part))
    still_named = named & named_files()  # what was erased meanwhile is not missing
    db.session.rollback()
    said["missing"] = sorted(still_named - {path.rpartition("/")[2] for path in files})
    write_manifest(part, said, files)
    finish(part, target)
    return target


def _copied_files(part: Path) -> Iterator[tuple[str, Entry]]:
    root = file_store().root
    (part / FILES).mkdir(mode=0o700)
    for name in stored_files(root):
        with suppress(FileNotFoundError):  # removed for good just now
            yield f"{FILES}/{name}", copy(root / name, part / FILES / name)


def revisions() -> dict[str, str | None]:
    """How far each history of migrations has come."""
    return current(db.engine, sorted(known_owners(db.engine)))


def is_empty() -> bool:
    """Whether there is nothing here that a restore would replace."""
    with db.engine.connect() as connection:
        has_tables = bool(inspect(connection).get_table_names())
    return not has_tables and next(stored_files(file_store().root), None) is None


def restore_backup(folder: Path, manifest: dict[str, Any]) -> None:
    """Put files and database back. Stored files that are not in the backup stay; the sweep takes them.

    The manifest was checked. Raises Unusable, before anything is changed, while anybody uses the database.
    """
    root = file_store().root
    for name in manifest["files"]:
        if name.startswith(f"{FILES}/") and not (target := root / name.removeprefix(f"{FILES}/")).exists():
            copy(folder / name, target)
    url = db.engine.url
    db.session.remove()
    db.engine.dispose()
    restore_database(url, folder / str(manifest["database"]))


def newest_backup(folder: Path) -> datetime | None:
    """When the newest finished backup in a folder was made; None where there is none."""
    made = [_made_at(path) for path in folder.glob(f"{PREFIX}*/{MANIFEST}")]
    return max((at for at in made if at is not None), default=None)


def _made_at(path: Path) -> datetime | None:
    with suppress(Unusable, KeyError, ValueError):
        return datetime.fromisoformat(read_manifest(path.parent)["made_at"])
    return None
