"""Reports set priority, a human hides. Every act has a row with its reason, and can be taken back for some minutes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Report(Base):
    """Somebody says that a contribution breaks the rules."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("contribution"),
        Index(None, "contribution_id"),
        Index(None, "tenant_id", "closed_at", "id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")  # only if the reporting person wants an answer
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    reporter: Mapped[str] = mapped_column(default="")  # hash for this contribution alone: nobody counts twice
    weight: Mapped[int] = mapped_column(default=1, server_default="1")  # the step of trust of who reports
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_batch.id", ondelete="SET NULL"))  # closed it


class BarrierReport(Base):
    """Somebody could not use a page. Goes to the authority; for the central portal tenant_id is null."""

    __tablename__ = "barrier_report"
    __table_args__ = (Index(None, "tenant_id", "closed_at", "id"),)

    tenant_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    page: Mapped[str]
    note: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ModerationBatch(Base):
    """What a moderator decided in one go about one or many contributions; until `until` it can be taken back."""

    __tablename__ = "moderation_batch"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), Index(None, "actor_id", "id"))

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    act: Mapped[str]
    acts: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)  # chosen, but changed by somebody else in the meantime
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    until: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class ModerationAct(Base):
    """What a moderator did with a contribution, and why; the person may leave, the act stays."""

    __tablename__ = "moderation_act"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("contribution"),
        Index(None, "contribution_id", "id"),
        Index(None, "batch_id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    act: Mapped[str]  # a key of `log.ACTS`
    reason: Mapped[str] = mapped_column(default="")  # a code of `reason.*`
    sentence: Mapped[str] = mapped_column(default="")  # on this case
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    before: Mapped[str] = mapped_column(default="")  # the state it was in
    waited: Mapped[int | None]  # seconds since it came in, or since the first report that was open
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_batch.id", ondelete="SET NULL"))
    undone_at: Mapped[datetime | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # what else has to be put back


class ReasonTemplate(Base):
    """A sentence an authority uses again and again for one of the reasons."""

    __tablename__ = "reason_template"
    __table_args__ = (UniqueConstraint("tenant_id", "id"),)

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    reason: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]


class Redaction(Base):
    """The text as it was before passages were blacked out; the newest that is not lifted lies on top."""

    __tablename__ = "redaction"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("contribution"),
        Index(None, "contribution_id", "id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    act_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_act.id", ondelete="SET NULL"))
    version: Mapped[int]  # of the contribution
    title_before: Mapped[str]
    source_before: Mapped[str]
    source_after: Mapped[str]
    passages: Mapped[list[str]]
    lifted_at: Mapped[datetime | None]


class Escalation(Base):
    """A threat or a cry for help: what was written is preserved as it stood, whatever happens to it later."""

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("contribution"),
        Index(None, "tenant_id", "closed_at", "id"),
        Index(None, "contribution_id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    kind: Mapped[str]  # threat, help
    note: Mapped[str] = mapped_column(default="")
    copy: Mapped[dict[str, Any]]  # the words and what stood around them
    at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    closing_note: Mapped[str] = mapped_column(default="")


class Appeal(Base):
    """An author asks that a second person looks at a decision; once for each decision."""

    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("act_id"),
        owned_by("contribution"),
        owned_by("moderation_act", "act_id"),
        Index(None, "contribution_id"),
        Index(None, "tenant_id", "decided_at", "id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    act_id: Mapped[int]
    text: Mapped[str]
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(default="")  # confirmed, overturned
    sentence: Mapped[str] = mapped_column(default="")
