"""Passwords: Argon2id with 19 MiB, and at most two hashes at a time, so that log-ins cannot use up the machine."""

from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask_babel import lazy_gettext as _l

from participation.accounts.house_words import house_words, is_made_of, words_of
from participation.kernel.refusal import Invalid, Refused

LEAST, MOST = 10, 200  # characters
WAIT_SECONDS = 10
NOBODY = (  # a hash of the same costs: whom we do not know takes as long, also at the first try after a start
    "$argon2id$v=19$m=19456,t=2,p=1$ZsQ5v3H9381Cb7cu6GebyQ$LI9yIc4GSxep7XvK0aLUhJUXK7vhbgHj0y33dRtkq44"
)
LISTS = [Path(__file__).with_name(name) for name in ("common_passwords.txt", "leaked_passwords.txt")]

_hasher = PasswordHasher(2, 19_456, 1)
_at_once = BoundedSemaphore(2)


def checked_password(password: str, *, email: str = "", name: str = "") -> str:
    """The password, if it may be used. Raises Invalid: too short, too long, common, or made of known names."""
    if len(password) < LEAST:
        raise Invalid(
            _l("Bitte wählen Sie ein Passwort mit mindestens %(least)s Zeichen.", least=LEAST), field="password"
        )
    if len(password) > MOST:
        raise Invalid(_l("Bitte wählen Sie ein Passwort mit höchstens %(most)s Zeichen.", most=MOST), field="password")
    plain = password.casefold()
    own = {email.casefold(), email.partition("@")[0].casefold(), name.casefold()}
    words = house_words() | words_of(email.partition("@")[0]) | words_of(name)
    if plain in common_passwords() or plain in own or len(set(plain)) < 4 or is_made_of(plain, words):
        raise Invalid(_l("Dieses Passwort ist leicht zu erraten. Bitte wählen Sie ein anderes."), field="password")
    return password


@cache
def common_passwords() -> frozenset[str]:
    """Passwords of at least ten characters that attackers try first, folded."""
    lines = [line.strip() for path in LISTS for line in path.read_text("utf-8").splitlines()]
    return frozenset(line.casefold() for line in lines if line and not line.startswith("# "))


def hash_password(password: str) -> str:
    """A new hash; takes some 30 ms and 19 MiB. Raises Refused (503) when too many wait."""
    with _turn():
        return _hasher.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether a password fits. Without a stored one it takes as long and is wrong."""
    with _turn():
        try:
            _hasher.verify(stored or NOBODY, password)
            return stored is not None
        except (Argon2Error, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other costs and should be made again at this log-in."""
    return _hasher.check_needs_rehash(stored)


class _turn:  # noqa: N801 - a context manager
    def __enter__(self) -> None:
        if not _at_once.acquire(timeout=WAIT_SECONDS):
            raise Refused(
                _l("Gerade melden sich sehr viele an. Bitte versuchen Sie es gleich noch einmal."), status=503
            )

    def __exit__(self, *_: object) -> None:
        _at_once.release()
