"""The keys of the server: the first signs and encrypts, those kept for a while only read, a removed one is dead.

`docs/operation.md`, section "Keys", says how they are changed.
"""

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app


def keys_of(app: Flask) -> list[str]:
    """All keys, the one that signs first."""
    return [str(app.config["SECRET_KEY"]), *map(str, app.config.get("SECRET_KEY_FALLBACKS") or ())]


def for_signing(app: Flask | None = None) -> list[str]:
    """The keys as `itsdangerous` wants them: it signs with the last and reads with each."""
    return keys_of(app or current_app)[::-1]


def keyed_hash(text: str) -> str:
    """A hash that only this server can make, hex."""
    return keyed_hashes(text)[0]


def keyed_hashes(text: str) -> list[str]:
    """The same with every key, the present one first: for finding what was stored before a change."""
    return [hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest() for key in keys_of(current_app)]


def cipher(purpose: bytes) -> MultiFernet:
    """Encrypts with the first key and reads with each; another purpose is another key."""
    return MultiFernet([_fernet(key, purpose) for key in keys_of(current_app)])


def _fernet(key: str, purpose: bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def fresh_key() -> str:
    """A new key: 256 random bits."""
    return os.urandom(32).hex()


def read_keys(path: Path) -> list[str]:
    """The keys in a file, one in a line, the one that signs first. Raises ValueError where others may read it."""
    if path.stat().st_mode & 0o077:
        raise ValueError(f"{path} can be read by others: chmod 600 {path}")
    return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]


def write_keys(path: Path, keys: list[str]) -> None:
    """Replace the file in one step; nobody else can read it, and nobody finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.new")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
