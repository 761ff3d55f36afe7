"""Reading authorities."""

from sqlalchemy import select

from participation.kernel.db import db
from participation.tenants.models import LegalPage, Tenant


def tenant_at(slug: str) -> Tenant | None:
    """An authority by its address."""
    return db.session.scalar(select(Tenant).where(Tenant.slug == slug))


def slug_of(number: int) -> str | None:
    """The address of an authority by its number, none where it is gone."""
    return db.session.scalar(select(Tenant.slug).where(Tenant.id == number))


def tenants() -> list[Tenant]:
    """All authorities by name."""
    return list(db.session.scalars(select(Tenant).order_by(Tenant.name)))


def legal_page(tenant_id: int | None, key: str) -> LegalPage | None:
    """A legal page of an authority, or of the portal over all."""
    return db.session.scalar(select(LegalPage).where(LegalPage.tenant_id == tenant_id, LegalPage.key == key))


def legal_pages(tenant_id: int | None) -> frozenset[str]:
    """The keys of the legal pages that somebody has written."""
    return frozenset(db.session.scalars(select(LegalPage.key).where(LegalPage.tenant_id == tenant_id)))
