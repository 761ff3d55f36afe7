"""Writing: the layers of a plan, and what is copied with it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from modules.plan.models import Layer
from modules.plan.queries import layer_at, layers_of
from participation.contributions.locations import AREA, areas_of, keep_areas
from participation.documents import importing
from participation.kernel import geometry
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Invalid, Unknown
from participation.kernel.text import normalise_name
from participation.procedures.events import ProcedureChanged
from participation.procedures.models import Activity
from participation.procedures.services import note_change
from participation.tenants.map_sources import WMS, MapSource, checked_source

MOST: Final = 12
LONGEST: Final = 120  # characters of a title
LEGEND: Final = 2_000
FEATURES: Final = 2_000
CORNERS: Final = 20_000  # of all features of a layer
KINDS: Final = ("Point", "LineString", "Polygon", "MultiPolygon")


def check_picture(activity: Activity, *, title: str, legend: str, bounds: Sequence[float]) -> None:
    """Say before a picture is drawn and stored whether it can be placed. Raises Invalid."""
    _new(activity, "picture", title, legend)
    _frame(bounds)


def add_picture(
    activity: Activity,
    *,
    title: str,
    legend: str,
    bounds: Sequence[float],
    stored_name: str,
    media_type: str,
    size: int,
    actor_id: int | None = None,
) -> Layer:
    """Place a stored picture on the map. `bounds` are west, south, east, north. Raises Invalid."""
    layer = _new(activity, "picture", title, legend)
    layer.bounds = list(_frame(bounds))
    layer.stored_name, layer.media_type, layer.size = stored_name, media_type, size
    return _kept(activity, layer, actor_id)


def add_shapes(activity: Activity, *, title: str, legend: str, source: str, actor_id: int | None = None) -> Layer:
    """A layer of geometries from GeoJSON. Raises Invalid with the number of the feature that cannot be used."""
    layer = _new(activity, "geojson", title, legend)
    layer.shapes = shapes_of(source)
    layer.bounds = list(_around(layer.shapes))
    return _kept(activity, layer, actor_id)


def add_service(
    activity: Activity, *, title: str, legend: str, address: str, layers: str, actor_id: int | None = None
) -> Layer:
    """A layer of a map service of the authority (WMS, https). Raises Invalid."""
    layer = _new(activity, "wms", title, legend)
    try:
        source = checked_source(MapSource(WMS, address.strip(), layers.strip(), attribution=layer.title))
    except Invalid as invalid:
        raise Invalid(invalid.sentence, field={"url": "address"}.get(invalid.field, invalid.field)) from None
    layer.address, layer.layers = source.url, source.layers
    return _kept(activity, layer, actor_id)


def origin_of(address: str) -> str:
    """Where a map service is asked, as a policy of pictures names it."""
    return MapSource(WMS, address).origin


def remove_layer(activity: Activity, key: str, *, actor_id: int | None = None) -> None:
    """Take a layer out. Raises Unknown."""
    layer = layer_at(activity, key)
    if layer is None:
        raise Unknown
    db.session.delete(layer)
    _note(activity, actor_id)


def shapes_of(source: str) -> dict[str, Any]:
    """A checked FeatureCollection with the names of its features. Raises Invalid at the field `shapes`."""
    try:
        found = json.loads(source)
    except (ValueError, RecursionError):
        raise Invalid(_l("Das ist kein GeoJSON."), field="shapes") from None
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not 0 < len(features) <= FEATURES:
        sentence = _l("Erwartet wird eine FeatureCollection mit höchstens %(most)s Objekten.", most=FEATURES)
        raise Invalid(sentence, field="shapes")
    left, made = CORNERS, []
    for number, feature in enumerate(features, 1):
        made.append(_feature(number, feature, left))
        left -= len(geometry.positions(made[-1]["geometry"]))
    return {"type": "FeatureCollection", "features": made}


def _feature(number: int, feature: Any, left: int) -> dict[str, Any]:
    shape = feature.get("geometry") if isinstance(feature, dict) else None
    try:
        found = geometry.read(shape if isinstance(shape, dict) else "", kinds=KINDS, most=max(left, 1))
    except Invalid as invalid:
        sentence = _l("Objekt %(number)s: %(problem)s", number=number, problem=invalid.sentence)
        raise Invalid(sentence, field="shapes") from None
    named = feature.get("properties")
    name = str(named.get("name", "")) if isinstance(named, dict) else ""
    return {"type": "Feature", "geometry": found, "properties": {"name": normalise_name(name)[:LONGEST]}}


def _around(shapes: Mapping[str, Any]) -> geometry.Box:
    boxes = [geometry.bounds(feature["geometry"]) for feature in shapes["features"]]
    west, south = min(box.west for box in boxes), min(box.south for box in boxes)
    return geometry.Box(west, south, max(box.east for box in boxes), max(box.north for box in boxes))


def _frame(bounds: Sequence[float]) -> geometry.Box:
    box = geometry.Box(*bounds)
    if not (-180 <= box.west < box.east <= 180 and -90 <= box.south < box.north <= 90):
        sentence = _l("Bitte geben Sie die Ecken so an: Westen kleiner als Osten, Süden kleiner als Norden.")
        raise Invalid(sentence, field="south_west")
    return box


def _new(activity: Activity, kind: str, title: str, legend: str) -> Layer:
    kept = layers_of(activity)
    name, words = normalise_name(title), legend.strip()
    if len(kept) >= MOST:
        raise Invalid(_l("Möglich sind höchstens %(most)s Ebenen.", most=MOST), field="title")
    if not name or len(name) > LONGEST:
        raise Invalid(_l("Bitte geben Sie einen Namen mit höchstens 120 Zeichen an."), field="title")
    if not words or len(words) > LEGEND:
        raise Invalid(_l("Bitte sagen Sie mit höchstens 2.000 Zeichen, was zu sehen ist."), field="legend")
    taken = {layer.key for layer in kept}
    return Layer(
        tenant_id=activity.tenant_id,
        activity_id=activity.id,
        key=next(key for number in range(1, MOST + 2) if (key := f"e{number}") not in taken),
        position=max((layer.position for layer in kept), default=0) + 1,
        title=name,
        kind=kind,
        legend=words,
    )


def _kept(activity: Activity, layer: Layer, actor_id: int | None) -> Layer:
    db.session.add(layer)
    _note(activity, actor_id)
    return layer


def _note(activity: Activity, actor_id: int | None) -> None:
    """Pages, search and the log know of it."""
    db.session.flush()
    note_change(activity.procedure)
    procedure = activity.procedure
    emit(ProcedureChanged(tenant_id=procedure.tenant_id, procedure_id=procedure.id, actor_id=actor_id))


def dump(activity: Activity) -> dict[str, Any]:
    """Documents, area and layers but the pictures, whose files belong to this procedure."""
    names = ("key", "position", "title", "kind", "legend", "shown", "bounds", "shapes", "address", "layers")
    return {
        "text": importing.dump(activity),
        "area": [{"title": area.title, "geometry": area.geometry} for area in areas_of(activity, AREA)],
        "layers": [
            {name: getattr(layer, name) for name in names} for layer in layers_of(activity) if layer.kind != "picture"
        ],
    }


def load(activity: Activity, content: Mapping[str, Any]) -> None:
    """Fill an activity that is still empty with what `dump` gave."""
    importing.load(activity, content.get("text", {}))
    keep_areas(activity, AREA, [(entry["title"], entry["geometry"]) for entry in content.get("area", ())])
    for entry in content.get("layers", ()):
        db.session.add(Layer(tenant_id=activity.tenant_id, activity_id=activity.id, **entry))
    db.session.flush()
