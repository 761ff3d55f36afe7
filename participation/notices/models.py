"""Who wants to be told what, up to when they were told, and what became of each mail."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.clock import now
from participation.kernel.db import Base, owned_by

AT_ONCE, DAILY, WEEKLY = "at_once", "daily", "weekly"
RHYTHMS = (AT_ONCE, DAILY, WEEKLY)
WHOLE = "activity_id IS NULL AND contribution_id IS NULL"


class Subscription(Base):
    """A person (an address is enough) who wants mails about a procedure, a format of it or one contribution.

    Counts once it is confirmed.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("activity_id", "person_id"),
        UniqueConstraint("contribution_id", "person_id"),
        owned_by("procedure"),
        owned_by("activity"),
        owned_by("contribution"),
        Index(
            "uq_subscription_whole",
            "procedure_id",
            "person_id",
            unique=True,
            sqlite_where=text(WHOLE),
            postgresql_where=text(WHOLE),
        ),
        Index(None, "procedure_id", "id"),
        Index(None, "person_id"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    activity_id: Mapped[int | None]  # neither: the whole procedure
    contribution_id: Mapped[int | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    rhythm: Mapped[str] = mapped_column(default=AT_ONCE, server_default=AT_ONCE)
    told_at: Mapped[datetime] = mapped_column(default=now)  # what happened until then was in a digest, or needs none
    key: Mapped[str] = mapped_column(unique=True)  # in the link that ends it
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class MailKey(Base):
    """What stands in the mails of an authority to a person, and opens everything they follow there."""

    __tablename__ = "mail_key"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), UniqueConstraint("tenant_id", "person_id"))

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(unique=True)


class Digest(Base):
    """The digest of a person for a day: there is one row, so there is one mail."""

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "rhythm", "day", "person_id"),
        Index(None, "person_id"),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    rhythm: Mapped[str]
    day: Mapped[date]
    until: Mapped[datetime]  # tells what happened before


class Mailing(Base):
    """A mail that went, or should have gone, to a person about a procedure."""

    __tablename__ = "mailing"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("delivery_id", "procedure_id"),
        owned_by("procedure"),
        owned_by("contribution"),
        Index(None, "procedure_id", "state", "id"),
        Index(None, "contribution_id", "purpose"),
        Index(None, "person_id"),
        Index(None, "tried_at"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("event_delivery.id", ondelete="CASCADE"))
    purpose: Mapped[str]  # the handler that wrote it: "answered", "digest", …
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    contribution_id: Mapped[int | None]
    recipient: Mapped[str]  # shortened: "an…@beispiel.de"
    state: Mapped[str]  # sending, sent, waiting (will be tried again), failed, unclear
    answer: Mapped[str] = mapped_column(default="")  # of the mail server, without addresses
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
