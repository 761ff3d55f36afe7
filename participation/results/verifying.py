"""Reading a package that may come from anywhere: is it whole, and is every file in it as its manifest says?

Needs no database and no app. Sentences are in English: commands print them.
"""

import json
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_STORED, BadZipFile, LargeZipFile, ZipFile

from participation.contributions.references import text_hash
from participation.results.container import FORMAT, MANIFEST, PIECE, leaf_of, lines, plain, put_together, root_of

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}")
CONTRIBUTIONS = "contributions.jsonl"
MOST_FILES = 2_000
MOST_BYTES = 4 * 2**30
LARGEST_MANIFEST = 200 * 2**20
BROKEN = (
    BadZipFile, LargeZipFile, EOFError, OSError, ValueError, OverflowError, NotImplementedError, RuntimeError,
    struct.error, zlib.error, KeyError, TypeError, AttributeError, IndexError, RecursionError,
)  # fmt: skip


class Damaged(Exception):
    """The container cannot be read as a package; the message says why in a sentence."""


@dataclass(frozen=True)
class Package:
    """A package that is open: its manifest, and its files by name."""

    archive: ZipFile
    manifest: dict[str, Any]

    def open(self, name: str) -> IO[bytes]:
        """A file of the package."""
        return self.archive.open(name)


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """A package for reading. Raises Damaged when the file is none, is cut off, packed otherwise, or is too new."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Damaged(f"The package is damaged: it is larger than {MOST_BYTES // 2**30} GB.")
        archive = ZipFile(path)
    except BROKEN as error:
        raise Damaged(f"The package is damaged: it is not a zip file, or it is cut off ({error}).") from error
    with archive:
        _check_entries(archive, path.stat().st_size)
        yield Package(archive, _manifest(archive))


def _check_entries(archive: ZipFile, size: int) -> None:
    """No path out of the package, nothing twice, nothing packed: a package never grows when it is read."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    faults = [
        (len(names) > MOST_FILES, f"it holds more than {MOST_FILES} files"),
        (len(set(names)) < len(names), "it holds two files of the same name"),
        (not all(NAME.fullmatch(name) for name in names), "it holds a file whose name leads elsewhere"),
        (any(entry.compress_type != ZIP_STORED or entry.flag_bits & 1 for entry in entries), "its files are packed"),
        (any(entry.file_size != entry.compress_size for entry in entries), "sizes of its files contradict each other"),
        (sum(entry.file_size for entry in entries) > size, "its files are larger than the package"),
    ]
    for is_fault, sentence in faults:
        if is_fault:
            raise Damaged(f"The package is damaged: {sentence}.")


def _manifest(archive: ZipFile) -> dict[str, Any]:
    if MANIFEST not in archive.namelist():
        raise Damaged(f"The package is damaged: {MANIFEST} is missing.")
    if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise Damaged(f"The package is damaged: {MANIFEST} is too large.")
    try:
        manifest = json.loads(archive.read(MANIFEST))
        version = manifest["format"]
    except BROKEN as error:
        raise Damaged(f"The package is damaged: {MANIFEST} cannot be read ({error}).") from error
    if isinstance(version, int) and version > FORMAT:
        raise Damaged(
            f"The package has format {version}, this program reads up to {FORMAT}. Please use a newer version."
        )
    return dict(manifest)


def faults_of(package: Package) -> list[str]:
    """What is not as it was frozen, each as a sentence that begins with the file's name.

    Raises Damaged when the container itself is broken: a checksum of the zip, or a byte outside its files.
    """
    try:
        found = [*_manifest_faults(package), *_file_faults(package)] or list(_contribution_faults(package))
        if not found and not _has_its_form(package.archive):
            raise Damaged("The package is damaged: a byte outside its files was changed.")
    except BadZipFile as error:
        raise Damaged(f"The package is damaged: {error}.") from error
    except BROKEN as error:
        raise Damaged(f"The package is damaged: it cannot be read to its end ({error!r}).") from error
    return found


def _manifest_faults(package: Package) -> Iterator[str]:
    try:
        is_whole = package.archive.read(MANIFEST) == plain(package.manifest) and package.manifest["root"] == root_of(
            package.manifest
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        is_whole = False
    if not is_whole:
        yield f"{MANIFEST}: its root hash does not fit what it says."


def _file_faults(package: Package) -> Iterator[str]:
    stated = package.manifest.get("files")
    if not isinstance(stated, dict):
        return
    present = set(package.archive.namelist()) - {MANIFEST}
    for name in sorted(present | set(stated)):
        if name not in present:
            yield f"{name}: it is missing."
        elif name not in stated:
            yield f"{name}: the manifest does not know it."
        elif not _is_as_stated(package, name, stated[name]):
            yield f"{name}: it was changed after it was frozen, its hash does not fit."


def _is_as_stated(package: Package, name: str, entry: Any) -> bool:
    with package.open(name) as file:
        while file.read(PIECE):  # a checksum of the zip that does not fit is a damaged container, said first
            pass
    try:
        with package.open(name) as file:
            return bool(leaf_of(file, entry["salt"]) == entry["leaf"])
    except (KeyError, TypeError, ValueError):
        return False


def _contribution_faults(package: Package) -> Iterator[str]:
    """Each text fits its leaf, and the leaves are those of the manifest: none was added, none taken out."""
    leaves: list[str] = []
    for name in sorted(package.archive.namelist()):
        if name.rpartition("/")[2] == CONTRIBUTIONS:
            with package.open(name) as file:
                for row in lines(file):
                    leaves.append(row["leaf"])
                    if "salt" in row and text_hash(row["salt"], row["title"], row["text"]) != row["leaf"]:
                        yield f"{name}: the text of {row['reference']} does not fit its checksum."
    if sorted(leaves) != package.manifest["contributions"]:
        yield f"{MANIFEST}: its contributions are not those of the package."


def _has_its_form(archive: ZipFile) -> bool:
    """Whether the bytes are the only ones that this content can have."""
    assert archive.fp is not None, "the archive is open"
    with TemporaryFile() as again:
        files = {name: _Member(archive, name) for name in archive.namelist()}
        put_together(files, again)
        again.seek(0)
        archive.fp.seek(0)
        while True:
            mine, theirs = again.read(PIECE), archive.fp.read(PIECE)
            if mine != theirs:
                return False
            if not mine:
                return True


@dataclass(frozen=True)
class _Member:
    """A file of an archive that opens like one of a folder."""

    archive: ZipFile
    name: str

    def open(self, _mode: str) -> IO[bytes]:
        return self.archive.open(self.name)
