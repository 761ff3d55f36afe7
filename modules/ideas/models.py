"""The categories of a collection. An idea itself is a contribution; its category is its place there."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Category(Base):
    """A kind of ideas: its sign on the map differs in colour and in shape."""

    __tablename__ = "ideas__category"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("activity_id", "key"),
        owned_by("activity"),
    )

    tenant_id: Mapped[int]
    activity_id: Mapped[int]
    key: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    colour: Mapped[str]  # one of `signs.COLOURS`
    shape: Mapped[str]  # one of `signs.SHAPES`
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="SET NULL"))  # who is asked
