"""Rows with a place as GeoJSON (RFC 7946), streamed in constant memory: one feature a row, one row a line.

`geometry` of a row is a GeoJSON geometry as it is; without it `longitude` and `latitude` are a point; a row with
neither is a feature without a geometry. The other columns are its properties, `reference` is its id. Facts head the
collection as foreign members.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from participation.openness.tabular import Row, plain_value

MEDIA_TYPE: Final = "application/geo+json"
PLACE: Final = ("geometry", "longitude", "latitude")


def write_geojson(rows: Iterable[Row], facts: Mapping[str, Any]) -> Iterator[str]:
    """A FeatureCollection; where a row fails, the document stays open, so that nobody takes it for whole."""
    head = _json({"type": "FeatureCollection", **facts})[:-1]
    yield f'{head}, "features": ['
    separator = "\n"
    for row in rows:
        yield separator + _json(feature_of(row))
        separator = ",\n"
    yield "\n]}\n"


def feature_of(row: Row) -> dict[str, Any]:
    """A row as a feature."""
    found = {"type": "Feature", "geometry": _geometry(row)}
    known = {"id": row["reference"]} if row.get("reference") else {}
    return found | known | {"properties": {name: value for name, value in row.items() if name not in PLACE}}


def _geometry(row: Row) -> Any:
    if row.get("geometry"):
        return row["geometry"]
    at = row.get("longitude"), row.get("latitude")
    return None if None in at else {"type": "Point", "coordinates": list(at)}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain_value)
