"""Reports set priority, a human hides. Every act has a row with its reason."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Report(Base):
    """Somebody says that a contribution breaks the rules."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("contribution"),
        Index(None, "contribution_id"),
        Index(None, "tenant_id", "closed_at", "id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")  # only if the reporting person wants an answer
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class BarrierReport(Base):
    """Somebody could not use a page. Goes to the authority; for the central portal tenant_id is null."""

    __tablename__ = "barrier_report"
    __table_args__ = (Index(None, "tenant_id", "closed_at", "id"),)

    tenant_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    page: Mapped[str]
    note: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ModerationAct(Base):
    """What a moderator did with a contribution, and why; the person may leave, the act stays."""

    __tablename__ = "moderation_act"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("contribution"),
        Index(None, "contribution_id", "id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    act: Mapped[str]  # publish, hide, restore, close_reports
    reason: Mapped[str] = mapped_column(default="")  # a code of `reason.*`
    sentence: Mapped[str] = mapped_column(default="")  # on this case
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
