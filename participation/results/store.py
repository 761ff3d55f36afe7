"""Where packages lie: in the file store. They are made beside it and moved in whole, so memory stays flat."""

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from participation.kernel.files import StoredName, file_store

ABANDONED = timedelta(days=1)  # a crash left it


@contextmanager
def workplace() -> Iterator[Path]:
    """An empty folder on the disk of the file store, gone afterwards."""
    root = file_store().root / "making"
    place = root / secrets.token_hex(8)
    (place / "package").mkdir(mode=0o700, parents=True)
    _clear(root)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _clear(root: Path) -> None:
    before = time.time() - ABANDONED.total_seconds()  # of the disk's clock
    for place in root.iterdir():
        if place.stat().st_mtime < before:
            shutil.rmtree(place, ignore_errors=True)


def keep(path: Path) -> StoredName:
    """Move a finished file into the store, durably. Returns its name there."""
    return file_store().take(path)


def open_package(stored_name: str) -> BinaryIO:
    """A package for reading, to be closed by the caller. Raises UnknownFile."""
    return file_store().open(stored_name)


def path_of(stored_name: str) -> Path:
    """Where a package lies. Raises UnknownFile where there is none."""
    with open_package(stored_name) as file:
        return Path(file.name)
