"""Who may take part, written down: lists of people, access codes, and the browsers of those without an account."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class PersonList(Base):
    """A named list kept with a procedure: people (members), organisations (institutions) or access codes (codes)."""

    __tablename__ = "person_list"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("procedure_id", "name"),
        owned_by("procedure"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]  # a key of `lists.KINDS`
    created_at: Mapped[datetime]


class ListEntry(Base):
    """An address on a list; whoever has confirmed it is on the list."""

    __tablename__ = "list_entry"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("list_id", "email"),
        owned_by("person_list", "list_id"),
        Index(None, "email"),
    )

    tenant_id: Mapped[int]
    list_id: Mapped[int]
    email: Mapped[str]  # normalised by `accounts.services.normalise_email`
    name: Mapped[str] = mapped_column(default="")  # as staff know the person or the organisation
    added_at: Mapped[datetime]


class AccessCode(Base):
    """A code that was handed out on paper. Only its keyed hash is kept; used, it is one participant."""

    __tablename__ = "access_code"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "code_hash"),
        UniqueConstraint("list_id", "number"),
        owned_by("person_list", "list_id"),
    )

    tenant_id: Mapped[int]
    list_id: Mapped[int]
    number: Mapped[int]  # printed beside the code, so that staff can revoke it
    code_hash: Mapped[str]
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"))
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class GuestSession(Base):
    """A browser in which somebody without an account goes on: by edit link or by code. The cookie holds the key."""

    __tablename__ = "guest_session"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("participant"),
        Index(None, "participant_id"),
    )

    tenant_id: Mapped[int]
    participant_id: Mapped[int]
    key_hash: Mapped[str] = mapped_column(unique=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
