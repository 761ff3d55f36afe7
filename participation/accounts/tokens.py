"""Links in mails. The row is made with the event, the link signed when the mail is written: no secret is stored."""

from datetime import timedelta
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select, update

from participation.accounts.models import Token
from participation.kernel.clock import now
from participation.kernel.db import db, is_sqlite
from participation.kernel.keys import for_signing
from participation.kernel.refusal import Refused

VALID = {
    "confirm": timedelta(days=2),
    "log_in": timedelta(hours=1),
    "password": timedelta(hours=1),
    "change_email": timedelta(hours=24),
    "invite": timedelta(days=7),
    "subscribe": timedelta(days=7),
    "erase": timedelta(hours=1),
}
INTO_ACCOUNT = ("confirm", "log_in", "password", "change_email", "erase")
MAILS_PER_HOUR = 3  # to one address, over all flows


class Link(NamedTuple):
    """What a link that was just used up said."""

    number: int
    purpose: str
    email: str
    person_id: int | None
    tenant_id: int | None
    data: dict[str, Any]


class LinkOver(Refused):
    """A link was used before, is too old, or was not made for this place."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_l("Dieser Link gilt nicht mehr. Bitte fordern Sie einen neuen an."))


def issue_token(purpose: str, *, email: str, tenant_id: int | None, person_id: int | None = None, **data: Any) -> Token:
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


def may_mail(email: str) -> bool:
    """Whether one more link may be sent to an address: at most three in an hour. Asked inside the write."""
    if not is_sqlite():  # SQLite writes one at a time; here the same address waits for itself
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(email))))
    recent = select(func.count()).where(Token.email == email, Token.created_at > now() - timedelta(hours=1))
    return (db.session.scalar(recent) or 0) < MAILS_PER_HOUR


def sign(token: Token) -> str:
    """The part of the address that stands for a token."""
    return str(_signer().dumps(token.id))


def read_token(signed: str, tenant_id: int | None, *purposes: str) -> Token | None:
    """The token behind an address, None unless it is genuine, unused, in time, of this tenant and for this purpose."""
    number = _number(signed)
    token = db.session.get(Token, number) if number is not None else None
    return token if token is not None and _holds(token, tenant_id, purposes) else None


def take_token(signed: str, tenant_id: int | None, *purposes: str) -> Link:
    """Use a link up. Raises LinkOver; of two that come at the same time only one gets through."""
    number = _number(signed)
    query = select(Token).where(Token.id == number).with_for_update().execution_options(populate_existing=True)
    token = db.session.scalar(query) if number is not None else None
    if token is None or not _holds(token, tenant_id, purposes):
        raise LinkOver
    link = Link(token.id, token.purpose, token.email, token.person_id, token.tenant_id, dict(token.data))
    use_token(token)
    return link


def use_token(token: Token) -> None:
    """A link works once; a hash it carried is not kept."""
    token.used_at = now()
    token.data = {name: value for name, value in token.data.items() if name != "password_hash"}


def use_up_tokens(email: str) -> None:
    """Let the open links that lead into an account end, because it changed hands or password."""
    open_ones = update(Token).where(Token.email == email, Token.used_at.is_(None), Token.purpose.in_(INTO_ACCOUNT))
    db.session.execute(open_ones.values(used_at=now(), data={}), execution_options={"synchronize_session": False})


def _holds(token: Token, tenant_id: int | None, purposes: tuple[str, ...]) -> bool:
    fits = token.tenant_id == tenant_id and (not purposes or token.purpose in purposes)
    return fits and token.used_at is None and token.expires_at > now()


def _number(signed: str) -> int | None:
    try:
        return int(_signer().loads(signed))
    except (BadSignature, ValueError, TypeError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(for_signing(), salt="token")
