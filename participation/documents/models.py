"""Text with versions; each version is a list of nodes with stable keys, which any format may refer to."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Document(Base):
    """A text of a procedure."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), owned_by("procedure"), Index(None, "procedure_id"))

    tenant_id: Mapped[int]
    procedure_id: Mapped[int]
    title: Mapped[str]
    current_version_id: Mapped[int | None]  # public; no key: the version points back, a circle helps nobody
    draft_version_id: Mapped[int | None]  # the next one, while staff prepare it


class DocumentVersion(Base):
    """One state of a text, never changed once people may have read it."""

    __tablename__ = "document_version"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("document_id", "number"),
        owned_by("document"),
    )

    tenant_id: Mapped[int]
    document_id: Mapped[int]
    number: Mapped[int]
    created_at: Mapped[datetime]
    source_name: Mapped[str] = mapped_column(default="")  # file it was read from
    source_hash: Mapped[str] = mapped_column(default="")  # SHA-256 of that file
    node_count: Mapped[int] = mapped_column(default=0)
    summary: Mapped[str] = mapped_column(default="", server_default="")  # what is new, in one sentence, public
    published_at: Mapped[datetime | None]  # null while it is prepared
    before_id: Mapped[int | None]  # the version people read before this one; null for the first; no key, as above
    revision: Mapped[int] = mapped_column(default=1, server_default="1")  # raised by each edit while it is prepared


class Node(Base):
    """A heading, paragraph, item, table or footnote of a version."""

    __tablename__ = "node"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("version_id", "key"),
        owned_by("document_version", "version_id"),
        Index(None, "version_id", "position"),
        Index(None, "version_id", "section_key"),
    )

    tenant_id: Mapped[int]
    version_id: Mapped[int]
    position: Mapped[int]
    key: Mapped[str]  # stable over versions, part of addresses
    section_key: Mapped[str | None]  # the heading it stands under
    kind: Mapped[str]
    level: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(default="")  # "§ 3", "(2)", "1."
    citation: Mapped[str] = mapped_column(default="")  # "§ 2 Absatz 4 Nummer 1"
    text: Mapped[str]
    html: Mapped[str]
    before: Mapped[str] = mapped_column(default="", server_default="")  # keys of the nodes it was in `before_id`
