"""The steps that were taken: what an event may not hold, above all the reason."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class StepTaken(Base):
    """One step of the life cycle, by a person or (without an actor) by the clock. Written once, never changed."""

    __tablename__ = "step_taken"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("procedure"),
        Index(None, "procedure_id", "id"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    transition: Mapped[str]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(default="")
    ends_local: Mapped[str] = mapped_column(default="")  # the new end, for extend and reopen
    resumes_on: Mapped[date | None]
    content: Mapped[dict[str, Any] | None]  # the procedure as it was submitted or released, for the next review
