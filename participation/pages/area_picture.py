"""Areas as a small picture, drawn by the server, and how large they are in words."""

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from flask_babel import format_decimal

from participation.kernel import geometry

WIDTH: Final = 480  # of the picture, in its own units
MOST_CORNERS: Final = 2_000  # that are drawn; more nobody sees


class Picture(NamedTuple):
    """The borders as paths of SVG, in the order of the areas."""

    height: int
    paths: list[str]


def picture_of(areas: Sequence[Any]) -> Picture | None:
    """The areas beside each other as on a map, north above; None for none."""
    boxes = [geometry.bounds(area.geometry) for area in areas]
    if not boxes:
        return None
    west, south = min(box.west for box in boxes), min(box.south for box in boxes)
    east, north = max(box.east for box in boxes), max(box.north for box in boxes)
    wide = math.cos(math.radians((south + north) / 2))  # a degree of longitude, in degrees of latitude
    scale = (WIDTH - 8) / max((east - west) * wide, (north - south) / 2, 1e-9)
    every = 1 + sum(len(geometry.positions(area.geometry)) for area in areas) // MOST_CORNERS

    def path(ring: Sequence[Sequence[float]]) -> str:
        corners = [*ring[:-1:every], ring[-1]] if len(ring) > 4 * every else ring
        points = (f"{4 + (x - west) * wide * scale:.1f} {4 + (north - y) * scale:.1f}" for x, y in corners)
        return f"M{'L'.join(points)}Z"

    return Picture(
        height=math.ceil((north - south) * scale) + 8,
        paths=["".join(path(ring) for ring in _rings(area.geometry)) for area in areas],
    )


def _rings(shape: Any) -> list[Any]:
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return [ring for rings in polygons for ring in rings]


def size_of(area: Any) -> str:
    """How far an area reaches: "12,3 × 8,0 km"."""
    box = geometry.bounds(area.geometry)
    middle = (box.south + box.north) / 2
    across = geometry.metres((box.west, middle), (box.east, middle)) / 1_000
    up = geometry.metres((box.west, box.south), (box.west, box.north)) / 1_000
    return f"{format_decimal(across, '0.0')} × {format_decimal(up, '0.0')} km"
