"""Reading texts."""

from typing import Any, NamedTuple

from sqlalchemy import func, select

from participation.documents.models import Document, Node
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


def headings(version_id: int) -> list[Heading]:
    """The outline of a version, in order."""
    columns = (Node.key, Node.section_key, Node.position, Node.level, Node.text)
    query = select(*columns).where(Node.version_id == version_id, Node.kind == "heading").order_by(Node.position)
    return [Heading(*row) for row in db.session.execute(query)]


def nodes(version_id: int, *, first: int = 0, limit: int | None = None) -> list[NodeItem]:
    """The nodes of a version from a position on, in order."""
    query = select(*COLUMNS).where(Node.version_id == version_id, Node.position >= first).order_by(Node.position)
    return [NodeItem(*row) for row in db.session.execute(query.limit(limit) if limit else query)]


def citation_of(procedure_id: Any, place: Any) -> Any:
    """A column: how a place is cited in the public text of its procedure; null for none. Takes columns."""
    names = select(func.min(Node.citation)).join(Document, Document.current_version_id == Node.version_id)
    return (
        names.where(Document.procedure_id == procedure_id, Node.key == place)
        .correlate_except(Node, Document)
        .scalar_subquery()
    )
