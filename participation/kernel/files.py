"""The file store, and the check of every file that people send.

Stored names are random and have nothing to do with the names people gave: those are only shown again.
"""

import re
import secrets
import unicodedata
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NewType

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from participation.kernel.config import ROOT
from participation.kernel.media import MEDIA, UNKNOWN, Unfit, kind_of
from participation.kernel.on_disk import new_file, sync, sync_folder
from participation.kernel.refusal import Invalid, Unknown

StoredName = NewType("StoredName", str)

NAME_LENGTH = 120
MOST_BYTES = 20 * 2**20
STORED_NAME = re.compile(r"[0-9a-f]{32}")
RESERVED = re.compile(r'[<>:"|?*\\/]')


class FileRefused(Invalid):
    """A file is not accepted; `sentence` (lazy) says why, and what would be."""

    def __init__(self, why: LazyString, *, allowed: frozenset[str], at_most: int = MOST_BYTES) -> None:
        types = ", ".join(sorted(kind.upper() for kind in allowed))
        super().__init__(_l("refuse.file", why=why, types=types, size=f"{at_most // 2**20} MB"))
        self.why = why

    def __str__(self) -> str:
        return str(self.why)


class UnknownFile(Unknown):
    """No stored file has this name, or the name is none that the store gives."""


@dataclass(frozen=True)
class Inspected:
    """What a file is, and how it may be called when it is shown or downloaded."""

    media_type: str
    extension: str
    display_name: str


def inspect(data: bytes, filename: str, allowed: frozenset[str], *, at_most: int = MOST_BYTES) -> Inspected:
    """Judge a file by its content; `allowed` are keys of media.MEDIA, `at_most` is in bytes.

    Raises FileRefused. Pictures still have to go through images.shrink before they are stored.
    """
    if not data:
        raise FileRefused(_l("die Datei ist leer"), allowed=allowed, at_most=at_most)
    if len(data) > at_most:
        raise FileRefused(_l("sie ist zu groß"), allowed=allowed, at_most=at_most)
    try:
        kind = kind_of(data, filename)
    except Unfit as unfit:
        raise FileRefused(unfit.why, allowed=allowed, at_most=at_most) from None
    if kind not in allowed:
        raise FileRefused(UNKNOWN, allowed=allowed, at_most=at_most)
    media = MEDIA[kind]
    return Inspected(media.type, media.extension, display_name(filename, media.extension))


def display_name(filename: str, extension: str) -> str:
    """A name to show: no folders, control or direction characters, NFC, at most 120 characters, true extension."""
    last = unicodedata.normalize("NFC", filename.replace("\\", "/").rsplit("/", 1)[-1])
    spaced = re.sub(r"\s+", " ", last)
    visible = "".join(sign for sign in spaced if not unicodedata.category(sign).startswith("C"))
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", RESERVED.sub("-", visible)).strip(" .")
    room = NAME_LENGTH - len(extension) - 1
    return f"{stem[:room].rstrip(' .') or 'Datei'}.{extension}"


class FileStore:
    """Files in a folder, two levels deep, each under a random name."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> StoredName:
        """Store the bytes durably: after the return they survive a power cut; on failure nothing is left behind."""
        name = StoredName(secrets.token_hex(16))
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        try:
            with new_file(part) as stream:
                stream.write(data)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent, self.root):
            sync_folder(folder)
        return name

    def take(self, finished: Path) -> StoredName:
        """Move a finished file of the same disk into the store, as durably as `put`: nothing goes through memory."""
        name = StoredName(secrets.token_hex(16))
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        finished.chmod(0o600)
        with finished.open("rb") as stream:
            sync(stream)
        finished.replace(path)
        for folder in (path.parent, path.parent.parent, self.root):
            sync_folder(folder)
        return name

    def open(self, name: str) -> BinaryIO:
        """The stored file, to be closed by the caller. Raises UnknownFile."""
        try:
            return self._path(name).open("rb")
        except FileNotFoundError:
            raise UnknownFile from None

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already stays gone. Raises UnknownFile for a name that cannot be ours."""
        path = self._path(name)
        with suppress(FileNotFoundError):
            path.unlink()
            sync_folder(path.parent)

    def sweep(self, named: Collection[str], before: datetime) -> int:
        """Remove what was stored before an instant and is not named, and what broken writes left; says how many."""
        old = [path for path in self.root.glob("??/??/*") if path.stat().st_mtime < before.timestamp()]
        orphans = [path for path in old if path.name not in named]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)

    def _path(self, name: str) -> Path:
        if not STORED_NAME.fullmatch(name):
            raise UnknownFile
        return self.root / name[:2] / name[2:4] / name


def file_store() -> FileStore:
    """The store of this installation: the folder `files` in its data folder."""
    return FileStore(ROOT / current_app.config["SETTINGS"]["data_folder"] / "files")
