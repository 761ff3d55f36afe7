"""Reading people."""

import hashlib

from sqlalchemy import select

from participation.accounts.models import Person, Token
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.tenants.queries import legal_page


def person_by_email(email: str) -> Person | None:
    """The person an address (normalised) belongs to."""
    return db.session.scalar(select(Person).where(Person.email == email))


def address_asked_for(draft_key: str) -> str | None:
    """The address to which the newest link for a draft went, None without one that still holds."""
    holds = (Token.purpose == "log_in", Token.used_at.is_(None), Token.expires_at > now())
    query = select(Token.email).where(*holds, Token.data["draft"].as_string() == draft_key)
    return db.session.scalar(query.order_by(Token.id.desc()).limit(1))


def person_at(person_id: int | None) -> Person | None:
    """A person by number; None when the account was deleted."""
    return db.session.get(Person, person_id) if person_id is not None else None


def rules_version(tenant_id: int | None) -> str:
    """Which text of the rules of use holds at an authority: a hash of the page, "" where nobody has written one."""
    page = legal_page(tenant_id, "rules") or legal_page(None, "rules")
    return hashlib.sha256(page.source.encode()).hexdigest() if page else ""
