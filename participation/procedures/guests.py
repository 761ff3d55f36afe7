"""Guests: participants without a person. An edit link or an access code is all they have."""

import hmac
import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from participation.accounts.sessions import hash_of
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.procedures.audience_models import GuestSession
from participation.procedures.models import Participant, Procedure
from participation.procedures.participants import join

LASTS = timedelta(hours=4)


def edit_key(secret: str, draft_key: str, cookie: str) -> str:
    """The secret part of an edit link: known only to the browser that sent, the same when it sends once more."""
    named = f"edit|{len(draft_key)}|{draft_key}|{cookie}"
    return hmac.new(secret.encode(), named.encode(), "sha256").hexdigest()[:43]


def join_as_guest(procedure: Procedure, key: str, organisation_name: str = "") -> Participant:
    """A new guest, found again by the edit key alone; only its hash is stored."""
    return join(procedure, identity="form_token", token_hash=hash_of(key), organisation_name=organisation_name)


def guest_with(procedure_id: int, key: str) -> Participant | None:
    """The guest an edit link stands for."""
    here = (Participant.procedure_id == procedure_id, Participant.token_hash == hash_of(key))
    return db.session.scalar(select(Participant).where(*here))


def open_guest_session(guest: Participant) -> tuple[str, str]:
    """Let a browser go on as a guest for four hours. Returns the key for the cookie and its CSRF value."""
    key, csrf = secrets.token_urlsafe(32), secrets.token_hex(32)
    db.session.add(
        GuestSession(
            tenant_id=guest.tenant_id,
            participant_id=guest.id,
            key_hash=hash_of(key),
            csrf=csrf,
            created_at=now(),
            ends_at=now() + LASTS,
        )
    )
    db.session.flush()
    return key, csrf


def guest_for(key: str) -> tuple[GuestSession, Participant] | None:
    """The guest a cookie stands for; None when the session is over."""
    query = select(GuestSession, Participant).join(Participant, Participant.id == GuestSession.participant_id)
    query = query.where(GuestSession.key_hash == hash_of(key), GuestSession.ends_at > now())
    found = db.session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def end_guest_session(key: str) -> None:
    """End the session a cookie stands for."""
    db.session.execute(delete(GuestSession).where(GuestSession.key_hash == hash_of(key)))


def end_guest_sessions(participant_id: int) -> None:
    """End all sessions of a guest, because the code was revoked."""
    db.session.execute(delete(GuestSession).where(GuestSession.participant_id == participant_id))
