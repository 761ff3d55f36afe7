"""What formats let other systems read, mounted by their manifests."""

from typing import Any

from flask import g, request
from marshmallow import Schema, fields

from participation.api.v1.description import Interface, PageAsked, described, paged
from participation.interfaces import Resource
from participation.kernel.db import db
from participation.kernel.refusal import Unknown
from participation.procedures.models import Activity
from participation.registry import Registry, installed
from participation.web.guard import public

bp = described("resources", "Lists that the formats of a procedure offer, such as the questions of a vote.")
HERE = "/tenants/<tenant>/procedures/<procedure>/activities/<module>/<slug>"


class OfferedSchema(Schema):
    """A list that a format offers."""

    name = fields.String(required=True)
    title = fields.String(required=True)


class RowsSchema(Schema):
    """A page of such a list; the fields of a row are the format's own."""

    items = fields.List(fields.Dict(), required=True)
    next = fields.Integer(required=True, allow_none=True)


@bp.get(f"{HERE}/resources")
@bp.response(200, OfferedSchema(many=True))
@public
def offered(module: str, slug: str) -> Any:
    """The lists of an activity."""
    return [{"name": entry.name, "title": str(entry.title)} for entry in _activity(module, slug)[1]]


@bp.get(f"{HERE}/resources/<name>")
@bp.arguments(PageAsked, location="query")
@bp.response(200, RowsSchema)
@public
def rows(asked: dict[str, Any], module: str, slug: str, name: str) -> Any:
    """One page of a list."""
    activity, resources = _activity(module, slug)
    resource = next((entry for entry in resources if entry.name == name), None)
    if resource is None:
        raise Unknown
    narrowed = ({name: request.args.get(name, "") for name in resource.narrowing},) if resource.narrowing else ()
    query = resource.select(activity, g.viewer, *narrowed)
    key = next(column for column in query.selected_columns if column.key == "id")
    found = db.session.execute(query.where(key > (asked["after"] or 0)).order_by(key).limit(asked["limit"] + 1)).all()
    page = paged(list(found), asked["limit"])
    return page | {"items": resource.schema(many=True).dump(page["items"])}


def describe(interface: Interface, registry: Registry) -> None:
    """Add to the description what the lists of all installed formats hold, and what narrows them."""
    narrowing: dict[str, list[str]] = {}
    for module in registry:
        for resource in module.resources:
            interface.rows[f"{module.name}.{resource.name}"] = resource.schema
            for name, words in resource.narrowing.items():
                narrowing.setdefault(name, []).append(f"{module.name}/{resource.name}: {words}")
    interface.narrowing |= {name: " ".join(dict.fromkeys(words)) for name, words in narrowing.items()}


def _activity(module: str, slug: str) -> tuple[Activity, tuple[Resource, ...]]:
    """The activity and what its format offers; nothing where the format is gone. Raises Unknown."""
    for entry in g.procedure.activities:
        if (entry.module, entry.slug) == (module, slug):
            found = installed().get(module)
            return entry, found.resources if found else ()
    raise Unknown
