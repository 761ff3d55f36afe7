"""The second factor: a code from an app (TOTP), a passkey (`passkeys`), or one of ten codes on paper; each works once.

The key is encrypted with the secret of the server and leaves it only while the person sets it up. Recovery codes have
120 random bits, so that a plain hash of them can be stored.
"""

import re
import secrets
from datetime import datetime, timedelta

import pyotp
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import delete, func, select, update

from participation.accounts.events import (
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorRemoved,
    SecondFactorReset,
    SecondFactorSet,
)
from participation.accounts.limits import code_wait, code_was_right
from participation.accounts.models import Passkey, Person, RecoveryCode, SecondFactor
from participation.accounts.sessions import end_sessions, hash_of
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import INSTALLATION, emit
from participation.kernel.keys import cipher
from participation.kernel.refusal import Invalid, Refused, TooOften, minutes_of
from participation.kernel.sealed_text import Cipher, Unreadable

STEP = 30  # seconds a code is shown
SKEW = 1  # codes of the step before and after are taken too
CODES, GROUPS = 10, 6  # so many on paper, each of so many groups of four signs
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 signs that nobody mixes up


class Pause(TooOften):
    """Too many wrong codes."""

    def __init__(self, wait: timedelta) -> None:
        sentence = ngettext(
            "Das waren zu viele falsche Codes. Bitte warten Sie eine Minute.",
            "Das waren zu viele falsche Codes. Bitte warten Sie %(num)s Minuten.",
            minutes_of(wait),
        )
        super().__init__(sentence, wait)


def is_set(person_id: int) -> bool:
    """Whether a person has a second factor."""
    return set_since(person_id) is not None


def set_since(person_id: int) -> datetime | None:
    """Since when a person has a second factor, None without one."""
    return db.session.scalar(select(SecondFactor.set_at).where(SecondFactor.person_id == person_id))


def has_app(person_id: int) -> bool:
    """Whether an app for codes is set up; somebody may have passkeys alone."""
    row = _factor(person_id)
    return row is not None and bool(row.secret)


def codes_left(person_id: int) -> int:
    """How many recovery codes a person has not used yet."""
    unused = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def offered_key(person_id: int) -> str | None:
    """The key a person was offered and has not confirmed: to be shown as a picture and as text."""
    row = _factor(person_id)
    return opened(row.offered) if row is not None else None


def address_of(key: str, account: str, issuer: str) -> str:
    """What the picture (QR code) says to an app."""
    return pyotp.TOTP(key).provisioning_uri(name=account, issuer_name=issuer)


def offer(person: Person) -> None:
    """Make a key for a person to set up; what was set before holds until the new one is confirmed."""
    row = _factor(person.id)
    if row is None:
        row = SecondFactor(person_id=person.id)
        db.session.add(row)
    row.offered = closed(pyotp.random_base32())


def confirm(person: Person, code: str, *, device: str = "") -> list[str]:
    """Set the key that was offered, proved by a code of it; log-ins end. Returns fresh recovery codes.

    Raises Invalid for a wrong code. Count the try before (`count_try`).
    """
    row = _factor(person.id)
    key = opened(row.offered) if row is not None else None
    counter = _counter_of(key, code, after=0)
    if row is None or counter is None:
        raise _wrong()
    row.secret, row.offered, row.last_counter, row.set_at = row.offered, "", counter, now()
    end_sessions(person.id)
    code_was_right(person.id, device=device)
    emit(SecondFactorSet(tenant_id=INSTALLATION, actor_id=person.id, person_id=person.id))
    return make_codes(person, with_factor=True)


def begin(person: Person) -> bool:
    """From now on there is a second factor; True where there was none before."""
    row = _factor(person.id)
    if row is None:
        row = SecondFactor(person_id=person.id)
        db.session.add(row)
    is_first = row.set_at is None
    row.set_at = row.set_at or now()
    return is_first


def count_try(person_id: int, *, device: str = "") -> None:
    """Count a try before `prove` or `confirm`, outside their transaction. Raises Pause after five wrong ones.

    A device the person has logged in with before has a count of its own (`limits.password_wait` says why).
    """
    if wait := code_wait(person_id, device=device):
        raise Pause(wait)


def prove(person: Person, text: str, *, device: str = "") -> None:
    """Take a code of the app or a recovery code, once; of two at the same time only one is taken. Raises Invalid."""
    if not (_take_code(person.id, text) or _take_recovery_code(person, text)):
        raise _wrong()
    code_was_right(person.id, device=device)


def make_codes(person: Person, *, with_factor: bool = False) -> list[str]:
    """Ten new recovery codes, to be shown this once; those of before are void. `with_factor`: one was just set up."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = ["-".join(_sign_group() for _ in range(GROUPS)) for _ in range(CODES)]
    db.session.add_all(RecoveryCode(person_id=person.id, code_hash=_hash_of(code)) for code in codes)
    who = {"actor_id": person.id, "person_id": person.id}
    emit(RecoveryCodesMade(tenant_id=INSTALLATION, with_factor=with_factor, **who))
    return codes


def remove(person: Person) -> None:
    """Take one's own second factor off, passkeys too; log-ins end. Whether that may be, the caller has asked."""
    _forget(person.id)
    end_sessions(person.id)
    emit(SecondFactorRemoved(tenant_id=INSTALLATION, actor_id=person.id, person_id=person.id))


def remove_app(person: Person) -> None:
    """Let the app for codes go where passkeys remain; log-ins end. Raises Refused."""
    row = _factor(person.id)
    if row is None or db.session.scalar(select(Passkey.id).where(Passkey.person_id == person.id).limit(1)) is None:
        raise Refused(_l("Die App ist Ihr einziger zweiter Schritt. Legen Sie zuerst einen Passkey an."))
    row.secret, row.offered = "", ""
    end_sessions(person.id)
    emit(SecondFactorRemoved(tenant_id=INSTALLATION, actor_id=person.id, person_id=person.id))


def reset(person: Person, tenant_id: int | None, *, actor_id: int | None) -> None:
    """Take somebody's second factor off, who lost it; every log-in ends. Who may, `access.team` knows."""
    _forget(person.id)
    end_sessions(person.id)
    emit(SecondFactorReset(tenant_id=tenant_id or INSTALLATION, actor_id=actor_id, person_id=person.id))


def _forget(person_id: int) -> None:
    for kind in (RecoveryCode, Passkey, SecondFactor):
        db.session.execute(delete(kind).where(kind.person_id == person_id))


def _take_code(person_id: int, text: str) -> bool:
    row = _factor(person_id)
    counter = _counter_of(opened(row.secret), text, after=row.last_counter) if row is not None else None
    if counter is None:
        return False
    newer = (SecondFactor.person_id == person_id, SecondFactor.last_counter < counter)
    taken = update(SecondFactor).where(*newer).values(last_counter=counter).returning(SecondFactor.id)
    return db.session.scalar(taken) is not None


def _take_recovery_code(person: Person, text: str) -> bool:
    this = (RecoveryCode.person_id == person.id, RecoveryCode.code_hash == _hash_of(text))
    taken = update(RecoveryCode).where(*this, RecoveryCode.used_at.is_(None)).values(used_at=now())
    if not is_set(person.id) or db.session.scalar(taken.returning(RecoveryCode.id)) is None:
        return False
    emit(RecoveryCodeUsed(tenant_id=INSTALLATION, actor_id=person.id, person_id=person.id))
    return True


def _counter_of(key: str | None, text: str, *, after: int) -> int | None:
    """The step a code belongs to, if it is one of now and newer than the last; every comparison takes as long."""
    code, at = re.sub(r"\s", "", text), int(now().timestamp()) // STEP
    if key is None or not re.fullmatch(r"[0-9]{6}", code):
        return None
    app = pyotp.HOTP(key)
    fitting = [step for step in range(at - SKEW, at + SKEW + 1) if secrets.compare_digest(app.at(step), code)]
    return next((step for step in fitting if step > after), None)


def _factor(person_id: int) -> SecondFactor | None:
    query = select(SecondFactor).where(SecondFactor.person_id == person_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _sign_group() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(4))


def _hash_of(code: str) -> str:
    return hash_of(re.sub(r"[^A-Z0-9]", "", code.upper()))


def _wrong() -> Invalid:
    return Invalid(_l("Dieser Code passt nicht. Codes der App gelten 30 Sekunden und nur einmal."), field="code")


def closed(key: str) -> str:
    """A key as it is stored."""
    return _cipher().encrypt(key)


def opened(closed: str) -> str | None:
    """The key; None where there is none, or the secret of the server was changed: then a reset helps."""
    try:
        return _cipher().decrypt(closed) if closed else None
    except Unreadable:
        return None


def seal_anew() -> int:
    """Encrypt every key with the present key of the server, so that an older one can go. Returns how many."""
    rows = db.session.scalars(select(SecondFactor)).all()
    for row in rows:
        row.secret, row.offered = (closed(key) if (key := opened(text)) else text for text in (row.secret, row.offered))
    return len(rows)


def _cipher() -> Cipher:
    return cipher(b"second factor")
