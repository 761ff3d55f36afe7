"""The package of a result as a file: what stands in it, how it is hashed, and the one form its bytes can have.

A zip without compression: with sorted names and fixed times the same content is the same bytes on every machine,
no byte is without meaning, and nothing grows when it is read. The manifest holds a salted leaf hash for each file and
the leaf hash of each contribution (the checksum on its receipt), and a root over all of them.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

FORMAT = 1  # raised when the package changes; a reader refuses a newer one
MANIFEST = "manifest.json"
PIECE = 2**16
BEGINNING = (1980, 1, 1, 0, 0, 0)  # of time, for a zip
MODE = 0o100644 << 16


def plain(value: Any) -> bytes:
    """JSON for people: indented, keys sorted, so that the same value is the same bytes."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def line(value: Mapping[str, Any]) -> bytes:
    """JSON on one line."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def lines(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The values of a file of lines, one at a time."""
    for row in file:
        value = json.loads(row)
        if not isinstance(value, dict):
            raise ValueError("a line is no object")
        yield value


def write_lines(path: Path, values: Iterable[Mapping[str, Any]]) -> int:
    """Write values as lines; they may come from a stream. Returns how many there were."""
    count = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for value in values:
            file.write(line(value))
            count += 1
    return count


def leaf_of(file: IO[bytes], salt: str) -> str:
    """The salted hash of a file: SHA-256 over the salt's bytes and the file's."""
    digest = hashlib.sha256(bytes.fromhex(salt))
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def root_of(manifest: Mapping[str, Any]) -> str:
    """SHA-256 over the sorted leaf hashes of files and contributions, and over what else the manifest says."""
    said = {name: value for name, value in manifest.items() if name not in ("files", "contributions", "root")}
    leaves = [entry["leaf"] for entry in manifest["files"].values()] + list(manifest["contributions"])
    names = [f"{name} {entry['size']} {entry['salt']}" for name, entry in manifest["files"].items()]
    more = [hashlib.sha256(plain(part)).hexdigest() for part in (said, sorted(names))]
    return hashlib.sha256("\n".join([*sorted(leaves), *more]).encode()).hexdigest()


def pack(folder: Path, target: Path, said: Mapping[str, Any], *, contributions: Iterable[str], key: bytes) -> str:
    """Write the manifest into a folder and the folder into one file. Returns the root.

    `said` is what the manifest tells besides hashes, `contributions` their leaf hashes, `key` makes the salts of the
    files: the same folder and key give the same bytes.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    manifest = dict(said) | {"format": FORMAT, "contributions": sorted(contributions)}
    manifest["files"] = {name: _entry(folder / name, name, key) for name in names if name != MANIFEST}
    manifest["root"] = root_of(manifest)
    (folder / MANIFEST).write_bytes(plain(manifest))
    with target.open("wb") as file:
        put_together({name: folder / name for name in {*names, MANIFEST}}, file)
    return str(manifest["root"])


def _entry(path: Path, name: str, key: bytes) -> dict[str, Any]:
    salt = hmac.digest(key, name.encode(), "sha256")[:16].hex()
    with path.open("rb") as file:
        return {"size": path.stat().st_size, "salt": salt, "leaf": leaf_of(file, salt)}


def put_together(files: Mapping[str, Any], target: IO[bytes]) -> None:
    """Files (anything with `open`) as one zip in the one form it can have."""
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name in sorted(files):
            entry = ZipInfo(name, BEGINNING)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_STORED, 3, MODE
            with files[name].open("rb") as source, archive.open(entry, "w") as copy:
                while piece := source.read(PIECE):
                    copy.write(piece)


def hash_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
