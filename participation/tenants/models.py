"""Authorities: their portal, look, switched-on modules, legal pages."""

from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base

LEGAL_PAGES = ("imprint", "privacy", "rules", "accessibility", "help", "contact")


class Tenant(Base):
    """An authority with its own portal."""

    __tablename__ = "tenant"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="town")  # ministry, district, town
    claim: Mapped[str] = mapped_column(default="")
    host: Mapped[str | None] = mapped_column(unique=True)
    colour: Mapped[str] = mapped_column(default="#00538a")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # re-encoded on the way in
    logo_hash: Mapped[str] = mapped_column(default="")  # part of its address; "" = no logo
    logo_alt: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    modules: Mapped[list[str]] = mapped_column(default=list)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)

    def has_switched_on(self, module: str) -> bool:
        """Whether new activities of this module may be made here."""
        return module in self.modules


class LegalPage(Base):
    """A page that law or courtesy asks for; tenant_id is null for the portal over all authorities."""

    __tablename__ = "legal_page"
    __table_args__ = (UniqueConstraint("tenant_id", "key"),)

    tenant_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    key: Mapped[str]  # one of LEGAL_PAGES
    source: Mapped[str]
    html: Mapped[str]
