"""What participants add: text with versions, place, thread, ratings, drafts, attachments."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from participation.contributions.text_keys import key_of_row, text_key
from participation.kernel.db import Base, owned_by

ROOTS = "parent_id IS NULL"


def _thread_index(name: str, *columns: str) -> Index:
    """An index over first comments, of a place or of a whole activity, in one of the orders they are listed in."""
    return Index(
        f"ix_contribution_{name}",
        "activity_id",
        *columns,
        "id",
        sqlite_where=text(ROOTS),
        postgresql_where=text(ROOTS),
    )


class Contribution(Base):
    """Something a participant added. A reply has a parent; a first comment on a text has a place and an anchor."""

    __tablename__ = "contribution"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "reference"),
        owned_by("procedure"),
        owned_by("activity"),
        owned_by("phase"),
        owned_by("participant"),
        owned_by("contribution", "parent_id"),
        _thread_index("newest", "place", "created_at"),
        _thread_index("discussed", "place", "replies"),
        _thread_index("agreed", "place", "score"),
        _thread_index("most_discussed", "replies"),
        _thread_index("most_agreed", "score"),
        Index(None, "activity_id", "created_at", "id"),
        Index(None, "parent_id", "number"),
        Index(None, "root_id", "path"),
        Index(None, "participant_id"),
        Index(None, "procedure_id", "state", "id"),
        Index(None, "procedure_id", "text_key"),
        Index(None, "procedure_id", "place"),
        Index(None, "procedure_id", "district"),
        Index(None, "merged_into_id"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    activity_id: Mapped[int]
    phase_id: Mapped[int]
    participant_id: Mapped[int]
    type: Mapped[str]  # "text.comment"; a module's own table shares the id
    parent_id: Mapped[int | None]
    root_id: Mapped[int | None]  # the first comment of the thread; null for that one itself
    path: Mapped[str] = mapped_column(default="")  # numbers of the ancestors and the own one, sortable
    depth: Mapped[int] = mapped_column(default=0)
    number: Mapped[int] = mapped_column(default=0)  # among the answers to its parent, from 1
    place: Mapped[str] = mapped_column(default="")  # node key; "" = the whole
    reference: Mapped[str]  # "AB3DE-7XK2M", on the receipt
    title: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    text_key: Mapped[str] = mapped_column(default=key_of_row, server_default="")  # the same for the same words
    html: Mapped[str]
    language: Mapped[str] = mapped_column(default="de")
    state: Mapped[str] = mapped_column(default="published")  # pending published hidden withdrawn merged filed removed
    held_for: Mapped[str] = mapped_column(default="", server_default="")  # codes of `pace.REASONS`: why it waited
    late: Mapped[bool] = mapped_column(Boolean, default=False)
    redacted: Mapped[bool] = mapped_column(Boolean, default=False)
    work: Mapped[str] = mapped_column(default="new")
    decision: Mapped[str] = mapped_column(default="", server_default="")  # of the public answer; "" = none yet
    intake_channel: Mapped[str] = mapped_column(default="web")
    district: Mapped[str] = mapped_column(default="", server_default="")  # as staff say it; "" = not known
    identity: Mapped[str]  # the way used: email, account
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("contribution.id", ondelete="SET NULL"))
    received_at: Mapped[datetime]
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    versions: Mapped[int] = mapped_column(default=1)
    replies: Mapped[int] = mapped_column(default=0)  # shown: all below a first comment, the direct ones below an answer
    children: Mapped[int] = mapped_column(default=0)  # direct ones, whatever their state
    attachments: Mapped[int] = mapped_column(default=0)  # so that lists need not count
    agree: Mapped[int] = mapped_column(default=0)
    neutral: Mapped[int] = mapped_column(default=0)
    disagree: Mapped[int] = mapped_column(default=0)
    imported: Mapped[int] = mapped_column(default=0, server_default="0")  # a sum from elsewhere, without voters
    score: Mapped[int] = mapped_column(default=0)  # agree − disagree (of points: their sum), and what was imported

    @validates("source")
    def _follow(self, _name: str, source: str) -> str:
        self.text_key = text_key(source)
        return source


class ContributionVersion(Base):
    """A state of the text with its own salted hash and time."""

    __tablename__ = "contribution_version"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("contribution_id", "number"),
        owned_by("contribution"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    salt: Mapped[str]
    text_hash: Mapped[str]  # SHA-256 over salt, title and text
    at: Mapped[datetime]


class Anchor(Base):
    """The passage a contribution speaks of, inside the node of its place."""

    __tablename__ = "anchor"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("contribution_id"),
        owned_by("contribution"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("document_version.id", ondelete="SET NULL"))
    node_key: Mapped[str]
    start: Mapped[int]  # code points of the node's NFC text
    end: Mapped[int]
    exact: Mapped[str]
    prefix: Mapped[str]
    suffix: Mapped[str]


class RatingRow(Base):
    """What a participant thinks of a contribution: agree, neutral, disagree."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("contribution_id", "participant_id"),
        owned_by("contribution"),
        owned_by("participant"),
        owned_by("phase"),
        Index(None, "participant_id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    participant_id: Mapped[int]
    phase_id: Mapped[int]
    value: Mapped[str]
    identity: Mapped[str]
    at: Mapped[datetime]


class PlaceCount(Base):
    """How many contributions are shown at a place; place `*` is the whole activity."""

    __tablename__ = "place_count"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("activity_id", "place"),
        owned_by("activity"),
    )

    tenant_id: Mapped[int]
    activity_id: Mapped[int]
    place: Mapped[str]
    shown: Mapped[int] = mapped_column(default=0)


class Draft(Base):
    """Typed and not sent. Found by its cookie, or by the person once there is one."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("activity"),
        Index(None, "person_id"),
        Index(None, "expires_at"),
    )

    tenant_id: Mapped[int]
    activity_id: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)  # part of its address, and the form key of the sending
    cookie_hash: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    type: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[int | None]
    fields: Mapped[dict[str, Any]]  # text, quote, organisation, …
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"))
    handed_over_at: Mapped[datetime | None]  # to those who coordinate the organisation: they submit it
    note: Mapped[str] = mapped_column(default="", server_default="")  # of who gave it back
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class DraftFile(Base):
    """A file added to a draft; it goes with the draft, and becomes an `Attachment` when that is sent."""

    __tablename__ = "draft_file"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), owned_by("draft"), Index(None, "draft_id"))

    tenant_id: Mapped[int]
    draft_id: Mapped[int]
    stored_name: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]  # bytes
    alternative: Mapped[str] = mapped_column(default="")


class FormKey(Base):
    """A form that was sent, and what came of it: the same form sent twice counts once."""

    __tablename__ = "form_key"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), owned_by("contribution"), Index(None, "at"))

    tenant_id: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    body_hash: Mapped[str]
    contribution_id: Mapped[int | None]  # none for a form that makes no contribution
    at: Mapped[datetime]


class Attachment(Base):
    """A file added to a contribution; the bytes lie in the file store under `stored_name`."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), owned_by("contribution"), Index(None, "contribution_id"))

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    stored_name: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    alternative: Mapped[str] = mapped_column(default="")
