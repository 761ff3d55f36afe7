"""The next version of a text while it is prepared: begun, edited by hand, compared, discarded. Nobody outside sees it.

Each edit says on which revision it was made. What every node was in the version that is read now is worked out with
each edit and kept with the nodes, so that publishing is short and a comparison never changes afterwards.
"""

from collections.abc import Callable, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from participation.documents.events import DraftBegun, DraftDiscarded
from participation.documents.matching import match
from participation.documents.models import Document, DocumentVersion
from participation.documents.parts import parts_of
from participation.documents.queries import nodes
from participation.documents.reading.nodes import Kind, NodeDraft
from participation.documents.services import write_nodes, write_version
from participation.kernel.db import db
from participation.kernel.events import Event, emit
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.procedures.models import Procedure
from participation.procedures.phases import check_not_over, has_opened

Edit = Callable[[Sequence[NodeDraft]], Sequence[NodeDraft]]
SUMMARY_LENGTH = 300


class DraftConflict(Conflict):
    """Somebody else changed the version in preparation since the page was shown."""

    def __init__(self) -> None:
        super().__init__(_l("Jemand anderes hat den Text inzwischen geändert. Ihre Änderung ist nicht gespeichert."))


def needs_draft(procedure: Procedure, document: Document | None) -> bool:
    """Whether changes to a text go into a version in preparation: people have it and may have commented on it."""
    return document is not None and document.current_version_id is not None and has_opened(procedure)


def begin(document: Document, procedure: Procedure, *, actor_id: int | None) -> DocumentVersion:
    """Begin the next version with the text as it is now. Raises Conflict where one is being prepared already."""
    if document.current_version_id is None:
        raise Refused(_l("Noch fehlt der Text. Lesen Sie ihn zuerst ein."), status=409)
    return _begin(document, procedure, drafts_of(document.current_version_id), actor_id)


def begin_with(
    document: Document,
    procedure: Procedure,
    found: Sequence[NodeDraft],
    *,
    source_name: str = "",
    data: bytes = b"",
    actor_id: int | None,
) -> DocumentVersion:
    """Begin the next version with other nodes, read from a file, in place of one that is being prepared."""
    if document.draft_version_id is not None:
        discard(document, actor_id=actor_id)
    return _begin(document, procedure, found, actor_id, source_name=source_name, data=data)


def rewrite(document: Document, edit: Edit, *, revision: int) -> None:
    """Change the version in preparation as `edit` says. Raises DraftConflict unless it is at this revision."""
    draft = draft_of(document, lock=True)
    if draft is None or draft.revision != revision:
        raise DraftConflict
    found = tuple(edit(drafts_of(draft.id)))
    _write(document, draft, found)
    draft.revision += 1


def describe(document: Document, summary: str, *, revision: int) -> None:
    """Say in one sentence what is new; everybody reads it above the comparison. Raises Invalid, DraftConflict."""
    draft = draft_of(document, lock=True)
    if draft is None or draft.revision != revision:
        raise DraftConflict
    if len(summary) > SUMMARY_LENGTH:
        raise Invalid(_l("Bitte kürzen Sie auf höchstens %(most)s Zeichen.", most=SUMMARY_LENGTH), field="summary")
    draft.summary = summary.strip()
    draft.revision += 1


def discard(document: Document, *, actor_id: int | None) -> None:
    """Throw the version in preparation away, with what was linked to its changes. Raises Refused without one."""
    draft = draft_of(document, lock=True)
    if draft is None:
        raise Refused(_l("Es wird keine neue Fassung vorbereitet."), status=409)
    document.draft_version_id = None
    db.session.flush()
    emit(_named(DraftDiscarded, document, draft.id, actor_id))
    db.session.execute(delete(DocumentVersion).where(DocumentVersion.id == draft.id))
    db.session.expunge(draft)


def hold(document: Document) -> None:
    """Let nobody else change a text until the end of the transaction, and read it as it is now."""
    db.session.refresh(document, with_for_update=True)


def draft_of(document: Document, *, lock: bool = False) -> DocumentVersion | None:
    """The version that is being prepared."""
    if lock:
        hold(document)
    if document.draft_version_id is None:
        return None
    return db.session.get(DocumentVersion, document.draft_version_id, populate_existing=lock)


def drafts_of(version_id: int) -> tuple[NodeDraft, ...]:
    """The nodes of a version as an edit takes them."""
    return tuple(
        NodeDraft(
            key=node.key,
            parent_key=node.section_key,
            kind=Kind(node.kind),
            level=node.level,
            label=node.label,
            text=node.text,
            html=node.html,
            citation=node.citation,
        )
        for node in nodes(version_id)
    )


def _begin(
    document: Document,
    procedure: Procedure,
    found: Sequence[NodeDraft],
    actor_id: int | None,
    *,
    source_name: str = "",
    data: bytes = b"",
) -> DocumentVersion:
    check_not_over(procedure)
    if draft_of(document, lock=True) is not None:
        raise Conflict(_l("Eine neue Fassung wird schon vorbereitet."))
    draft = write_version(document, source_name=source_name, data=data)
    draft.before_id = document.current_version_id
    document.draft_version_id = draft.id
    _write(document, draft, found)
    emit(_named(DraftBegun, document, draft.id, actor_id))
    return draft


def _write(document: Document, draft: DocumentVersion, found: Sequence[NodeDraft]) -> None:
    if not found or found[0].kind is not Kind.HEADING:
        raise Invalid(_l("Der Text braucht einen Titel."))
    old = parts_of(nodes(document.current_version_id or 0))
    write_nodes(draft, found, match(old, parts_of(found)).origins)


def _named(fact: type[Event], document: Document, version_id: int, actor_id: int | None) -> Event:
    return fact(
        tenant_id=document.tenant_id,
        procedure_id=document.procedure_id,
        actor_id=actor_id,
        document_id=document.id,
        version_id=version_id,
    )  # type: ignore[call-arg]
