"""Outputs: files made of a procedure by the worker, and how far it is with them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Output(Base):
    """A file that somebody asked for. The row stays when the file is gone: it tells who took what, and why."""

    __tablename__ = "output"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("procedure"),
        Index(None, "procedure_id", "id"),
        Index(None, "expires_at"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    kind: Mapped[str]  # one of kinds.KINDS
    format: Mapped[str]
    names: Mapped[str]  # one of kinds.NAMES
    reason: Mapped[str] = mapped_column(default="")  # why names leave the platform; typed by whoever asked
    state: Mapped[str] = mapped_column(default="waiting")  # waiting, running, done, failed, expired
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))  # null = the clock
    asked_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)  # also says whose turn it is: an older turn finishes nothing
    started_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)  # contributions so far
    total: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    sentence: Mapped[str] = mapped_column(default="")  # why it failed
    stored_name: Mapped[str | None] = mapped_column(unique=True)
    size: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(default="")  # SHA-256 of the file
    expires_at: Mapped[datetime | None]
    offered: Mapped[bool] = mapped_column(default=False)  # to everybody, beside the published result
    seen: Mapped[int] = mapped_column(default=0)  # version of what the procedure shows, when it was made
