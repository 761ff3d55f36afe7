"""Reference numbers and hashes: what a receipt says."""

import hashlib
import re
import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: nobody misreads them
SHAPE = re.compile(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}")


def fresh_reference() -> str:
    """Ten random Crockford base-32 characters in two groups: "AB3DE-7XK2M"; 50 bits."""
    letters = [secrets.choice(CROCKFORD) for _ in range(10)]
    return "".join(letters[:5]) + "-" + "".join(letters[5:])


def read_reference(typed: str) -> str | None:
    """A reference as people type it (lower case, O for 0, I or L for 1, without hyphen); None if it is none."""
    letters = typed.upper().translate(str.maketrans("OIL", "011", " -–"))
    candidate = f"{letters[:5]}-{letters[5:]}"
    return candidate if SHAPE.fullmatch(candidate) else None


def fresh_salt() -> str:
    """128 random bits, hex. The salt goes with erasure, and with it the hash proves nothing any more."""
    return secrets.token_hex(16)


def text_hash(salt: str, title: str, source: str) -> str:
    """SHA-256 over salt, title and text, hex: the checksum on the receipt."""
    return hashlib.sha256("\n".join((salt, title, source)).encode()).hexdigest()
