"""What staff recorded of contributions that came by letter, by telephone, on site."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Intake(Base):
    """What staff recorded of a contribution that came in otherwise: who sent it, what they agreed to, the original.

    Never public. Name and address are those on the letter; the participant beside it stays a pseudonym.
    """

    __tablename__ = "intake"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("contribution_id"),
        owned_by("contribution"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime]
    sender_name: Mapped[str] = mapped_column(default="")
    sender_address: Mapped[str] = mapped_column(default="")  # postal, several lines
    sender_email: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")  # shown beside the name, where the sender agreed to that
    consent: Mapped[str] = mapped_column(default="none")  # none (for the file only), text, text_and_name
    file_reference: Mapped[str] = mapped_column(default="")  # of the paper file
    stored_name: Mapped[str | None] = mapped_column(unique=True)  # a scan
    file_name: Mapped[str] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    answered_on_paper_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)  # raised by each correction
