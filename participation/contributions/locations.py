"""Where a contribution belongs on the ground: read what was typed or drawn, check it against the area, keep it."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, select

from participation.contributions.location_models import Area, Location
from participation.contributions.models import Contribution
from participation.kernel import geometry
from participation.kernel.db import db
from participation.kernel.geometry import Box, Position
from participation.kernel.refusal import Invalid
from participation.kernel.text import normalise
from participation.procedures.models import Activity

AREA, DISTRICT = "area", "district"
WORDS: Final = 300  # characters
COUNTRY: Final = Box(5.5, 47.0, 15.5, 55.5)  # where the authorities of this platform lie
LINE = re.compile(r"\s*(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*[,;\s]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*")
OUTSIDE = _l("Dieser Ort liegt außerhalb des Gebiets, um das es hier geht. Bitte wählen Sie einen Ort im Gebiet.")
SWAPPED = _l("Breite und Länge sind wohl vertauscht: So liegt der Ort außerhalb des Gebiets, umgekehrt darin.")
TURNED = _l("Breite und Länge sind wohl vertauscht: So liegt der Ort weit weg, umgekehrt in Deutschland.")
UNREADABLE = _l(
    "Diese Koordinaten lassen sich nicht lesen. Schreiben Sie Breite und Länge, zum Beispiel 50,7352 7,0986."
)


class Where(NamedTuple):
    """A checked place on the ground: a geometry ({} for none) and words."""

    geometry: dict[str, Any]
    words: str


class Ground:
    """The area of an activity and its districts, each read once for however many places."""

    def __init__(self, activity: Activity) -> None:
        self.activity = activity

    @cached_property
    def areas(self) -> list[Mapping[str, Any]]:
        """Where something may lie; none: anywhere."""
        return [area.geometry for area in areas_of(self.activity, AREA)]

    @cached_property
    def districts(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The districts with their names."""
        return [(area.title, area.geometry) for area in areas_of(self.activity, DISTRICT)]

    def require_inside(self, shape: Mapping[str, Any]) -> None:
        """Raise Invalid where a geometry leaves the area, or where latitude and longitude were mistaken."""
        found = geometry.positions(shape)
        turned = [(latitude, longitude) for longitude, latitude in found]
        if not self.areas:
            if all(COUNTRY.holds(at) for at in turned) and not any(COUNTRY.holds(at) for at in found):
                raise Invalid(TURNED, field="position")
        elif not _all_in(found, self.areas):
            raise Invalid(SWAPPED if _all_in(turned, self.areas) else OUTSIDE, field="position")

    def district_at(self, at: Position) -> str:
        """The name of the district a position lies in; "" where none does."""
        return next((title for title, area in self.districts if geometry.covers(area, at)), "")


def where_of(fields: Mapping[str, Any], activity: Activity, drawn: Sequence[str]) -> Where | None:
    """What somebody said about the place, checked; None where they said nothing.

    `position` is GeoJSON, or a line "latitude longitude" for each point: one is a point, several are a line, and an
    area where the last is the first. Raises Invalid at the field `position` or `where`.
    """
    words = normalise(str(fields.get("where", ""))).strip()
    source = str(fields.get("position", "")).strip()
    if len(words) > WORDS:
        raise Invalid(_l("Bitte beschreiben Sie den Ort in höchstens %(most)s Zeichen.", most=WORDS), field="where")
    if not source:
        return Where({}, words) if words else None
    try:
        found = geometry.read(source if source.startswith("{") else typed_shape(source), kinds=drawn)
    except Invalid as invalid:
        raise Invalid(invalid.sentence, field="position") from None
    Ground(activity).require_inside(found)
    return Where(found, words)


def typed_shape(source: str) -> dict[str, Any]:
    """Lines of latitude and longitude, as people read them off a map, as a geometry. Raises Invalid."""
    matches = [LINE.fullmatch(line) for line in source.splitlines() if line.strip()]
    if not all(matches):
        raise Invalid(UNREADABLE)
    at = [[_degrees(match[2]), _degrees(match[1])] for match in matches if match]
    if len(at) == 1:
        return {"type": "Point", "coordinates": at[0]}
    if len(at) > 3 and at[0] == at[-1]:
        return {"type": "Polygon", "coordinates": [at]}
    return {"type": "LineString", "coordinates": at}


def _degrees(text: str) -> float:
    return float(text.replace(",", "."))


def as_typed(shape: Mapping[str, Any]) -> str:
    """A geometry as lines of latitude and longitude, the way `where_of` reads them; "" for none."""
    return "\n".join(geometry.in_words(at) for at in geometry.positions(shape)) if shape else ""


def _all_in(found: Sequence[Position], areas: Sequence[Mapping[str, Any]]) -> bool:
    return all(any(geometry.covers(area, at) for area in areas) for at in found)


def areas_of(activity: Activity, kind: str) -> list[Area]:
    """The areas of an activity of a kind, in their order. One query."""
    query = select(Area).where(Area.activity_id == activity.id, Area.kind == kind)
    return list(db.session.scalars(query.order_by(Area.position)))


def keep_areas(activity: Activity, kind: str, entries: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """The areas of a kind are these (title, checked geometry) from now on, in place of those before."""
    db.session.execute(delete(Area).where(Area.activity_id == activity.id, Area.kind == kind))
    for position, (title, shape) in enumerate(entries, 1):
        db.session.add(
            Area(
                tenant_id=activity.tenant_id,
                activity_id=activity.id,
                kind=kind,
                position=position,
                title=title,
                geometry=dict(shape),
            )
        )
    db.session.flush()


def put_location(contribution: Contribution, activity: Activity, where: Where | None) -> bool:
    """Keep where a contribution belongs, in place of what was kept; its district follows. Whether it changed."""
    kept = locations_of([contribution.id]).get(contribution.id)
    if (Where(kept.geometry, kept.words) if kept else None) == where:
        return False
    db.session.execute(delete(Location).where(Location.contribution_id == contribution.id))
    if where is None:
        return True
    sign = geometry.middle(where.geometry) if where.geometry else None
    db.session.add(
        Location(
            tenant_id=contribution.tenant_id,
            contribution_id=contribution.id,
            activity_id=contribution.activity_id,
            geometry=where.geometry,
            longitude=sign[0] if sign else None,
            latitude=sign[1] if sign else None,
            words=where.words,
        )
    )
    if sign:
        contribution.district = Ground(activity).district_at(sign) or contribution.district
    return True


def is_near(activity_id: int, at: Position, radius: float) -> ColumnElement[bool]:
    """Contributions whose sign lies within so many metres of a position.

    On a plane that touches the ellipsoid there: at 5 km the error stays below five metres.
    """
    box, (east, north) = geometry.around(at, radius), geometry.degree_at(at[1])
    up, right = (Location.latitude - at[1]) * north, (Location.longitude - at[0]) * east
    here = (Location.longitude.between(box.west, box.east), Location.latitude.between(box.south, box.north))
    inside = select(Location.contribution_id).where(Location.activity_id == activity_id, *here)
    return Contribution.id.in_(inside.where(up * up + right * right <= radius * radius))


def locations_of(ids: Sequence[int]) -> dict[int, Location]:
    """Where contributions belong, by their id; one query, none for none."""
    query = select(Location).where(Location.contribution_id.in_(ids))
    return {row.contribution_id: row for row in db.session.scalars(query)} if ids else {}
