"""What can be found. The index returns ids; visibility is asked of the rows they name."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class SearchRow(Base):
    """One thing that can be found: a procedure, a part of a text, a contribution.

    Migration 0003 makes the full text index over `stems`; triggers and cascades keep it right.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("procedure_id", "key"),
        owned_by("procedure"),
        owned_by("activity"),
        owned_by("contribution"),
        Index(None, "contribution_id"),
        Index(None, "activity_id"),
        {"sqlite_autoincrement": True},
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    activity_id: Mapped[int | None]
    contribution_id: Mapped[int | None]
    kind: Mapped[str]  # procedure, text, contribution
    key: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    stems: Mapped[str]  # folded and stemmed, what is searched
    endpoint: Mapped[str] = mapped_column(default="")
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fragment: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]
