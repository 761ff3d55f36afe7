"""What lies in a backup: files with their hashes in a manifest, each on the disk before the manifest names it."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from participation.kernel.on_disk import new_file, sync, sync_folder

FORMAT = 1  # raised when the folder changes
MANIFEST = "manifest.json"
FILES = "files"
PIECE = 2**20
STORED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}")


class Unusable(Exception):
    """A backup, or what it should go to, cannot be used; the message is a sentence."""


class Entry(NamedTuple):
    """A file as the manifest names it."""

    size: int
    sha256: str


def copy(source: Path, target: Path) -> Entry:
    """Copy a file durably, hashed on the way; folders are made, for nobody else to read. Raises FileNotFoundError."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as given:
        for folder in reversed([target.parent, *target.parent.parents]):  # `parents=True` gives them no mode
            folder.mkdir(mode=0o700, exist_ok=True)
        with new_file(target) as taken:
            while piece := given.read(PIECE):
                digest.update(piece)
                size += len(piece)
                taken.write(piece)
    return Entry(size, digest.hexdigest())


def entry_of(path: Path) -> Entry:
    """Size and hash of a file as it is on the disk now; it is made durable."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
        sync(file)
    return Entry(size, digest.hexdigest())


def stored_files(root: Path) -> Iterator[str]:
    """The names of all whole files of a file store, with their folders; what is being written is left out."""
    for path in sorted(root.glob("??/??/*")):
        name = path.relative_to(root).as_posix()
        if STORED.fullmatch(name) and path.is_file() and not path.is_symlink():
            yield name


def write_manifest(folder: Path, said: dict[str, Any], files: dict[str, Entry]) -> None:
    """Write the last file, and make every folder durable."""
    listed = {name: entry._asdict() for name, entry in sorted(files.items())}
    with new_file(folder / MANIFEST) as file:
        file.write(json.dumps(said | {"files": listed}, ensure_ascii=False, indent=1).encode())
    for path in (*(path for path in folder.rglob("*") if path.is_dir()), folder):
        sync_folder(path)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a finished folder. Raises Unusable."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        raise Unusable(f"{folder} holds no {MANIFEST}: it is no backup, or one that was never finished.") from None
    except ValueError:
        raise Unusable(f"{MANIFEST} cannot be read: it was changed.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Unusable(f"{MANIFEST} is of another format than this version reads ({FORMAT}).")
    return manifest


def faults_of(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """A sentence for each file that is missing, changed, or there without being named."""
    named: dict[str, Any] = manifest["files"]
    for name, said in named.items():
        path = folder / name
        if not is_inside(name) or path.is_symlink():
            yield f"{name}: no name a backup gives."
        elif not path.is_file():
            yield f"{name}: missing."
        elif entry_of(path)._asdict() != said:
            yield f"{name}: changed since it was backed up."
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in named and name != MANIFEST:
            yield f"{name}: not named in {MANIFEST}."


def is_inside(name: str) -> bool:
    """Whether a name of a manifest stays inside its folder."""
    return not name.startswith("/") and ".." not in name.split("/")


def finish(part: Path, target: Path) -> None:
    """Give a finished folder its name: from now on it is there, whole."""
    part.rename(target)
    sync_folder(target.parent)


def fresh_folder(part: Path) -> None:
    """An empty folder that nobody else may read; what a broken run left there is removed."""
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)
