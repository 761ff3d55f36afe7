"""The keys of the server: the first signs and encrypts, those kept for a while only read, a removed one is dead.

`docs/operation.md`, section "Keys", says how they are changed.
"""

import hashlib
import hmac
import os
from pathlib import Path

from flask import Flask, current_app
from itsdangerous import Signer

from participation.kernel.on_disk import replace
from participation.kernel.sealed_text import Cipher

# What itsdangerous signs, for us and for Flask-WTF, which leaves no choice: HMAC-SHA-256 in place of its SHA-1
Signer.default_digest_method = staticmethod(hashlib.sha256)


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


def cipher(purpose: bytes) -> Cipher:
    """Encrypts with the first key and reads with each; another purpose is another key."""
    return Cipher(keys_of(current_app), purpose)


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
    replace(path, "\n".join(keys) + "\n")
