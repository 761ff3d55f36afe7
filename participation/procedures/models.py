"""Procedure, activity, phase, participant: who may take part in what, and when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.kernel.db import Base, owned_by
from participation.tenants.models import Tenant


class Procedure(Base):
    """One participation process of a tenant."""

    __tablename__ = "procedure"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), UniqueConstraint("tenant_id", "slug"))

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    slug: Mapped[str]
    kind: Mapped[str] = mapped_column(default="single")  # "standing" comes with the first format that needs it
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")  # in plain words
    description: Mapped[str] = mapped_column(default="")
    description_html: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    legal_basis: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="consult")  # inform, consult, decide
    deciders: Mapped[str] = mapped_column(default="")  # who decides
    decision_on: Mapped[date | None]
    fixed: Mapped[str] = mapped_column(default="")  # what is fixed
    changeable: Mapped[str] = mapped_column(default="")  # what can still change
    answers_by: Mapped[date | None]
    picture: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    picture_alt: Mapped[str] = mapped_column(default="")
    has_picture: Mapped[bool] = mapped_column(Boolean, default=False)

    stage: Mapped[str] = mapped_column(default="draft")  # as decided; `stage_at` says what it is now
    stage_since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")  # of the last pause, cancellation, sending back
    resumes_on: Mapped[date | None]
    announced_on: Mapped[date | None]
    announced_at: Mapped[datetime | None]
    retained_until: Mapped[date | None]
    contact_days: Mapped[int] = mapped_column(default=365, server_default="365")  # contact data, after the end
    visible_to: Mapped[str] = mapped_column(default="public")  # public, institutions, members
    practice: Mapped[bool] = mapped_column(Boolean, default=False)
    origin_title: Mapped[str] = mapped_column(default="")  # the template or procedure it was made from
    origin_tenant: Mapped[str] = mapped_column(default="")  # whose that was; a name, since authorities may go
    created_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column()

    tenant: Mapped[Tenant] = relationship(
        lazy="raise_on_sql", viewonly=True, primaryjoin="Procedure.tenant_id == Tenant.id"
    )
    activities: Mapped[list["Activity"]] = relationship(
        lazy="raise_on_sql",
        primaryjoin="foreign(Activity.procedure_id) == Procedure.id",
        order_by="(Activity.position, Activity.id)",
        back_populates="procedure",
        passive_deletes=True,
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Activity(Base):
    """A participation format placed in a procedure, with its settings."""

    __tablename__ = "activity"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("procedure_id", "module", "slug"),
        owned_by("procedure"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    module: Mapped[str]
    slug: Mapped[str]
    title: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()

    procedure: Mapped[Procedure] = relationship(
        lazy="raise_on_sql",
        primaryjoin="foreign(Activity.procedure_id) == Procedure.id",  # by id alone: found without a query
        back_populates="activities",
    )
    phases: Mapped[list["Phase"]] = relationship(
        lazy="raise_on_sql",
        primaryjoin="foreign(Phase.activity_id) == Activity.id",
        order_by="(Phase.begins_at, Phase.id)",
        back_populates="activity",
        passive_deletes=True,
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Phase(Base):
    """A dated slice of an activity. Local times and zone are the source, the instants are stored beside them."""

    __tablename__ = "phase"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("activity"),
        Index(None, "activity_id", "begins_at"),
    )

    tenant_id: Mapped[int]
    activity_id: Mapped[int]
    kind: Mapped[str]  # the module's name for it
    step: Mapped[str]  # copied from the module's kind, so that stages are known when the module is gone
    opens: Mapped[list[str]]  # likewise
    title: Mapped[str] = mapped_column(default="")
    begins_local: Mapped[str]  # ISO, no zone
    ends_local: Mapped[str]
    zone: Mapped[str] = mapped_column(default="Europe/Berlin")
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # half-open
    round: Mapped[int] = mapped_column(default=1)
    audience: Mapped[str] = mapped_column(default="public")  # public, institutions, members
    list_id: Mapped[int | None] = mapped_column(ForeignKey("person_list.id", ondelete="SET NULL"))  # narrower still
    identity: Mapped[list[str]]  # accepted ways: form_token, email, account, code
    moderation: Mapped[str] = mapped_column(default="none")  # none, first, always
    visible_to: Mapped[str] = mapped_column(default="public")
    counts_visible: Mapped[str] = mapped_column(default="always")
    statutory: Mapped[bool] = mapped_column(Boolean, default=False)
    written_form_required: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column()

    activity: Mapped[Activity] = relationship(
        lazy="raise_on_sql", primaryjoin="foreign(Phase.activity_id) == Activity.id", back_populates="phases"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def is_on(self, at: datetime) -> bool:
        """Whether the calendar says so; the stage of the procedure has its own say."""
        return self.begins_at <= at < self.ends_at


class Participant(Base):
    """Who takes part within one procedure. Contributions point here, never to the person."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("procedure"),
        Index(
            "uq_participant_person",
            "procedure_id",
            "person_id",
            unique=True,
            sqlite_where=text("organisation_id IS NULL"),
            postgresql_where=text("organisation_id IS NULL"),
        ),
        Index(
            "uq_participant_organisation",
            "procedure_id",
            "person_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("organisation_id IS NOT NULL"),
            postgresql_where=text("organisation_id IS NOT NULL"),
        ),
        Index(None, "person_id"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"))
    organisation_name: Mapped[str] = mapped_column(default="")  # as shown beside the pseudonym
    pseudonym: Mapped[str]
    badge: Mapped[str] = mapped_column(default="")  # "authority", "council": given by staff, never typed
    identity: Mapped[str] = mapped_column(default="")  # of somebody without a person: form_token, code
    token_hash: Mapped[str | None]  # of the edit link
    created_at: Mapped[datetime]


class ProcedureTemplate(Base):
    """A procedure to begin others with: content without dates, people or what came in."""

    __tablename__ = "procedure_template"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "origin_id"),
        Index(None, "shared"),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")  # what it is good for
    content: Mapped[dict[str, Any]]  # as `content.dump` made it
    shared: Mapped[bool] = mapped_column(Boolean, default=False)  # other authorities may take it over
    origin_title: Mapped[str] = mapped_column(default="")
    origin_tenant: Mapped[str] = mapped_column(default="")  # where it was taken over from
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("procedure_template.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
