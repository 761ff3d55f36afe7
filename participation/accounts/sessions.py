"""Log-ins: a random key in the cookie, its hash in the database, revocable one by one."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from participation.accounts.models import LoginSession, Person
from participation.kernel import readonly
from participation.kernel.clock import now
from participation.kernel.db import db, ledger

IDLE = timedelta(hours=2)
IDLE_STAFF = timedelta(minutes=30)
LONGEST = timedelta(hours=24)
LONGEST_STAFF = timedelta(hours=10)
UNTIL_CODE = timedelta(minutes=15)
TASK = timedelta(minutes=5)  # how long a passkey may take to answer
SEEN_EVERY = timedelta(minutes=1)


def open_session(
    person: Person, *, device: str, staff: bool, proven: bool = False, awaits_code: bool = False
) -> tuple[str, str]:
    """Begin a log-in. Returns the key for the cookie (256 bits) and the CSRF value bound to it.

    `proven`: a second factor was shown. `awaits_code`: it still has to be; until then nobody is logged in.
    """
    key, csrf, at = secrets.token_urlsafe(32), secrets.token_hex(32), now()
    person.seen_at, person.told_inactive_at = at, None
    row = LoginSession(
        key_hash=hash_of(key),
        person_id=person.id,
        csrf=csrf,
        device=device,
        created_at=at,
        seen_at=at,
        ends_at=at + (UNTIL_CODE if awaits_code else LONGEST_STAFF if staff else LONGEST),
        proven_at=at if proven else None,
        confirmed_at=None if awaits_code else at,
        awaits_code=awaits_code,
    )
    db.session.add(row)
    db.session.flush()
    return key, csrf


def session_for(key: str) -> tuple[LoginSession, Person] | None:
    """The log-in a cookie stands for, with its person; None when it ended, was idle too long, or is blocked."""
    query = select(LoginSession, Person).join(Person, Person.id == LoginSession.person_id)
    found = db.session.execute(query.where(LoginSession.key_hash == hash_of(key))).one_or_none()
    if found is None:
        return None
    row, person = found
    at = now()
    idle = IDLE_STAFF if row.ends_at - row.created_at <= LONGEST_STAFF else IDLE
    if row.ends_at <= at or row.seen_at + idle <= at or person.blocked_at is not None:
        return None
    return row, person


def note_seen(row: LoginSession) -> None:
    """Write down that a log-in is in use, at most once a minute, in its own transaction; not in read-only mode."""
    at = now()
    if row.seen_at + SEEN_EVERY <= at and not readonly.is_on():
        with ledger() as connection:
            connection.execute(update(LoginSession).where(LoginSession.id == row.id).values(seen_at=at))


def confirm_with(key: str) -> str:
    """Write down that the person showed just now who they are. Returns the new key of this log-in; the old is dead."""
    fresh = secrets.token_urlsafe(32)
    _note(key, confirmed_at=now(), key_hash=hash_of(fresh))
    return fresh


def set_task(key: str, challenge: str) -> None:
    """Remember what a passkey has to sign in this log-in; a task of before is void."""
    _note(key, challenge=challenge, challenged_at=now())


def take_task(key: str) -> str:
    """The task of this log-in, used up; "" where there is none, or it is too old."""
    this = (LoginSession.key_hash == hash_of(key), LoginSession.challenge != "")
    query = select(LoginSession.challenge).where(*this, LoginSession.challenged_at > now() - TASK)
    found = db.session.scalar(query.with_for_update())
    _note(key, challenge="", challenged_at=None)
    return found or ""


def _note(key: str, **values: Any) -> None:
    db.session.execute(update(LoginSession).where(LoginSession.key_hash == hash_of(key)).values(**values))


def sessions_of(person_id: int) -> list[LoginSession]:
    """Where a person is logged in, latest use first."""
    whole = (LoginSession.awaits_code.is_(False), LoginSession.ends_at > now())
    query = select(LoginSession).where(LoginSession.person_id == person_id, *whole)
    return list(db.session.scalars(query.order_by(LoginSession.seen_at.desc())))


def end_session(person_id: int, session_id: int) -> None:
    """End one log-in of a person."""
    db.session.execute(delete(LoginSession).where(LoginSession.person_id == person_id, LoginSession.id == session_id))


def end_session_with(key: str) -> None:
    """End the log-in a cookie stands for: a copied cookie is dead too."""
    db.session.execute(delete(LoginSession).where(LoginSession.key_hash == hash_of(key)))


def end_sessions(person_id: int, *, but: str | None = None) -> None:
    """End all log-ins of a person, except the one whose key is given."""
    statement = delete(LoginSession).where(LoginSession.person_id == person_id)
    if but is not None:
        statement = statement.where(LoginSession.key_hash != hash_of(but))
    db.session.execute(statement)


def hash_of(key: str) -> str:
    """SHA-256 of a key, hex. The key has 256 random bits, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()
