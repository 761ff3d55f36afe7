"""Texts only the server can read: approved, authenticated, bound to a purpose; older ones are still read."""

import base64

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from participation.kernel.sealed_text import NONCE, Cipher, Unreadable, _derived

PURPOSE = b"second factor"


def test_a_text_is_stored_with_gcm_and_another_nonce_each_time() -> None:
    cipher = Cipher(["key of the server"], PURPOSE)
    first, second = cipher.encrypt("GEHEIM"), cipher.encrypt("GEHEIM")
    assert first != second
    assert cipher.decrypt(first) == cipher.decrypt(second) == "GEHEIM"
    raw, key = base64.urlsafe_b64decode(first), _derived("key of the server", PURPOSE)
    assert len(key) == 32
    assert AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], PURPOSE) == b"GEHEIM"


def test_a_text_that_was_changed_or_is_for_something_else_is_not_read() -> None:
    stored = Cipher(["key of the server"], PURPOSE).encrypt("GEHEIM")
    raw = bytearray(base64.urlsafe_b64decode(stored))
    spoilt = []
    for place in range(len(raw)):
        raw[place] ^= 1
        spoilt.append(base64.urlsafe_b64encode(bytes(raw)).decode())
        raw[place] ^= 1
    for text in (*spoilt, "", "x", "kein Base64!", stored[:-4]):
        with pytest.raises(Unreadable):
            Cipher(["key of the server"], PURPOSE).decrypt(text)
    for cipher in (Cipher(["another key"], PURPOSE), Cipher(["key of the server"], b"something else")):
        with pytest.raises(Unreadable):
            cipher.decrypt(stored)


def test_an_older_key_reads_and_what_was_stored_before_gcm_is_read_and_sealed_anew() -> None:
    old, both = Cipher(["old"], PURPOSE), Cipher(["new", "old"], PURPOSE)
    assert both.decrypt(old.encrypt("GEHEIM")) == "GEHEIM"
    before = Fernet(base64.urlsafe_b64encode(_derived("old", PURPOSE))).encrypt(b"GEHEIM").decode()
    assert both.decrypt(before) == "GEHEIM"
    anew = both.encrypt(both.decrypt(before))
    assert Cipher(["new"], PURPOSE).decrypt(anew) == "GEHEIM"
