"""Who wants to be told what happens in a procedure."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Subscription(Base):
    """A person (an address is enough) who wants mails about a procedure; counts once it is confirmed."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("procedure_id", "person_id"),
        owned_by("procedure"),
        Index(None, "person_id"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(unique=True)  # in the link that ends it
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
