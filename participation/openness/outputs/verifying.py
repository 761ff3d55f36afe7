"""Reading an archive package back: every file as the manifest says, no other file, every seal over its event."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from participation.kernel.events import EventRow
from participation.kernel.seal import link
from participation.openness.outputs.archive import EVENTS, FORMAT, MANIFEST, PIECE

NAMED = ("id", "tenant_id", "name", "procedure_id", "actor_id", "data")


class NoArchive(Exception):
    """The file is no archive package, or one of a later version; the message says which."""


def manifest_of(path: Path) -> Mapping[str, Any]:
    """What a package says of itself. Raises NoArchive."""
    try:
        with ZipFile(path) as file:
            manifest: Mapping[str, Any] = json.loads(file.read(MANIFEST))
    except (OSError, BadZipFile, KeyError, ValueError) as error:
        raise NoArchive(f"{path} is no archive package.") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise NoArchive(f"{path} is no archive package.")
    if manifest.get("format") != FORMAT:
        raise NoArchive(f"{path} has format {manifest.get('format')}, this program reads {FORMAT}.")
    return manifest


def faults_of(path: Path) -> Iterator[str]:
    """What is not as the manifest says; nothing where the package is whole. Raises NoArchive."""
    files = manifest_of(path)["files"]
    with ZipFile(path) as file:
        names = [name for name in file.namelist() if name != MANIFEST]
        yield from (f"{name}: missing" for name in files if name not in names)
        yield from (f"{name}: not named in the manifest" for name in names if name not in files)
        yield from (f"{name}: twice" for name in set(names) if names.count(name) > 1)
        for name in names:
            if name in files and not _is_same(file, name, files[name]):
                yield f"{name}: changed"
        if EVENTS in names:
            yield from _broken_seals(file)


def _is_same(file: ZipFile, name: str, said: Mapping[str, Any]) -> bool:
    digest, size = hashlib.sha256(), 0
    try:
        with file.open(name) as source:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
    except BadZipFile:
        return False
    return bool(size == said["size"] and digest.hexdigest() == said["sha256"])


def _broken_seals(file: ZipFile) -> Iterator[str]:
    """Each seal is made again from the one before and the event. Events that were not sealed yet carry none."""
    with file.open(EVENTS) as source:
        for line in source:
            try:
                found = json.loads(line)
                row = EventRow(at=datetime.fromisoformat(found["at"]), **{name: found[name] for name in NAMED})
                if found["seal"] is not None and link(found["before"], row) != found["seal"]:
                    yield f"{EVENTS}: the seal of event {found['id']} does not fit"
            except (ValueError, KeyError, TypeError, AttributeError):
                yield f"{EVENTS}: a line cannot be read"
