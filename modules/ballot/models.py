"""Questions and their options. What people chose is in the urn of the core."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Question(Base):
    """One question of a ballot; its key stays when the order changes."""

    __tablename__ = "ballot__question"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("activity_id", "key"),
        owned_by("activity"),
    )

    tenant_id: Mapped[int]
    activity_id: Mapped[int]
    key: Mapped[str]  # "q1"
    position: Mapped[int]
    kind: Mapped[str]  # yes_no_abstain, single, several
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")  # the explanation as it was typed
    html: Mapped[str] = mapped_column(default="")
    most: Mapped[int] = mapped_column(default=1)  # how many options may be chosen


class Option(Base):
    """One thing to choose; yes, no and abstain need no rows."""

    __tablename__ = "ballot__option"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("question_id", "key"),
        owned_by("ballot__question", "question_id"),
        Index(None, "origin_id"),
    )

    tenant_id: Mapped[int]
    question_id: Mapped[int]
    key: Mapped[str]  # "o1"
    position: Mapped[int]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("contribution.id", ondelete="SET NULL"))  # passed on
