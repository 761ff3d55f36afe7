"""Proof of work: a browser shows that it spent a second. Each challenge is for one action and counts once.

The advisory of December 2025 on ALTCHA is met: parameters are signed as canonical JSON (nothing can be moved over
a border between them), what the challenge is for is part of the signed data, and solved challenges are remembered.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, Final

from altcha import Challenge, Payload, create_challenge, verify_solution
from sqlalchemy import Index, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.clock import now
from participation.kernel.db import Base, db, is_sqlite

VALID: Final = timedelta(minutes=10)
ALGORITHM: Final = "PBKDF2/SHA-256"
COST: Final = 1_000  # iterations of one try
PREFIX: Final = "00"  # one try in 256 fits
LONGEST: Final = 4_000  # characters of a payload


class SpentChallenge(Base):
    """A challenge that was solved and used; it does not count again."""

    __tablename__ = "spent_challenge"
    __table_args__ = (Index(None, "ends_at"),)

    key: Mapped[str] = mapped_column(unique=True)
    ends_at: Mapped[datetime]


def challenge(secret: str, action: str, about: str) -> dict[str, Any]:
    """A fresh challenge for one action on one thing, ready to be sent as JSON; nothing is stored."""
    made = create_challenge(
        ALGORITHM,
        COST,
        key_prefix=PREFIX,
        expires_at=int((now() + VALID).timestamp()),
        data={"action": action, "about": about},
        hmac_secret=_key(secret),
    )
    found: dict[str, Any] = made.to_dict()
    return found


def spend(payload: str, secret: str, action: str, about: str) -> bool:
    """Whether a browser solved a challenge for just this, in time, for the first time. Uses it up.

    To be called inside the write that it is for: what is rolled back was not used up.
    """
    found = _read(payload)
    if found is None or not _is_for(found.challenge, action, about):
        return False
    if not _holds(found, secret):
        return False
    return _use_up(str(found.challenge.signature))


def _read(payload: str) -> Payload | None:
    if not payload or len(payload) > LONGEST:
        return None
    try:
        return Payload.from_base64(payload)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_for(found: Challenge, action: str, about: str) -> bool:
    """Compared as what was signed: exactly these two, exactly our way to work, not yet over by our clock."""
    parameters = found.parameters
    ours = (ALGORITHM, COST, PREFIX, {"action": action, "about": about})
    theirs = (parameters.algorithm, parameters.cost, parameters.key_prefix, parameters.data)
    expires = parameters.expires_at
    return ours == theirs and isinstance(expires, int) and now().timestamp() < expires


def _holds(found: Payload, secret: str) -> bool:
    try:
        return bool(verify_solution(found, _key(secret)).verified)
    except (ValueError, TypeError, OverflowError):
        return False


def _use_up(signature: str) -> bool:
    """False where it was used before; of two at the same moment one gets through."""
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    key = hashlib.sha256(signature.encode()).hexdigest()
    statement = insert(SpentChallenge).values(key=key, ends_at=now() + VALID)
    once = statement.on_conflict_do_nothing(index_elements=["key"]).returning(SpentChallenge.id)
    return db.session.execute(once).scalar_one_or_none() is not None


def _key(secret: str) -> str:
    return json.dumps(["proof", secret])


def forget_spent() -> None:
    """Periodic: remove challenges that would be too old anyway."""
    db.session.execute(delete(SpentChallenge).where(SpentChallenge.ends_at < now()))
