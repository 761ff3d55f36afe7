"""People, how they log in, what they agreed to. Public content never points here."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Person(Base):
    """An e-mail address that belongs to somebody, with or without a password. Known to the whole installation."""

    __tablename__ = "person"

    email: Mapped[str] = mapped_column(unique=True)  # normalised by `accounts.services.normalise_email`
    password_hash: Mapped[str | None]
    display_name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="de")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    is_operator: Mapped[bool] = mapped_column(Boolean, default=False)
    seen_at: Mapped[datetime | None]  # the last log-in
    told_inactive_at: Mapped[datetime | None]  # since when a mail says that the unused account will go

    @property
    def has_account(self) -> bool:
        """With a password it is an account; without, a confirmed address."""
        return self.password_hash is not None


class LoginSession(Base):
    """A log-in on one device. The cookie holds the key, this row its hash."""

    __tablename__ = "login_session"
    __table_args__ = (Index(None, "person_id"),)

    key_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    csrf: Mapped[str]
    device: Mapped[str] = mapped_column(default="")  # "Firefox, Windows": made from the header, not the header
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]  # when a second factor was shown; without it no staff role holds
    confirmed_at: Mapped[datetime | None]  # when the person last showed who they are; acts of weight ask again
    awaits_code: Mapped[bool] = mapped_column(Boolean, default=False)  # half a log-in: only the password was right
    challenge: Mapped[str] = mapped_column(default="")  # what a passkey has to sign, once; "" = nothing was asked
    challenged_at: Mapped[datetime | None]


class SecondFactor(Base):
    """What a person has beside the password: a key for one-time codes, encrypted with the secret of the server.

    `set_at` says since when there is a second factor of any kind: with passkeys alone `secret` is empty.
    """

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    secret: Mapped[str] = mapped_column(default="")  # "" = no app is set up
    offered: Mapped[str] = mapped_column(default="")  # shown, and not confirmed by a code yet
    last_counter: Mapped[int] = mapped_column(default=0)  # of the last code that was taken: none works twice
    set_at: Mapped[datetime | None]


class Passkey(Base):
    """A key that a device of the person keeps; we have its public half. It holds for one host name."""

    __tablename__ = "passkey"
    __table_args__ = (Index(None, "person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str]  # as the person calls it: "Diensttelefon"
    host: Mapped[str]  # browsers offer it there and nowhere else
    credential: Mapped[str] = mapped_column(unique=True)  # its number, base64url
    public_key: Mapped[str]  # base64url
    sign_count: Mapped[int] = mapped_column(default=0)  # counts up on devices that count; a step back is a copy
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes on paper, as a hash; it works once in place of the second factor."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class Token(Base):
    """A link that was sent by mail: signed with the secret key, valid once, for a while, for one tenant."""

    __tablename__ = "token"
    __table_args__ = (Index(None, "email", "created_at"),)

    tenant_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    purpose: Mapped[str]  # a key of `tokens.VALID`
    email: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A key with which a program of the person acts at one authority. Only its hash is kept."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), Index(None, "person_id"))

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str]  # what it is for, as the person calls it
    key_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Consent(Base):
    """What a person agreed to at an authority, in which version of the text, and when it was taken back."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "person_id"),)

    tenant_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    what: Mapped[str]
    text_version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Organisation(Base):
    """An organisation somebody says to write for, as that person named it, until staff verify it."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), UniqueConstraint("tenant_id", "named_by_id", "name"))

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    name: Mapped[str]
    verified_at: Mapped[datetime | None]


class OrganisationMember(Base):
    """An address whose owner drafts for an organisation an authority vouches for, or coordinates it."""

    __tablename__ = "organisation_member"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("organisation_id", "email"),
        owned_by("organisation"),
        Index(None, "email"),
    )

    tenant_id: Mapped[int]
    organisation_id: Mapped[int]
    email: Mapped[str]
    coordinates: Mapped[bool] = mapped_column(default=False)  # releases and submits what members draft
    added_at: Mapped[datetime]
