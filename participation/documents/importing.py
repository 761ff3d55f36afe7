"""Writing: a file becomes the text of an activity; a text is copied with its procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.documents.drafting import begin_with, needs_draft
from participation.documents.outlines import document_of, outline_of
from participation.documents.queries import nodes
from participation.documents.reading import Kind, NodeDraft, Reading, Remark, read
from participation.documents.services import add_version, create_document
from participation.procedures.models import Activity
from participation.procedures.phases import check_documents_may_change


@dataclass(frozen=True)
class ImportReport:
    """What an import made and what it could not place; `str()` gives a sentence a line."""

    title: str
    version: int
    counts: Mapping[str, int]
    remarks: tuple[Remark, ...]
    prepared: bool = False  # nobody outside sees it until staff publish it

    def __str__(self) -> str:
        return "\n".join([self._made(), *self._waits(), self._holds(), *self._unplaced()])

    def _made(self) -> str:
        return str(_("Eingelesen: „%(title)s“, Fassung %(number)s.", title=self.title, number=self.version))

    def _waits(self) -> list[str]:
        return [str(_("Die Fassung ist in Vorbereitung. Alle lesen weiter die bisherige."))] if self.prepared else []

    def _holds(self) -> str:
        count = self.counts
        pieces = [
            ngettext("%(num)s Überschrift", "%(num)s Überschriften", count["headings"]),
            ngettext("%(num)s Paragraf", "%(num)s Paragrafen", count["paragraphs"]),
            ngettext("%(num)s Absatz mit Nummer", "%(num)s Absätze mit Nummer", count["absaetze"]),
            ngettext("%(num)s Listenpunkt", "%(num)s Listenpunkte", count["list_items"]),
            ngettext("%(num)s Tabelle", "%(num)s Tabellen", count["tables"]),
            ngettext("%(num)s Fußnote", "%(num)s Fußnoten", count["footnotes"]),
        ]
        return str(_("Er enthält: %(pieces)s.", pieces=", ".join(map(str, pieces))))

    def _unplaced(self) -> list[str]:
        if not self.remarks:
            return [str(_("Alles hat seinen Platz gefunden."))]
        return [str(_("Bitte ansehen:")), *(f"- {remark.where}: {remark.what}" for remark in self.remarks)]


def import_text(activity: Activity, data: bytes, filename: str, *, actor_id: int | None = None) -> ImportReport:
    """Read a file (.md, .html, .docx) as a new version of the activity's text, inside a transaction.

    Makes the document where there is none. Raises UnreadableFile with a sentence; then nothing has changed.
    """
    return take_over(activity, read(data, filename), filename=filename, data=data, actor_id=actor_id)


def take_over(
    activity: Activity, reading: Reading, *, filename: str = "", data: bytes = b"", actor_id: int | None = None
) -> ImportReport:
    """Make a reading the new version of the activity's text, and of its document where there is none.

    Once people take part it becomes the version in preparation: they go on reading the present one until staff have
    seen what becomes of the comments, and publish it.
    """
    document = document_of(activity)
    if document is not None and needs_draft(activity.procedure, document):
        draft = begin_with(
            document, activity.procedure, reading.nodes, source_name=filename, data=data, actor_id=actor_id
        )
        return replace(report_on(reading, draft.number), prepared=True)
    if document is not None and document.current_version_id is not None:
        check_documents_may_change(activity.procedure)
    if document is None:
        document = create_document(activity.procedure, reading.title)
        activity.settings = {**activity.settings, "document_id": document.id}
    version = add_version(document, reading, source_name=filename, data=data)
    return report_on(reading, version.number)


def report_on(reading: Reading, number: int) -> ImportReport:
    """What a reading holds and what it could not place, as version `number`."""
    return ImportReport(reading.title, number, reading.counts(), reading.remarks)


def title_of_file(data: bytes, filename: str) -> str:
    """What the text in a file is called. Raises UnreadableFile."""
    return read(data, filename).title


def dump(activity: Activity) -> dict[str, Any]:
    """The text without anything people wrote: for copies and templates."""
    outline = outline_of(activity)
    found = nodes(outline.version_id) if outline else []
    fields = ("key", "section_key", "kind", "level", "label", "citation", "text", "html")
    return {
        "title": outline.title if outline else "",
        "nodes": [{name: getattr(node, name) for name in fields} for node in found],
    }


def load(activity: Activity, content: Mapping[str, Any]) -> None:
    """Give an activity the text of a dump; it gets a document of its own."""
    activity.settings = {**activity.settings, "document_id": None}
    if content.get("nodes"):
        drafts = tuple(draft_of(entry) for entry in content["nodes"])
        take_over(activity, Reading(title=content["title"], nodes=drafts, remarks=()))


def draft_of(entry: Mapping[str, Any]) -> NodeDraft:
    """A stored or dumped node as a reading has it."""
    values = {name: entry[name] for name in ("key", "level", "label", "citation", "text", "html")}
    return NodeDraft(parent_key=entry["section_key"], kind=Kind(entry["kind"]), **values)
