"""Reading a plan: its layers, and how many statements belong to the map, to the documents, to neither."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select

from modules.plan.models import Layer
from participation.access.rules import VISITOR, Viewer
from participation.contributions.location_models import Location
from participation.contributions.models import Contribution, PlaceCount
from participation.contributions.queries import visible_to
from participation.documents.models import Document, Node
from participation.interfaces import Rating
from participation.kernel.db import db
from participation.procedures.models import Activity

C = Contribution
ON_MAP, ON_TEXT, ON_NOTHING = "map", "text", "whole"


class Counts(NamedTuple):
    """Statements (not answers) by what they are tied to; one may belong to map and text."""

    all: int
    map: int
    text: int
    whole: int


def rating_of(activity: Activity) -> Rating | None:
    """How statements are rated here; None: not at all."""
    return Rating.THREE_VALUED if activity.settings.get("ratings", False) else None


def layers_of(activity: Activity) -> list[Layer]:
    """The layers from bottom to top. One query."""
    query = select(Layer).where(Layer.activity_id == activity.id).order_by(Layer.position, Layer.id)
    return list(db.session.scalars(query))


def layer_at(activity: Activity, key: str) -> Layer | None:
    """A layer by its key."""
    return db.session.scalar(select(Layer).where(Layer.activity_id == activity.id, Layer.key == key))


def tied_to(activity: Activity, what: str) -> list[ColumnElement[bool]]:
    """Statements on the map, on the documents or on neither, as a condition; anything else narrows nothing."""
    located = C.id.in_(select(Location.contribution_id).where(Location.activity_id == activity.id))
    found = {ON_MAP: located, ON_TEXT: C.place != "", ON_NOTHING: and_(C.place == "", ~located)}
    return [found[what]] if what in found else []


def counts_of(activity: Activity, who: Viewer = VISITOR) -> Counts:
    """How many statements this viewer may read, by what they are tied to. One query."""
    sums = [func.sum(case((tied_to(activity, what)[0], 1), else_=0)) for what in (ON_MAP, ON_TEXT, ON_NOTHING)]
    query = select(func.count(), *sums).select_from(C).where(C.activity_id == activity.id, C.parent_id.is_(None))
    query = query.where(visible_to(who, activity.procedure_id, activity.tenant_id))
    return Counts(*(int(number or 0) for number in db.session.execute(query).one()))


class TextRow(NamedTuple):
    """A paragraph or heading of the documents, and how many statements and answers it has."""

    key: str
    kind: str
    level: int
    label: str
    citation: str
    html: str
    number: int
    position: int

    @property
    def is_title(self) -> bool:
        """Whether it only says what the documents are called, which the page says above them."""
        return self.position == 0 and self.kind == "heading"


class TextPage(NamedTuple):
    """A stretch of the documents, and where the next one begins (None on the last)."""

    title: str
    rows: list[TextRow]
    next: int | None


def text_of(activity: Activity, *, first: int = 0, most: int = 150) -> TextPage | None:
    """The documents as text from a position on; None where there is none. One query."""
    query = _text(activity).where(Node.position >= first).order_by(Node.position)
    rows = db.session.execute(query.limit(most + 1)).all()
    if not rows:
        return None
    more = rows[most].position if len(rows) > most else None
    return TextPage(rows[0].title, [TextRow(*row[1:]) for row in rows[:most]], more)


def row_at(activity: Activity, key: str) -> TextRow | None:
    """One paragraph of the documents. One query."""
    row = db.session.execute(_text(activity).where(Node.key == key)).first()
    return TextRow(*row[1:]) if row else None


def _text(activity: Activity) -> Any:
    here = and_(PlaceCount.activity_id == activity.id, PlaceCount.place == Node.key)
    columns = (Node.key, Node.kind, Node.level, Node.label, Node.citation, Node.html)
    return (
        select(Document.title, *columns, func.coalesce(PlaceCount.shown, 0), Node.position)
        .join(Node, Node.version_id == Document.current_version_id)
        .outerjoin(PlaceCount, here)
        .where(Document.id == activity.settings.get("document_id"), Document.procedure_id == activity.procedure_id)
    )
