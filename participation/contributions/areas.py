"""The ground of an activity: its area and its districts change, and the districts of contributions follow."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select, update

from participation.contributions.location_models import Location
from participation.contributions.locations import DISTRICT, areas_of, keep_areas
from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.outlines import Outline
from participation.procedures.events import ProcedureChanged
from participation.procedures.models import Activity
from participation.procedures.phases import check_not_over
from participation.procedures.services import note_change

AT_ONCE: Final = 500  # ids in a statement
SIGN: Final[Any] = (Location.longitude, Location.latitude)  # of those that have one

Entries = Sequence[tuple[str, Mapping[str, Any]]]  # title, checked geometry


def change_areas(activity: Activity, kind: str, entries: Entries, *, actor_id: int | None = None) -> int:
    """The area, or the districts, are these from now on; none takes them away. Says how many contributions lie in
    another district now. Raises Refused where the procedure is over.
    """
    check_not_over(activity.procedure)
    before = {area.title for area in areas_of(activity, DISTRICT)}
    keep_areas(activity, kind, entries)
    moved = _sorted_anew(activity, entries, before) if kind == DISTRICT else 0
    note_change(activity.procedure)
    emit(ProcedureChanged(tenant_id=activity.tenant_id, procedure_id=activity.procedure_id, actor_id=actor_id))
    return moved


def _sorted_anew(activity: Activity, entries: Entries, before: set[str]) -> int:
    """Contributions with a sign on the map get the district it lies in. Where none does, a name that came from a map
    goes, and one that came with a letter or a table stays. A query, and a statement for 500 rows."""
    outlines = [(title, Outline(shape)) for title, shape in entries]
    query = select(Contribution.id, Contribution.district, *SIGN)
    query = query.join(Location, Location.contribution_id == Contribution.id)
    query = query.where(Location.activity_id == activity.id, Location.longitude.is_not(None))
    moved: dict[str, list[int]] = defaultdict(list)
    for number, district, longitude, latitude in db.session.execute(query):
        found = next((title for title, outline in outlines if outline.covers((longitude, latitude))), "")
        following = found or ("" if district in before else district)
        if following != district:
            moved[following].append(number)
    for title, ids in moved.items():
        for start in range(0, len(ids), AT_ONCE):
            some = Contribution.id.in_(ids[start : start + AT_ONCE])
            db.session.execute(update(Contribution).where(some).values(district=title))
    return sum(len(ids) for ids in moved.values())


def left_outside(activity: Activity, entries: Entries) -> int:
    """How many contributions on the map lie in none of these areas. One query."""
    outlines = [Outline(shape) for _title, shape in entries]
    query = select(*SIGN).where(Location.activity_id == activity.id, Location.longitude.is_not(None))
    signs = [(longitude, latitude) for longitude, latitude in db.session.execute(query)]
    return sum(not any(outline.covers(sign) for outline in outlines) for sign in signs)
