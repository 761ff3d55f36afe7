"""Files that outlive a power cut: nobody else may read them, and they are on the disk before anybody is told."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

OWN = 0o600


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write, on the disk when the block ends. Raises FileExistsError; its name is `sync_folder`'s affair."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWN), "wb") as file:
        yield file
        sync(file)


def append(path: Path, text: str) -> None:
    """Add to the end of a file, which is made where it is missing, its folders too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWN), "wb") as file:
        file.write(text.encode())
        sync(file)
    if is_new:
        sync_folder(path.parent)


def replace(path: Path, text: str) -> None:
    """Put a file in the place of another in one step: nobody finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.new")
    part.unlink(missing_ok=True)
    with new_file(part) as file:
        file.write(text.encode())
    part.replace(path)
    sync_folder(path.parent)


def sync(file: IO[Any]) -> None:
    """Let what was written to an open file reach the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a new or removed name in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
