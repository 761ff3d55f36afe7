"""What other systems may read: the ideas of a selection, and where they lie."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields
from sqlalchemy import Select, and_, select

from modules.ideas.models import Category
from modules.ideas.queries import conditions
from modules.ideas.selection import selection_from
from participation.access.rules import Viewer
from participation.contributions.counts import columns_for
from participation.contributions.location_models import Location
from participation.contributions.models import Contribution
from participation.contributions.queries import visible_to
from participation.interfaces import Resource
from participation.procedures.models import Activity, Participant

C, L = Contribution, Location
NARROWING: Final = {
    "at": "Key of a category.",
    "district": "Name of a district.",
    "state": "open, in_progress or answered.",
    "q": "Words that are searched for.",
    "near": "Latitude and longitude with a comma: 50.7352,7.0986.",
    "radius": "Metres around `near`, 1 to 9999; 500 unless told.",
}


class Geometry(fields.Dict):
    """A GeoJSON geometry, or null where an idea has none."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return super()._serialize(value or None, attr, obj, **kwargs)  # type: ignore[no-untyped-call]


def _geometry() -> Geometry:
    return Geometry(
        required=True,
        allow_none=True,
        metadata={"description": "GeoJSON geometry (RFC 7946, WGS 84, longitude first)."},
    )


class PlaceSchema(Schema):
    """Where an idea lies."""

    reference = fields.String(required=True, metadata={"description": "Of the idea: the number on its receipt."})
    title = fields.String(required=True)
    category = fields.String(required=True, allow_none=True, metadata={"description": "Title of its category."})
    district = fields.String(required=True)
    where = fields.String(required=True, metadata={"description": "The place in words."})
    longitude = fields.Float(required=True, allow_none=True, metadata={"description": "Of its sign on the map."})
    latitude = fields.Float(required=True, allow_none=True)
    geometry = _geometry()


class IdeaSchema(Schema):
    """An idea with its place. Answers to it are `contributions/{reference}/comments`."""

    reference = fields.String(required=True, metadata={"description": "The number on the receipt."})
    title = fields.String(required=True)
    html = fields.String(required=True)
    language = fields.String(required=True)
    author = fields.String(required=True, metadata={"description": "The name shown beside it, never an address."})
    category = fields.String(required=True, allow_none=True, metadata={"description": "Title of its category."})
    district = fields.String(required=True)
    state = fields.String(required=True)
    work = fields.String(required=True, metadata={"description": "How far the authority is with it."})
    decision = fields.String(required=True, metadata={"description": "Of the public answer; empty: none yet."})
    created_at = fields.AwareDateTime(required=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)
    comments = fields.Integer(required=True, metadata={"description": "All answers below it that are shown."})
    agree = fields.Integer(
        required=True, allow_none=True, metadata={"description": "No counts while their phase holds them back."}
    )
    neutral = fields.Integer(required=True, allow_none=True)
    disagree = fields.Integer(required=True, allow_none=True)
    score = fields.Integer(required=True, allow_none=True)
    imported = fields.Integer(required=True, metadata={"description": "Votes of another portal, a sum without voters."})
    where = fields.String(required=True, allow_none=True, metadata={"description": "The place in words."})
    geometry = _geometry()


def ideas(activity: Activity, viewer: Viewer, asked: Mapping[str, str]) -> Select[Any]:
    """The ideas of a selection that this viewer may read."""
    names = (
        "id", "reference", "title", "html", "language", "district", "state", "work", "decision", "created_at",
        "edited_at", "imported",
    )  # fmt: skip
    own = [getattr(C, name) for name in names]
    more = (C.replies.label("comments"), Participant.pseudonym.label("author"), Category.title.label("category"))
    query = select(*own, *more, *columns_for(viewer).values(), L.words.label("where"), L.geometry)
    query = query.join(Participant, Participant.id == C.participant_id)
    return shown(query.outerjoin(L, L.contribution_id == C.id), activity, viewer, asked)


def places(activity: Activity, viewer: Viewer, asked: Mapping[str, str]) -> Select[Any]:
    """Where the ideas of a selection lie, of those that have a place."""
    own = (C.id, C.reference, C.title, Category.title.label("category"), C.district)
    query = select(*own, L.words.label("where"), L.longitude, L.latitude, L.geometry)
    return shown(query.join(L, L.contribution_id == C.id), activity, viewer, asked)


def shown(query: Select[Any], activity: Activity, viewer: Viewer, asked: Mapping[str, str]) -> Select[Any]:
    """A query over ideas, narrowed to a selection of those that this viewer may read, with their categories beside."""
    here = and_(Category.activity_id == C.activity_id, Category.key == C.place)
    seen = visible_to(viewer, activity.procedure_id, activity.tenant_id)
    narrowed = conditions(activity, selection_from(asked))
    query = query.outerjoin(Category, here)
    return query.where(C.activity_id == activity.id, C.parent_id.is_(None), seen, *narrowed)


IDEAS = Resource(name="ideas", title=_l("Ideen"), schema=IdeaSchema, select=ideas, narrowing=NARROWING)
PLACES = Resource(name="places", title=_l("Orte der Ideen"), schema=PlaceSchema, select=places, narrowing=NARROWING)
