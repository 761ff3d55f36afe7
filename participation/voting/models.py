"""The urn of the level "open": each ballot with its participant, so that it can be changed until the end."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from participation.kernel.db import Base, owned_by


class Ballot(Base):
    """What one participant chose in one vote. Only `urn.py` reads the choices of others, and only after the end."""

    __tablename__ = "voting_ballot"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "receipt"),
        UniqueConstraint("activity_id", "participant_id"),
        owned_by("activity"),
        owned_by("phase"),
        owned_by("participant"),
        Index(None, "participant_id"),
        Index(None, "phase_id"),
    )

    tenant_id: Mapped[int]
    activity_id: Mapped[int]
    phase_id: Mapped[int]  # the phase in which it was cast first
    participant_id: Mapped[int]
    choices: Mapped[dict[str, Any]]  # as the module reads them; the core does not look inside
    receipt: Mapped[str]  # random: says that, never how somebody voted
    identity: Mapped[str]  # the way of identity that was used
    cast_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
