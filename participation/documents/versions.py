"""Reading the versions of a text: which there are for readers, and how two of them differ."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import select

from participation.documents.comparing import Row, compare
from participation.documents.matching import Matching, stored
from participation.documents.models import Document, DocumentVersion, Node
from participation.documents.parts import Part, parts_of
from participation.documents.queries import nodes
from participation.kernel.db import db
from participation.procedures.models import Activity, Procedure

V = DocumentVersion


class Version(NamedTuple):
    """A version as lists show it."""

    id: int
    document_id: int
    number: int
    created_at: datetime
    published_at: datetime | None
    before_id: int | None
    summary: str
    source_name: str
    revision: int


class Comparison(NamedTuple):
    """A version and the one before it."""

    old: tuple[Part, ...]
    new: tuple[Part, ...]
    matching: Matching
    rows: list[Row]


COLUMNS = (
    V.id,
    V.document_id,
    V.number,
    V.created_at,
    V.published_at,
    V.before_id,
    V.summary,
    V.source_name,
    V.revision,
)


def documents_of(procedure: Procedure) -> list[Document]:
    """The texts of a procedure, oldest first."""
    return list(db.session.scalars(select(Document).where(Document.procedure_id == procedure.id).order_by(Document.id)))


def document_in(procedure: Procedure, document_id: int) -> Document | None:
    """A text of a procedure by its number."""
    query = select(Document).where(Document.id == document_id, Document.procedure_id == procedure.id)
    return db.session.scalar(query)


def activities_of(document: Document, procedure: Procedure) -> list[Activity]:
    """The formats that show a text: they name it in their setting `document_id`."""
    return [entry for entry in procedure.activities if entry.settings.get("document_id") == document.id]


def readable_versions(document: Document) -> list[Version]:
    """What people have read since the procedure opened, newest first: the current version and those before it."""
    query = select(*COLUMNS).where(V.document_id == document.id, V.published_at.is_not(None))
    found = {row.id: Version(*row) for row in db.session.execute(query)}
    chain = []
    at = document.current_version_id
    while at in found:
        chain.append(found[at])
        at = found[at].before_id
    return chain


def draft_version(document: Document) -> Version | None:
    """The version in preparation."""
    if document.draft_version_id is None:
        return None
    row = db.session.execute(select(*COLUMNS).where(V.id == document.draft_version_id)).first()
    return Version(*row) if row else None


def comparison_of(version: Version) -> Comparison:
    """How a version differs from the one before it; three queries. What is public is worked out once."""
    if version.published_at is None:
        return _comparison(version.id, version.before_id or 0, None)
    return _kept(version.id, version.before_id or 0, version.published_at)


def _comparison(version_id: int, before_id: int, _published_at: datetime | None) -> Comparison:
    old, new = parts_of(nodes(before_id)), parts_of(nodes(version_id))
    query = select(Node.key, Node.before).where(Node.version_id == version_id, Node.before != "")
    matching = stored({row.key: row.before for row in db.session.execute(query)})
    return Comparison(old, new, matching, compare(old, new, matching))


_kept = lru_cache(maxsize=8)(_comparison)  # a public version never changes
