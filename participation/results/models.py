"""Results of procedures: a row per version, with its words and the frozen package that it is counted from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Result(Base):
    """A version of the result of a procedure. What is published never changes; corrections are further versions."""

    __tablename__ = "result"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("procedure_id", "number"),
        owned_by("procedure"),
        Index(None, "state", "publish_on"),
    )

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    number: Mapped[int]  # of the version, from 1
    state: Mapped[str] = mapped_column(default="draft")  # draft, submitted, approved, published
    reason: Mapped[str] = mapped_column(default="")  # why this version follows another

    decision: Mapped[str] = mapped_column(default="")  # in one sentence
    changed: Mapped[str] = mapped_column(default="")  # because people took part
    changed_html: Mapped[str] = mapped_column(default="")
    next_steps: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # {"on": ISO day or "", "sentence"}
    annex: Mapped[str] = mapped_column(default="")  # for the council
    annex_url: Mapped[str] = mapped_column(default="")
    press: Mapped[str] = mapped_column(default="")
    publish_on: Mapped[date | None]

    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)  # as counted from the package
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # of the authority, by section
    basis: Mapped[str] = mapped_column(default="")  # what the package was made from, as a hash
    stored_name: Mapped[str | None]  # of the package; none once a text had to leave it
    size: Mapped[int] = mapped_column(default=0)  # bytes
    package_hash: Mapped[str] = mapped_column(default="")  # SHA-256 of the file
    root: Mapped[str] = mapped_column(default="")  # over all its leaf hashes

    computed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
