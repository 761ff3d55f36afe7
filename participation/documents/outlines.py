"""Reading the text of an activity. A version never changes, so its outline is read once per page in one query."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from participation.documents.anchors import passage_from_quote
from participation.documents.models import Document, DocumentVersion, Node
from participation.kernel.db import db
from participation.kernel.text import TextProblem
from participation.procedures.models import Activity

V = DocumentVersion
TEXT_OF = ", Text"  # how the reader names the words right below "§ 5"


class Line(NamedTuple):
    """What the outline and the paging know of a node; `text` is filled for headings only."""

    version_id: int
    key: str
    position: int
    kind: str
    level: int
    label: str
    citation: str
    text: str


class Outline(NamedTuple):
    """A version of a text: what it is called, and all its nodes without their words."""

    title: str
    number: int
    document_id: int
    before_id: int | None  # the version people read before this one
    published_at: datetime | None  # null while it is prepared
    revision: int
    lines: list[Line]

    @property
    def stamp(self) -> int:
        """What a form carries, so that nobody overwrites what somebody else changed meanwhile."""
        return self.number if self.published_at else self.number * 100_000 + self.revision

    @property
    def version_id(self) -> int:
        """The version that was read."""
        return self.lines[0].version_id

    def line(self, key: str) -> Line | None:
        """A node by its key."""
        return next((line for line in self.lines if line.key == key), None)


def outline_of(activity: Activity) -> Outline | None:
    """The current version of the activity's document; None where there is none yet. One query."""
    return _outline(activity, Document.current_version_id)


def working_outline_of(activity: Activity) -> Outline | None:
    """What staff work on: the version in preparation, else the current one. One query."""
    return _outline(activity, func.coalesce(Document.draft_version_id, Document.current_version_id))


def _outline(activity: Activity, version: Any) -> Outline | None:
    heading_text = case((Node.kind == "heading", Node.text), else_="")
    columns = (Node.version_id, Node.key, Node.position, Node.kind, Node.level, Node.label, Node.citation, heading_text)
    about = (V.number, V.document_id, V.before_id, V.published_at, V.revision)
    query = _at(version, select(Document.title, *about, *columns), activity).order_by(Node.position)
    rows = db.session.execute(query).all()
    if not rows:
        return None
    first, lines = rows[0], _as_cited([Line(*row[6:]) for row in rows])
    return Outline(first[0], first[1], first[2], first[3], first[4], first[5], lines)


def _as_cited(lines: list[Line]) -> list[Line]:
    """The same lines; the only paragraph of "§ 5" is cited as "§ 5", as people do."""
    after = [*(line.kind for line in lines[1:]), "heading"]
    before = ["", *(line.kind for line in lines)]
    return [
        line._replace(citation=line.citation.removesuffix(TEXT_OF))
        if (above, below) == ("heading", "heading")
        else line
        for line, above, below in zip(lines, before, after, strict=False)
    ]


def place_exists(activity: Activity, place: str) -> bool:
    """Whether a node with this key stands in the current version."""
    return db.session.scalar(_current(select(Node.id), activity).where(Node.key == place)) is not None


def place_title(activity: Activity, place: str) -> str:
    """How people would cite a node: "§ 2 Absatz 4"; "" where it is gone."""
    other = aliased(Node)
    siblings = select(func.count(other.id)).where(
        other.version_id == Node.version_id, other.section_key == Node.section_key
    )
    row = db.session.execute(
        _current(select(Node.citation, siblings.scalar_subquery()), activity).where(Node.key == place)
    ).first()
    if row is None:
        return ""
    citation, number = row
    return str(citation.removesuffix(TEXT_OF) if number == 1 else citation)


def passage(activity: Activity, place: str, quote: str) -> dict[str, object] | None:
    """The anchor of quoted words in a node; None where they do not stand there."""
    row = db.session.execute(_current(select(Node.version_id, Node.text), activity).where(Node.key == place)).first()
    if row is None:
        return None
    try:
        found = passage_from_quote(row.text, quote)
    except TextProblem:
        return None
    return {"version_id": row.version_id, "node_key": place, **vars(found)} if found else None


def section_texts(activity: Activity) -> list[tuple[str, str | None, str, str]]:
    """Key, section, kind and words of every node, for the search index and exports."""
    query = _current(select(Node.key, Node.section_key, Node.kind, Node.text), activity).order_by(Node.position)
    return [(key, section, kind, text) for key, section, kind, text in db.session.execute(query)]


def citations(activity: Activity) -> dict[str, str]:
    """Node key -> how people would cite it."""
    query = _current(select(Node.key, Node.citation), activity)
    return {row.key: row.citation for row in db.session.execute(query)}


def document_of(activity: Activity) -> Document | None:
    """The document an activity shows: one of its own procedure, or none."""
    number = activity.settings.get("document_id")
    query = select(Document).where(Document.id == number, Document.procedure_id == activity.procedure_id)
    return db.session.scalar(query) if number else None


def _current(query: Any, activity: Activity) -> Any:
    """Nodes of the current version of the activity's document; a document of elsewhere counts as none."""
    return _at(Document.current_version_id, query, activity)


def _at(version: Any, query: Any, activity: Activity) -> Any:
    return (
        query.select_from(Document)
        .join(DocumentVersion, DocumentVersion.id == version)
        .join(Node, Node.version_id == DocumentVersion.id)
        .where(Document.id == activity.settings.get("document_id"), Document.procedure_id == activity.procedure_id)
    )
