"""Reading people."""

import hashlib

from sqlalchemy import select

from participation.accounts.models import Person
from participation.kernel.db import db
from participation.tenants.queries import legal_page


def person_by_email(email: str) -> Person | None:
    """The person an address (normalised) belongs to."""
    return db.session.scalar(select(Person).where(Person.email == email))


def person_at(person_id: int | None) -> Person | None:
    """A person by number; None when the account was deleted."""
    return db.session.get(Person, person_id) if person_id is not None else None


def rules_version(tenant_id: int | None) -> str:
    """Which text of the rules of use holds at an authority: a hash of the page, "" where nobody has written one."""
    page = legal_page(tenant_id, "rules") or legal_page(None, "rules")
    return hashlib.sha256(page.source.encode()).hexdigest() if page else ""
