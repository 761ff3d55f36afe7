"""The list of people who were erased: kept outside every backup, so that they stay erased when one is restored.

A line says when, a keyed hash of the person, and whether what was contributed was withdrawn. It names nobody. The key
stands in the list itself, not with those that are changed from time to time: an old backup must find its people. To put
two lists together, write one behind the other.
"""

import fcntl
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

from flask import current_app

from participation.kernel.config import ROOT
from participation.kernel.on_disk import OWN, sync

NAME = "erased.log"
KEY = "key"
WORDS = {False: "kept", True: "withdrawn"}


class Erased(NamedTuple):
    """One line: when somebody was erased, who it was (a keyed hash), what became of the contributions."""

    at: datetime
    mark: str
    withdrawn: bool

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.mark} {WORDS[self.withdrawn]}"


class ErasureList(NamedTuple):
    """What was read from a list: its keys, and its lines by their marks."""

    keys: list[str]
    lines: dict[str, Erased]

    def find(self, person_id: int, since: datetime) -> Erased | None:
        """The line of a person who registered at that instant; None for everybody who was not erased."""
        marks = (_mark(key, person_id, since) for key in self.keys)
        return next((self.lines[mark] for mark in marks if mark in self.lines), None)


def erasure_list() -> Path:
    """Where the list lies: in the data folder, beside the stored files."""
    folder: Path = ROOT / current_app.config["SETTINGS"]["data_folder"]
    return folder / NAME


def begin_list() -> str:
    """Make the list where there is none yet, and return the key it hashes with."""
    with _locked() as file:
        keys = _read(file.read()).keys
        if not keys:
            keys = [secrets.token_hex(32)]
            _append(file, f"{KEY} {keys[0]}\n")
    return keys[-1]


def mark_of(person_id: int, since: datetime) -> str:
    """The keyed hash of a person. The instant of registration is in it, because SQLite may give a number again."""
    return _mark(begin_list(), person_id, since)


def note_erased(erased: Erased) -> None:
    """Add a line, durably and once: a mark that is on the list already is left as it is."""
    with _locked() as file:
        if erased.mark not in file.read():
            _append(file, f"{erased}\n")


def add_list(path: Path) -> None:
    """Take the lines of another list over, so that the next restore finds them in one place."""
    with _locked() as file:
        present = set(file.read().splitlines())
        _append(file, "".join(f"{line}\n" for line in path.read_text("ascii").splitlines() if line not in present))


def read_erased(path: Path) -> ErasureList:
    """A list. Raises FileNotFoundError, and ValueError for a line that is none."""
    return _read(path.read_text("ascii"))


def _mark(key: str, person_id: int, since: datetime) -> str:
    said = f"erased {person_id} {since.astimezone(UTC).isoformat()}".encode()
    return hmac.new(key.encode(), said, hashlib.sha256).hexdigest()


@contextmanager
def _locked() -> Iterator[IO[str]]:
    """The list of this installation, for one process at a time."""
    path = erasure_list()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, OWN)
    with os.fdopen(handle, "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _append(file: IO[str], text: str) -> None:
    file.write(text)
    sync(file)


def _read(text: str) -> ErasureList:
    found = ErasureList([], {})
    for line in text.splitlines():
        if line.startswith(f"{KEY} "):
            found.keys.append(line.removeprefix(f"{KEY} "))
            continue
        at, mark, word = line.split(" ")
        found.lines[mark] = Erased(datetime.fromisoformat(at), mark, word == WORDS[True])
    return found
