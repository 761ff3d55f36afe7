"""Geometry on the ground: read GeoJSON (RFC 7946, WGS 84, longitude first), check it, measure. No Flask, no database.

A geometry is kept as the mapping that GeoJSON writes. Distances are metres on a sphere of 6,371,008.8 m (the mean
earth radius of IUGG); at the size of a town the error against the ellipsoid stays below 0.5 %.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from participation.kernel.refusal import Invalid
from participation.kernel.rings import Position as Position
from participation.kernel.rings import crosses_itself, encloses

RADIUS: Final = 6_371_008.8  # metres
EQUATOR: Final = 6_378_137.0  # metres: the half axis of WGS 84
SQUARED_ECCENTRICITY: Final = 0.00669437999014
DIGITS: Final = 6  # of a degree: about 11 centimetres
MOST_DRAWN: Final = 500  # points of something a person draws
MOST_LOADED: Final = 20_000  # points of an area that staff load
DRAWN: Final = ("Point", "LineString", "Polygon")
LOADED: Final = ("Polygon", "MultiPolygon")

Ring = list[Position]


class Box(NamedTuple):
    """The frame around something."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, at: Position) -> bool:
        """Whether a position lies inside or on the edge."""
        return self.west <= at[0] <= self.east and self.south <= at[1] <= self.north


def read(source: str | Mapping[str, Any], *, kinds: Sequence[str] = DRAWN, most: int = MOST_DRAWN) -> dict[str, Any]:
    """A checked and rounded geometry from GeoJSON. Raises Invalid, at the field "geometry", with what is wrong."""
    found = _parsed(source)
    kind = str(found.get("type"))
    if kind not in kinds:
        raise _invalid(_l("Diese Form kennen wir nicht. Möglich sind Punkt, Linie und Fläche in GeoJSON."))
    coordinates = _checked(kind, found.get("coordinates"), most)
    return {"type": kind, "coordinates": coordinates}


def point(longitude: float, latitude: float) -> dict[str, Any]:
    """The geometry of a single position. Raises Invalid for one that is not on the earth."""
    return {"type": "Point", "coordinates": list(_position([longitude, latitude]))}


def _parsed(source: str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(source, Mapping):
        return source
    try:
        found = json.loads(source)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, Mapping):
        raise _invalid(_l("Das ist kein GeoJSON."))
    return found


def _checked(kind: str, coordinates: Any, most: int) -> Any:
    """Coordinates as lists of rounded positions, all rules of the kind kept."""
    if kind == "Point":
        return list(_position(coordinates))
    if kind == "LineString":
        line = _line(coordinates, most)
        if len(set(line)) < 2:
            raise _invalid(_l("Eine Linie braucht mindestens zwei verschiedene Punkte."))
        return [list(at) for at in line]
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise _invalid(_l("Die Fläche hat keine Punkte."))
    checked, left = [], most
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise _invalid(_l("Die Fläche hat keine Punkte."))
        rings = []
        for ring in polygon:
            rings.append(_ring(ring, left))
            left -= len(rings[-1])
        checked.append([[list(at) for at in ring] for ring in rings])
    return checked[0] if kind == "Polygon" else checked


def _position(value: Any) -> Position:
    if not isinstance(value, (list, tuple)) or not 2 <= len(value) <= 3:
        raise _invalid(_l("Ein Punkt besteht aus Länge und Breite."))
    if any(isinstance(number, bool) or not isinstance(number, (int, float)) for number in value):
        raise _invalid(_l("Länge und Breite sind Zahlen."))
    if not (abs(value[0]) <= 180 and abs(value[1]) <= 90):  # NaN is not; a whole number may be beyond all floats
        raise _invalid(
            _l("Diese Koordinaten liegen nicht auf der Erde. Länge geht von −180 bis 180, Breite bis 90 Grad.")
        )
    return round(float(value[0]), DIGITS), round(float(value[1]), DIGITS)


def _line(value: Any, most: int) -> Ring:
    if not isinstance(value, list):
        raise _invalid(_l("Eine Linie ist eine Reihe von Punkten."))
    if len(value) > most:
        raise _invalid(
            _l("Die Form hat zu viele Punkte. Möglich sind %(most)s. Bitte vereinfachen Sie sie.", most=most)
        )
    return [_position(entry) for entry in value]


def _ring(value: Any, most: int) -> Ring:
    """A closed ring without doubles in a row; an open one is closed."""
    line = _line(value, most)
    ring = [at for number, at in enumerate(line) if number == 0 or at != line[number - 1]]
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    if len(ring) < 4:
        raise _invalid(_l("Eine Fläche braucht mindestens drei verschiedene Ecken."))
    if crosses_itself(ring):
        raise _invalid(_l("Die Grenze der Fläche kreuzt sich selbst. Bitte zeichnen Sie sie ohne Überschneidung."))
    return ring


def in_words(at: Position) -> str:
    """A position as people type it, latitude first, with no digit lost: "50.7352 7.0986"."""
    return " ".join(f"{degrees:.{DIGITS}f}".rstrip("0").rstrip(".") for degrees in (at[1], at[0]))


def positions(geometry: Mapping[str, Any]) -> list[Position]:
    """All positions of a geometry, in the order they are written."""
    return list(_flat(geometry["coordinates"]))


def _flat(value: Any) -> Iterator[Position]:
    if isinstance(value[0], (int, float)):
        yield value[0], value[1]
    else:
        for entry in value:
            yield from _flat(entry)


def bounds(geometry: Mapping[str, Any]) -> Box:
    """The frame around a geometry."""
    found = positions(geometry)
    east_west, north_south = [at[0] for at in found], [at[1] for at in found]
    return Box(min(east_west), min(north_south), max(east_west), max(north_south))


def middle(geometry: Mapping[str, Any]) -> Position:
    """Where a sign for a geometry stands: the point, the middle corner of a line, the centre of the frame of an area
    where that lies inside it, else its first corner."""
    found = positions(geometry)
    if geometry["type"] in ("Point", "LineString"):
        return found[len(found) // 2]
    box = bounds(geometry)
    centre = round((box.west + box.east) / 2, DIGITS), round((box.south + box.north) / 2, DIGITS)
    return centre if covers(geometry, centre) else found[0]


def covers(area: Mapping[str, Any], at: Position) -> bool:
    """Whether a position lies in a polygon or one of several; on the edge counts as inside, in a hole as outside."""
    polygons = [area["coordinates"]] if area["type"] == "Polygon" else area["coordinates"]
    return any(
        encloses(pairwise(rings[0]), at) and not any(encloses(pairwise(hole), at) for hole in rings[1:])
        for rings in polygons
    )


def metres(one: Position, other: Position) -> float:
    """The distance between two positions along the ground (haversine)."""
    south, north = math.radians(one[1]), math.radians(other[1])
    across = math.sin(math.radians(other[0] - one[0]) / 2) ** 2
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * across
    return 2 * RADIUS * math.asin(math.sqrt(min(1.0, half)))


def degree_at(latitude: float) -> tuple[float, float]:
    """How many metres a degree is at a latitude, to the east and to the north, on the ellipsoid of WGS 84."""
    at = math.radians(latitude)
    flat = 1 - SQUARED_ECCENTRICITY * math.sin(at) ** 2
    east = EQUATOR / math.sqrt(flat) * math.cos(at)
    north = EQUATOR * (1 - SQUARED_ECCENTRICITY) / flat**1.5
    return math.radians(east), math.radians(north)


def around(at: Position, radius: float) -> Box:
    """A frame that holds everything within so many metres of a position, on the ellipsoid and on the sphere."""
    up = 1.01 * radius / degree_at(0)[1]  # a degree to the north is shortest there
    wide = 1.01 * radius / max(1_000.0, degree_at(min(89.0, abs(at[1]) + up))[0])
    return Box(at[0] - wide, at[1] - up, at[0] + wide, at[1] + up)


def _invalid(sentence: Any) -> Invalid:
    return Invalid(sentence, field="geometry")
