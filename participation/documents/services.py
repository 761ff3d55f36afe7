"""Putting texts into a procedure: a reading becomes a version with nodes."""

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, insert, select

from participation.documents.events import DocumentVersionAdded
from participation.documents.models import Document, DocumentVersion, Node
from participation.documents.reading.nodes import NodeDraft, Reading
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.versions import raise_version
from participation.procedures.models import Procedure


def create_document(procedure: Procedure, title: str) -> Document:
    """A document of a procedure, still without a version."""
    document = Document(tenant_id=procedure.tenant_id, procedure_id=procedure.id, title=title)
    db.session.add(document)
    db.session.flush()
    return document


def add_version(document: Document, reading: Reading, *, source_name: str = "", data: bytes = b"") -> DocumentVersion:
    """A new current version from a reading, before people take part; earlier versions stay.

    Once they do, the next version is prepared as a draft (`documents.drafting`) and published with every comment.
    """
    version = write_version(document, source_name=source_name, data=data)
    version.published_at = version.created_at
    write_nodes(version, reading.nodes)
    document.current_version_id, document.title = version.id, reading.title
    raise_version(f"procedure:{document.procedure_id}")
    emit(
        DocumentVersionAdded(
            tenant_id=document.tenant_id,
            procedure_id=document.procedure_id,
            document_id=document.id,
            version_id=version.id,
        )
    )
    return version


def write_version(document: Document, *, source_name: str = "", data: bytes = b"") -> DocumentVersion:
    """A version with the next number, still without nodes and not public."""
    newest = select(func.max(DocumentVersion.number)).where(DocumentVersion.document_id == document.id)
    version = DocumentVersion(
        tenant_id=document.tenant_id,
        document_id=document.id,
        number=(db.session.scalar(newest) or 0) + 1,
        created_at=now(),
        source_name=source_name,
        source_hash=hashlib.sha256(data).hexdigest() if data else "",
    )
    db.session.add(version)
    db.session.flush()
    return version


def write_nodes(
    version: DocumentVersion, nodes: Sequence[NodeDraft], before: Mapping[str, Sequence[str]] | None = None
) -> None:
    """The nodes of a version in place of those it had; `before` says which nodes of the last version each was."""
    db.session.execute(delete(Node).where(Node.version_id == version.id))
    db.session.execute(insert(Node), [_row(version, place, node, before or {}) for place, node in enumerate(nodes)])
    version.node_count = len(nodes)


def _row(
    version: DocumentVersion, position: int, node: NodeDraft, before: Mapping[str, Sequence[str]]
) -> dict[str, object]:
    return {
        "tenant_id": version.tenant_id,
        "version_id": version.id,
        "position": position,
        "key": node.key,
        "section_key": node.parent_key,
        "kind": node.kind.value,
        "level": node.level,
        "label": node.label,
        "citation": node.citation,
        "text": node.text,
        "html": node.html,
        "before": " ".join(before.get(node.key, ())),
    }
