"""Reading texts."""

from typing import NamedTuple

from sqlalchemy import select

from participation.documents.models import Document, DocumentVersion, Node
from participation.kernel.db import db


class NodeItem(NamedTuple):
    """What a page shows of a node."""

    key: str
    section_key: str | None
    position: int
    kind: str
    level: int
    label: str
    citation: str
    text: str
    html: str


class Heading(NamedTuple):
    """What an outline shows of a heading."""

    key: str
    section_key: str | None
    position: int
    level: int
    text: str


COLUMNS = (
    Node.key, Node.section_key, Node.position, Node.kind, Node.level, Node.label, Node.citation, Node.text, Node.html
)  # fmt: skip


def current_version(document_id: int) -> DocumentVersion | None:
    """The version of a document that is read now."""
    query = select(DocumentVersion).join(Document, Document.current_version_id == DocumentVersion.id)
    return db.session.scalar(query.where(Document.id == document_id))


def headings(version_id: int) -> list[Heading]:
    """The outline of a version, in order."""
    columns = (Node.key, Node.section_key, Node.position, Node.level, Node.text)
    query = select(*columns).where(Node.version_id == version_id, Node.kind == "heading").order_by(Node.position)
    return [Heading(*row) for row in db.session.execute(query)]


def nodes(version_id: int, *, first: int = 0, limit: int | None = None) -> list[NodeItem]:
    """The nodes of a version from a position on, in order."""
    query = select(*COLUMNS).where(Node.version_id == version_id, Node.position >= first).order_by(Node.position)
    return [NodeItem(*row) for row in db.session.execute(query.limit(limit) if limit else query)]


def node_at(version_id: int, key: str) -> NodeItem | None:
    """A node by its key."""
    row = db.session.execute(select(*COLUMNS).where(Node.version_id == version_id, Node.key == key)).one_or_none()
    return NodeItem(*row) if row else None


def documents_of(procedure_id: int) -> list[Document]:
    """The documents of a procedure."""
    return list(db.session.scalars(select(Document).where(Document.procedure_id == procedure_id).order_by(Document.id)))
