"""What case workers did with many contributions in one go, and the views of the work list they saved."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class CaseBatch(Base):
    """What a case worker did in one go with one or many contributions; until `until` it can be taken back."""

    __tablename__ = "case_batch"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), owned_by("procedure"), Index(None, "actor_id", "id"))

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    act: Mapped[str]  # assign, take_away, tag, untag, work, district
    acts: Mapped[int] = mapped_column(default=0)  # contributions that changed
    left: Mapped[int] = mapped_column(default=0)  # chosen, but so already, or no longer to be changed
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    until: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class CaseAct(Base):
    """What a batch changed of one contribution: how it was, and how it is since."""

    __tablename__ = "case_act"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("case_batch", "batch_id"),
        owned_by("contribution"),
        Index(None, "batch_id"),
        Index(None, "contribution_id"),
    )

    tenant_id: Mapped[int]
    batch_id: Mapped[int]
    contribution_id: Mapped[int]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


class SavedView(Base):
    """Filters and order of the work list under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("procedure"),
        Index(None, "procedure_id", "person_id"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))  # null = for all
    title: Mapped[str]
    query: Mapped[dict[str, Any]]  # arguments of the address
