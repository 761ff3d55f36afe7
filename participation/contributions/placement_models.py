"""Where contributions stand in each new version of a text."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Placement(Base):
    """What became of a contribution's place when a text got a new version; `contribution.place` is where it is now."""

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("contribution_id", "version_id"),
        owned_by("contribution"),
        owned_by("document_version", "version_id"),
        Index(None, "version_id", "fate"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    version_id: Mapped[int]  # the new one
    place_before: Mapped[str]
    place: Mapped[str]
    fate: Mapped[str]  # carried, moved, orphaned
    passage: Mapped[bool] = mapped_column(default=True)  # whether its words still stand there
    by_hand: Mapped[bool] = mapped_column(default=False)  # staff moved it
