"""What every map of an activity shows first: its area, its districts, and where to look."""

from typing import Any, Final

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from participation.contributions.clusters import frame_of
from participation.contributions.location_models import Area
from participation.contributions.locations import AREA, DISTRICT, areas_of
from participation.kernel.geometry import Box, bounds
from participation.pages.contribution_places import activity_of
from participation.procedures.models import Activity
from participation.web.guard import public
from participation.web.maps import feature, features

bp = Blueprint("maps", __name__)
GERMANY: Final = Box(5.9, 47.3, 15.1, 55.1)


@bp.get("/<tenant>/<procedure>/-/maps/<int:number>/areas.json")
@public
def areas(number: int) -> ResponseReturnValue:
    """The area and the districts of an activity as GeoJSON, with the frame to look at as `bbox`."""
    activity = activity_of(number)
    around, districts = areas_of(activity, AREA), areas_of(activity, DISTRICT)
    box = _frame(activity, around or districts)
    return features([_drawn(area) for area in (*around, *districts)], bbox=list(box))


def _drawn(area: Area) -> dict[str, Any]:
    return feature(area.geometry, {"kind": area.kind, "title": area.title})


def _frame(activity: Activity, around: list[Area]) -> Box:
    """Around the area, else around what came in, else around the country."""
    boxes = [bounds(area.geometry) for area in around]
    if boxes:
        west, south, east, north = zip(*boxes, strict=True)
        return Box(min(west), min(south), max(east), max(north))
    return frame_of(activity, g.viewer) or GERMANY
