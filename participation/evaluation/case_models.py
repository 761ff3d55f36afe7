"""The case file of contributions: keywords, arguments, who works on what until when, notes."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.evaluation.models import whole
from participation.kernel.db import Base, owned_by


class Department(Base):
    """A department of the authority, or a planning office outside it, that recommends answers."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), UniqueConstraint("tenant_id", "title"))

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    title: Mapped[str]
    external: Mapped[bool] = mapped_column(default=False)  # a planning office: sees what it was given, nothing else
    closed_at: Mapped[datetime | None]  # gets nothing new; what it did stays


class DepartmentMember(Base):
    """Somebody who works for a department."""

    __tablename__ = "department_member"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("department_id", "person_id"),
        owned_by("department"),
        Index(None, "person_id"),
    )

    tenant_id: Mapped[int]
    department_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))


class AnswerBlock(Base):
    """Words an authority uses again and again in its reasons."""

    __tablename__ = "answer_block"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), UniqueConstraint("tenant_id", "title"))

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    title: Mapped[str]
    decision: Mapped[str] = mapped_column(default="")  # one of services.DECISIONS; "" = fits any
    source: Mapped[str]


class Keyword(Base):
    """What contributions are about; may bring a text block for the answer and a department that works on it."""

    __tablename__ = "keyword"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("procedure_id", "title"),
        owned_by("procedure"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    title: Mapped[str]
    block_id: Mapped[int | None] = mapped_column(ForeignKey("answer_block.id", ondelete="SET NULL"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="SET NULL"))


class Argument(Base):
    """A single argument of a contribution: a passage that was marked, and a working copy that can be edited.

    The passage counts code points of the contribution's text in that version, which stays as it was sent.
    """

    __tablename__ = "argument"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("contribution_id", "number"),
        owned_by("procedure"),
        owned_by("contribution"),
        Index(None, "procedure_id", "text_key"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    contribution_id: Mapped[int]
    number: Mapped[int]  # within the contribution, from 1; never given twice
    version: Mapped[int]  # of the contribution's text
    start: Mapped[int]
    end: Mapped[int]
    source: Mapped[str]  # the working copy
    text_key: Mapped[str]  # contributions.similar.text_key of the working copy
    versions: Mapped[int] = mapped_column(default=1)
    decision: Mapped[str] = mapped_column(default="")  # of the public answer; "" = none yet
    removed_at: Mapped[datetime | None]  # joined again with the rest


class ArgumentVersion(Base):
    """A state of a working copy."""

    __tablename__ = "argument_version"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("argument_id", "number"),
        owned_by("argument"),
    )

    tenant_id: Mapped[int]
    argument_id: Mapped[int]
    number: Mapped[int]
    source: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]


class Tag(Base):
    """A keyword at a contribution, or at one of its arguments."""

    __tablename__ = "tag"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("argument_id", "keyword_id"),
        whole("tag", "contribution_id", "keyword_id"),
        owned_by("contribution"),
        owned_by("argument"),
        owned_by("keyword"),
        Index(None, "keyword_id", "contribution_id"),
        Index(None, "contribution_id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    argument_id: Mapped[int | None]  # null = the whole contribution
    keyword_id: Mapped[int]


class Assignment(Base):
    """Who recommends or writes the answer to a contribution, or to one of its arguments, and until when."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("argument_id"),
        whole("assignment", "contribution_id"),
        Index(None, "contribution_id"),
        owned_by("contribution"),
        owned_by("argument"),
        owned_by("department"),
        Index(None, "department_id", "done_at", "due_on"),
        Index(None, "person_id", "done_at", "due_on"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    argument_id: Mapped[int | None]
    department_id: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))  # or a person
    due_on: Mapped[date | None]  # the last day
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # a recommendation was given, or the answer published
    told_at: Mapped[datetime | None]  # when those it was given to were written to
    reminded_on: Mapped[date | None]


class Recommendation(Base):
    """What a department proposes to answer; the newest counts, the procedure's case workers decide."""

    __tablename__ = "recommendation"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("contribution"),
        owned_by("argument"),
        Index(None, "contribution_id", "id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    argument_id: Mapped[int | None]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="SET NULL"))
    decision: Mapped[str]
    source: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]


class Note(Base):
    """What staff say to each other about a contribution; never public."""

    __tablename__ = "note"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        owned_by("contribution"),
        Index(None, "contribution_id", "id"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    text: Mapped[str]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="SET NULL"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]


class ChangeCause(Base):
    """Because of which answer a node of a new version of a text differs from the version before."""

    __tablename__ = "change_cause"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("version_id", "node_key", "response_id"),
        owned_by("document_version", "version_id"),
        owned_by("response"),
        Index(None, "response_id"),
    )

    tenant_id: Mapped[int]
    version_id: Mapped[int]
    node_key: Mapped[str]
    response_id: Mapped[int]
