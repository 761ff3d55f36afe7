"""Personal tokens: a program acts for a person at one authority, under the same rules as on its pages."""

import secrets
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from participation.accounts.models import ApiToken, Person
from participation.accounts.sessions import hash_of
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.refusal import Invalid
from participation.kernel.text import normalise_name

VALID = timedelta(days=365)
MOST = 20  # of a person
LONGEST = 80  # characters of a name
BEGINS = "bp_"  # so that a key found somewhere is known for what it is


def make_token(person: Person, tenant_id: int, name: str) -> str:
    """A new key for an authority, valid for a year; it is shown once. Raises Invalid."""
    called = normalise_name(name).strip()
    if not 0 < len(called) <= LONGEST:
        raise Invalid(_l("Bitte sagen Sie in höchstens 80 Zeichen, wozu der Schlüssel dient."), field="name")
    if len(tokens_of(person.id)) >= MOST:
        raise Invalid(
            _l("Sie haben schon %(most)s Schlüssel. Bitte löschen Sie zuerst einen.", most=MOST), field="name"
        )
    key, at = BEGINS + secrets.token_urlsafe(32), now()
    db.session.add(
        ApiToken(
            tenant_id=tenant_id,
            person_id=person.id,
            name=called,
            key_hash=hash_of(key),
            created_at=at,
            expires_at=at + VALID,
        )
    )
    db.session.flush()
    return key


def tokens_of(person_id: int, tenant_id: int | None = None) -> list[ApiToken]:
    """The keys of a person that are valid, the newest first; without a tenant at all authorities."""
    query = select(ApiToken).where(ApiToken.person_id == person_id, ApiToken.expires_at > now())
    query = query.where(ApiToken.tenant_id == tenant_id) if tenant_id is not None else query
    return list(db.session.scalars(query.order_by(ApiToken.id.desc())))


def end_token(person_id: int, token_id: int) -> None:
    """Make a key of a person worthless at once."""
    db.session.execute(delete(ApiToken).where(ApiToken.person_id == person_id, ApiToken.id == token_id))


def holder_of(key: str) -> tuple[ApiToken, Person] | None:
    """Whose key it is; None where it is unknown, over, or its person is shut out."""
    query = select(ApiToken, Person).join(Person, Person.id == ApiToken.person_id)
    query = query.where(ApiToken.key_hash == hash_of(key), ApiToken.expires_at > now(), Person.blocked_at.is_(None))
    found = db.session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None
