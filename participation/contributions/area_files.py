"""Areas as files and lines: GeoJSON with names, or a border typed corner by corner. Checked whole; no database."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from participation.contributions.locations import COUNTRY, DISTRICT, TURNED, typed_shape
from participation.kernel import geometry
from participation.kernel.geometry import LOADED, MOST_LOADED
from participation.kernel.refusal import Invalid
from participation.kernel.tables import decoded
from participation.kernel.text import normalise_name, without_unstorable

MOST_BYTES: Final = 10 * 2**20
MOST_AREAS: Final = 300
LONGEST: Final = 100  # characters of a name
WITH_NAMES: Final = ("title", "name", "titel", "bezeichnung", "stadtteil", "ortsteil", "bezirk", "label")
DEGREES: Final = frozenset({"", "4326", "CRS84"})  # systems that say longitude and latitude in degrees

IN_METRES = _l(
    "Die Datei nennt keine Längen und Breiten, sondern ein anderes Koordinatensystem. "
    "Bitte speichern Sie sie als WGS 84 (EPSG:4326)."
)
NO_AREA = _l("Das ist keine Fläche. Möglich sind Polygon und MultiPolygon.")


class AreaEntry(NamedTuple):
    """An area that can be taken over."""

    title: str
    geometry: dict[str, Any]

    @property
    def corners(self) -> int:
        """How many corners its borders have."""
        return len(geometry.positions(self.geometry))


class AreaFile(NamedTuple):
    """What a file holds: areas, the properties that could name them, and the one that does ("" for none)."""

    entries: list[AreaEntry]
    names: list[str]
    named_by: str


def read_areas(data: bytes, kind: str, named_by: str = "") -> AreaFile:
    """The areas of a GeoJSON file, all of them checked. `named_by` chooses the property with their names.

    Raises Invalid (field `file`): no GeoJSON, no areas, too many corners, a border that crosses itself, numbers that
    are not on the earth or are swapped, a district without a name.
    """
    try:
        features = _features(_parsed(data))
        names = _names(features)
        chosen = named_by if named_by in names else _usual(names)
        return AreaFile(_entries(features, kind, chosen), names, chosen)
    except Invalid as invalid:
        raise Invalid(invalid.sentence, field="file") from None


def as_file(entries: Sequence[tuple[str, Mapping[str, Any]]]) -> bytes:
    """Areas as the GeoJSON that `read_areas` reads."""
    features = [
        {"type": "Feature", "properties": {"title": title}, "geometry": dict(shape)} for title, shape in entries
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def drawn_file(kind: str, before: Sequence[tuple[str, Mapping[str, Any]]], title: str, source: str) -> bytes:
    """A file with the areas before and one more, that was drawn or typed. Raises Invalid at `title` or `position`."""
    if not _title(title):
        raise Invalid(_l("Bitte geben Sie einen Namen mit höchstens %(most)s Zeichen an.", most=LONGEST), field="title")
    data = as_file([*before, (title, typed_area(source.strip()))])
    read_areas(data, kind)
    return data


def typed_area(source: str) -> dict[str, Any]:
    """An area from lines "latitude longitude", one for each corner, or from GeoJSON. Raises Invalid (`position`)."""
    try:
        shape: Mapping[str, Any] = _parsed(source.encode()) if source.startswith("{") else typed_shape(source)
        if shape.get("type") == "LineString":  # the border was not led back to its first corner
            shape = {"type": "Polygon", "coordinates": [shape["coordinates"]]}
        if shape.get("type") not in LOADED:
            raise Invalid(_l("Eine Fläche braucht mindestens drei verschiedene Ecken."))
        return _shape(shape)
    except Invalid as invalid:
        raise Invalid(invalid.sentence, field="position") from None


def _parsed(data: bytes) -> Mapping[str, Any]:
    """The JSON of a file. Raises Invalid that says what it is instead."""
    if not data.strip():
        raise Invalid(_l("Die Datei ist leer."))
    if len(data) > MOST_BYTES:
        raise Invalid(_l("Die Datei ist zu groß. Möglich sind 10 MB. Bitte vereinfachen Sie die Grenzen."))
    if data.startswith(b"PK\x03\x04"):
        raise Invalid(_l("Das ist ein gepacktes Archiv, kein GeoJSON. Bitte speichern Sie die Flächen als GeoJSON."))
    text = decoded(data).strip()
    if text.startswith("<"):
        raise Invalid(_l("Das ist KML oder anderes XML, kein GeoJSON. Bitte speichern Sie die Flächen als GeoJSON."))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, Mapping):
        raise Invalid(_l("Das ist kein GeoJSON."))
    if _system(found) not in DEGREES:
        raise Invalid(IN_METRES)
    return found


def _system(found: Mapping[str, Any]) -> str:
    """The system of coordinates that an older GeoJSON names: "4326" of "urn:ogc:def:crs:EPSG::4326"."""
    said = found.get("crs")
    name = said.get("properties") if isinstance(said, Mapping) else None
    return str(name.get("name", "")).rpartition(":")[2] if isinstance(name, Mapping) else ""


def _features(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The features of any GeoJSON, at least one."""
    kind = found.get("type")
    listed = {"FeatureCollection": found.get("features"), "Feature": [found]}.get(
        str(kind), [{"geometry": found}] if kind in LOADED else None
    )
    if not isinstance(listed, list) or not all(isinstance(feature, Mapping) for feature in listed):
        raise Invalid(_l("In der Datei sind keine Flächen. Möglich sind Polygon, MultiPolygon und FeatureCollection."))
    if not 1 <= len(listed) <= MOST_AREAS:
        raise Invalid(_l("Möglich sind eine bis %(most)s Flächen.", most=MOST_AREAS))
    return listed


def _names(features: list[Mapping[str, Any]]) -> list[str]:
    """The properties that every feature has a short text or number in."""
    kept = [feature.get("properties") for feature in features]
    properties = [one if isinstance(one, Mapping) else {} for one in kept]
    return [
        name
        for name in properties[0]
        if all(type(one.get(name)) in (str, int) and _title(one[name]) for one in properties)
    ]


def _usual(names: list[str]) -> str:
    """The property that usually holds the name, else the first; "" for none."""
    by_word = {name.casefold(): name for name in reversed(names)}
    return next((by_word[word] for word in WITH_NAMES if word in by_word), names[0] if names else "")


def _title(value: Any) -> str:
    title = normalise_name(without_unstorable(str(value)[: LONGEST * 2]))
    return title if len(title) <= LONGEST else ""


def _entries(features: list[Mapping[str, Any]], kind: str, named_by: str) -> list[AreaEntry]:
    entries, corners = [], 0
    for number, feature in enumerate(features, 1):
        title = _title(feature["properties"][named_by]) if named_by else ""
        label = f"{number} ({title})" if title else str(number)
        try:
            entry = AreaEntry(title, _shape(feature.get("geometry")))
        except Invalid as invalid:
            raise Invalid(_l("Fläche %(which)s: %(problem)s", which=label, problem=invalid.sentence)) from None
        corners += entry.corners
        if corners > MOST_LOADED:
            raise Invalid(_too_long())
        entries.append(entry)
    if kind == DISTRICT and not named_by:
        raise Invalid(_l("Die Stadtteile haben keine Namen. Jede Fläche braucht eine Eigenschaft „name“ oder „title“."))
    return entries


def _shape(found: Any) -> dict[str, Any]:
    """A checked area that does not lie on the other side of the earth."""
    if not isinstance(found, Mapping) or found.get("type") not in LOADED:
        raise Invalid(NO_AREA)
    shape = geometry.read(found, kinds=LOADED, most=MOST_LOADED)
    corners = geometry.positions(shape)
    turned = [(latitude, longitude) for longitude, latitude in corners]
    if all(COUNTRY.holds(at) for at in turned) and not any(COUNTRY.holds(at) for at in corners):
        raise Invalid(TURNED)
    return shape


def _too_long() -> Any:
    return _l("Die Flächen haben zusammen mehr als %(most)s Ecken. Bitte vereinfachen Sie sie.", most=MOST_LOADED)
