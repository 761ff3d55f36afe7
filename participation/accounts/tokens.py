"""Links in mails. The row is made with the event; the link is signed when the mail is written, so no secret is stored."""

from datetime import timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from participation.accounts.models import Token
from participation.kernel.clock import now
from participation.kernel.db import db

VALID = {
    "confirm": timedelta(days=2),
    "log_in": timedelta(hours=1),
    "password": timedelta(hours=1),
    "change_email": timedelta(hours=24),
    "invite": timedelta(days=7),
    "subscribe": timedelta(days=7),
}


def issue_token(
    purpose: str, *, email: str, tenant_id: int | None, person_id: int | None = None, **data: Any
) -> Token:
    """A new link for a purpose; its time begins now."""
    token = Token(
        tenant_id=tenant_id,
        person_id=person_id,
        purpose=purpose,
        email=email,
        data=data,
        created_at=now(),
        expires_at=now() + VALID[purpose],
    )
    db.session.add(token)
    db.session.flush()
    return token


def sign(token: Token) -> str:
    """The part of the address that stands for a token."""
    return str(_signer().dumps(token.id))


def read_token(signed: str, tenant_id: int | None) -> Token | None:
    """The token behind an address, None unless it is genuine, unused, in time and of this tenant."""
    try:
        token = db.session.get(Token, int(_signer().loads(signed)))
    except (BadSignature, ValueError, TypeError):
        return None
    if token is None or token.tenant_id != tenant_id or token.used_at is not None or token.expires_at <= now():
        return None
    return token


def use_token(token: Token) -> None:
    """A link works once."""
    token.used_at = now()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="token")
