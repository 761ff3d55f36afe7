"""Who has which role, at a whole authority or at one procedure."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class RoleGrant(Base):
    """A role somebody was given; without a procedure it holds for the whole authority."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "person_id", "role", "procedure_id"),
        owned_by("procedure"),
        Index(None, "person_id"),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    procedure_id: Mapped[int | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str]
    granted_at: Mapped[datetime]


class Deputy(Base):
    """Somebody moderates for a colleague for some days, and gets the mails too."""

    __tablename__ = "deputy"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        Index(None, "deputy_id"),
        Index(None, "tenant_id", "ends_on"),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))  # who is away
    deputy_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    begins_on: Mapped[date]
    ends_on: Mapped[date]  # the last day
