"""Rows of the furnished desk: questions to authors, marks of what is answered elsewhere, who got the digest."""

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Inquiry(Base):
    """A question of the authority to an author, and the answer. Both belong to the case and are never public."""

    __tablename__ = "inquiry"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("contribution"),
        Index(None, "contribution_id", "id"),
        Index(None, "tenant_id", "closed_at", "id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    question: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class AnsweredMark(Base):
    """A contribution is answered elsewhere: one sentence, and where to read it. Public until it is taken off."""

    __tablename__ = "answered_mark"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("contribution"),
        Index(None, "contribution_id", "id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    act_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_act.id", ondelete="SET NULL"))
    sentence: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")  # of the contribution that answers it
    url: Mapped[str] = mapped_column(default="")  # or an address
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class WorkDigest(Base):
    """Whether a moderator wants a mail a day about what waits at an authority, and the day of the last one."""

    __tablename__ = "work_digest"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), UniqueConstraint("tenant_id", "person_id"))

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    off: Mapped[bool] = mapped_column(Boolean, default=False)
    sent_on: Mapped[date | None]
