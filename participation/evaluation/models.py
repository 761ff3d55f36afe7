"""What the authority answers: a decision with its reason, for one contribution or several alike."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by

WHOLE = "argument_id IS NULL"


def whole(table: str, *columns: str) -> Index:
    """Once for a contribution as a whole; its arguments have rows of their own."""
    return Index(f"uq_{table}_whole", *columns, unique=True, sqlite_where=text(WHOLE), postgresql_where=text(WHOLE))


class Response(Base):
    """The answer to one contribution or to a group of them. Its words are in its versions.

    Public is the version `published_number`; where `number` is larger, a change waits for a second person.
    """

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("procedure"),
        Index(None, "procedure_id", "published_number", "id"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    published_number: Mapped[int | None]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    publish_on: Mapped[date | None]  # released: becomes public on this day
    released_number: Mapped[int | None]  # the version a second person released for that day
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    @property
    def waits(self) -> bool:
        """Whether its newest words are not public yet."""
        return self.published_number != self.number


class ResponseVersion(Base):
    """A state of an answer, and who wrote it."""

    __tablename__ = "response_version"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("response_id", "number"),
        owned_by("response"),
    )

    tenant_id: Mapped[int]
    response_id: Mapped[int]
    number: Mapped[int]
    decision: Mapped[str]  # one of services.DECISIONS
    source: Mapped[str]
    html: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]


class ResponseTo(Base):
    """What a response answers: a contribution as a whole, or one of its arguments; each has one answer."""

    __tablename__ = "response_to"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("argument_id"),
        whole("response_to", "contribution_id"),
        Index(None, "contribution_id"),
        owned_by("response"),
        owned_by("contribution"),
        owned_by("argument"),
        Index(None, "response_id"),
    )

    tenant_id: Mapped[int]
    response_id: Mapped[int]
    contribution_id: Mapped[int]
    argument_id: Mapped[int | None]
