"""Texts that only this server can read: AES-256 in GCM, with a key for each purpose made of the key of the server."""

import base64
import os
from binascii import Error as NoBase64
from collections.abc import Sequence
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12  # random bytes before each text


class Unreadable(Exception):
    """None of the keys fits, or the text was changed."""


class Cipher:
    """Encrypts with the first key and reads with each; another purpose is another key."""

    def __init__(self, keys: Sequence[str], purpose: bytes) -> None:
        self.purpose = purpose
        self._keys = [_derived(key, purpose) for key in keys]

    def encrypt(self, text: str) -> str:
        """The text as it is stored."""
        nonce = os.urandom(NONCE)
        made = AESGCM(self._keys[0]).encrypt(nonce, text.encode(), self.purpose)
        return base64.urlsafe_b64encode(nonce + made).decode()

    def decrypt(self, stored: str) -> str:
        """The text. Raises Unreadable. What was stored before GCM (as Fernet) is read until it is sealed anew."""
        try:
            raw = base64.urlsafe_b64decode(stored)
        except NoBase64:
            raise Unreadable from None
        for key in self._keys:
            with suppress(InvalidTag, ValueError):
                return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], self.purpose).decode()
            with suppress(InvalidToken):
                return Fernet(base64.urlsafe_b64encode(key)).decrypt(stored).decode()
        raise Unreadable


def _derived(key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
