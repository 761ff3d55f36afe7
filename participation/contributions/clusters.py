"""Signs for a map: what lies close together at a zoom becomes one sign, put together in SQL by a grid.

A zoom is that of web maps: the earth is 256 · 2^zoom pixels wide. The grid stands still when the map is moved, so the
same answer serves many readers; how many signs there can be follows from the view, not from the number of points.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, case, func, select

from participation.access.rules import Viewer
from participation.contributions.location_models import Location
from participation.contributions.models import Contribution
from participation.contributions.queries import visible_to
from participation.kernel.db import db
from participation.kernel.geometry import Box
from participation.kernel.refusal import Refused
from participation.procedures.models import Activity

TILE: Final = 256  # pixels
CELL: Final = 64  # pixels; signs that are closer may become one
APART: Final = 44  # pixels between signs, so that each can be tapped
WIDEST: Final = 2_304  # pixels of a view in each direction
DEEPEST: Final = 20  # zoom
NAMED: Final = 300  # what an answer may name, beyond one contribution for each sign
POLE: Final = 85.06  # degrees; where web maps end
EARTH: Final = Box(-180.0, -POLE, 180.0, POLE)
UNREADABLE = _l("Diesen Ausschnitt der Karte können wir nicht lesen. Gemeint ist bbox=West,Süd,Ost,Nord in Grad.")
NO_ZOOM = _l("Der Maßstab zoom ist eine ganze Zahl von 0 bis 20.")
TOO_WIDE = _l("Dieser Ausschnitt ist zu groß für den Maßstab. Bitte wählen Sie einen kleineren oder zoomen Sie heraus.")

C = Contribution
TITLE = case((C.title != "", C.title), else_=func.substr(C.source, 1, 80)).label("title")


class View(NamedTuple):
    """A part of the map as somebody looks at it."""

    box: Box
    zoom: int


class Named(NamedTuple):
    """A contribution below a sign."""

    reference: str
    title: str
    place: str


class Sign(NamedTuple):
    """One or many contributions at a place of the map: their middle, the frame around them, the newest of them."""

    longitude: float
    latitude: float
    number: int
    box: Box
    named: list[Named]


def view_from(bbox: str, zoom: str) -> View:
    """The view an address says; "" and "" are the whole earth. Raises Refused (400) for what is none, or too much."""
    if not bbox and not zoom:
        return View(EARTH, 0)
    if not (zoom.isascii() and zoom.isdigit() and len(zoom) <= 2 and int(zoom) <= DEEPEST):
        raise Refused(NO_ZOOM, status=400)
    view = View(_box(bbox), int(zoom))
    if max(_pixels(view)) > WIDEST:
        raise Refused(TOO_WIDE, status=400)
    return view


def _box(bbox: str) -> Box:
    try:
        west, south, east, north = (float(number) for number in bbox[:200].split(","))
    except ValueError:
        raise Refused(UNREADABLE, status=400) from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # holds for no number that is not finite
        raise Refused(UNREADABLE, status=400)
    return Box(west, max(south, -POLE), east, min(north, POLE))


def _pixels(view: View) -> tuple[float, float]:
    """How wide and high a view is on the screen."""
    earth = TILE * 2**view.zoom
    high = _mercator(view.box.north) - _mercator(view.box.south)
    return (view.box.east - view.box.west) / 360 * earth, high / math.tau * earth


def _mercator(latitude: float) -> float:
    return math.asinh(math.tan(math.radians(latitude)))


def signs_in(activity: Activity, view: View, who: Viewer, where: Sequence[ColumnElement[bool]] = ()) -> list[Sign]:
    """The signs of a view, from west to east, for the contributions `where` leaves and this viewer may read. One query.

    Each sign names its newest contribution; in a small view all of them, so that a page can list what is below a sign.
    """
    wide = 360 * CELL / TILE / 2**view.zoom
    high = wide * math.cos(math.radians(round((view.box.south + view.box.north) / 2)))
    across, down = _pixels(view)
    most = max(1, NAMED // (math.ceil(across / CELL + 1) * math.ceil(down / CELL + 1)))
    ranked = _ranked(activity, view.box, who, where, wide, high).subquery()
    query = select(ranked).where(ranked.c.rank <= most).order_by(ranked.c.x, ranked.c.y, ranked.c.rank)
    signs: dict[tuple[float, float], Sign] = {}
    for row in db.session.execute(query):
        box = Box(row.west, row.south, row.east, row.north)
        sign = signs.setdefault((row.x, row.y), Sign(row.middle_x, row.middle_y, row.number, box, []))
        sign.named.append(Named(row.reference, row.title, row.place))
    return _apart(list(signs.values()), wide * APART / CELL, high * APART / CELL, most)


def _apart(signs: list[Sign], wide: float, high: float, most: int) -> list[Sign]:
    """Signs so far apart that each can be tapped: one that is too close to a larger one joins it, which stays there."""
    kept: dict[tuple[int, int], list[Sign]] = defaultdict(list)  # by squares as large as the distance
    for sign in sorted(signs, key=lambda sign: (-sign.number, sign.longitude, sign.latitude)):
        x, y = math.floor(sign.longitude / wide), math.floor(sign.latitude / high)
        squares = [(x + right, y + up) for right in (-1, 0, 1) for up in (-1, 0, 1)]
        around = [(square, place, other) for square in squares for place, other in enumerate(kept.get(square, ()))]
        close = next((entry for entry in around if _is_close(sign, entry[2], wide, high)), None)
        if close is None:
            kept[x, y].append(sign)
        else:
            square, place, large = close
            kept[square][place] = _joined(large, sign, most)
    return sorted(sign for square in kept.values() for sign in square)


def _is_close(one: Sign, other: Sign, wide: float, high: float) -> bool:
    return math.hypot((one.longitude - other.longitude) / wide, (one.latitude - other.latitude) / high) < 1


def _joined(large: Sign, small: Sign, most: int) -> Sign:
    one, other = large.box, small.box
    box = Box(
        min(one.west, other.west),
        min(one.south, other.south),
        max(one.east, other.east),
        max(one.north, other.north),
    )
    return large._replace(number=large.number + small.number, box=box, named=[*large.named, *small.named][:most])


def _ranked(
    activity: Activity, box: Box, who: Viewer, where: Sequence[ColumnElement[bool]], wide: float, high: float
) -> Select[Any]:
    """Each contribution with its cell of the grid, what is in the cell, and its rank there."""
    longitude, latitude = Location.longitude, Location.latitude
    # both databases know how to round; a point exactly on a line of the grid may fall on either side of it
    x, y = func.round(longitude / wide - 0.5).label("x"), func.round(latitude / high - 0.5).label("y")
    inside = (longitude.between(box.west, box.east), latitude.between(box.south, box.north))
    query = located(select(C.id, C.reference, TITLE, C.place, longitude, latitude, x, y), activity, who, where)
    at = query.where(*inside).subquery().c
    cell: dict[str, Any] = {"partition_by": (at.x, at.y)}
    frame = {
        "west": func.min(at.longitude),
        "south": func.min(at.latitude),
        "east": func.max(at.longitude),
        "north": func.max(at.latitude),
        "middle_x": func.avg(at.longitude),
        "middle_y": func.avg(at.latitude),
        "number": func.count(),
    }
    columns = [function.over(**cell).label(name) for name, function in frame.items()]
    rank = func.row_number().over(**cell, order_by=at.id.desc()).label("rank")
    return select(at.reference, at.title, at.place, at.x, at.y, *columns, rank)


def located(query: Select[Any], activity: Activity, who: Viewer, where: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """A query over the contributions of an activity that lie on the map and this viewer may read."""
    query = query.join(Location, Location.contribution_id == C.id).where(Location.activity_id == activity.id)
    query = query.where(Location.longitude.is_not(None), C.parent_id.is_(None), *where)
    return query.where(visible_to(who, activity.procedure_id, activity.tenant_id))


def frame_of(activity: Activity, who: Viewer) -> Box | None:
    """The frame around all signs of an activity that this viewer may see; None where there is none. One query."""
    longitude, latitude = Location.longitude, Location.latitude
    sides = (func.min(longitude), func.min(latitude), func.max(longitude), func.max(latitude))
    query: Any = select(*sides).select_from(C)
    west, south, east, north = db.session.execute(located(query, activity, who, (C.state == "published",))).one()
    return None if west is None else Box(west, south, east, north)
