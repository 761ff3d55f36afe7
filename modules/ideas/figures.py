"""Numbers worth showing."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from modules.ideas.queries import counts_of
from modules.ideas.selection import Selection
from participation.contributions.location_models import Location
from participation.contributions.models import Contribution
from participation.contributions.queries import counts_by_place
from participation.interfaces import Figure
from participation.kernel.db import db
from participation.procedures.models import Activity


def numbers(activity: Activity) -> Iterator[Figure]:
    """How many ideas and answers are shown, and how many of the ideas lie on the map."""
    ideas = counts_of(activity, Selection()).total
    yield Figure(name="ideas", title=_l("Ideen"), value=ideas)
    yield Figure(name="answers", title=_l("Antworten darauf"), value=counts_by_place(activity).get("*", 0) - ideas)
    located = select(func.count()).select_from(Location).join(Contribution, Contribution.id == Location.contribution_id)
    located = located.where(Location.activity_id == activity.id, Location.longitude.is_not(None))
    on_map = db.session.scalar(located.where(Contribution.state == "published")) or 0
    yield Figure(name="on_map", title=_l("Ideen auf der Karte"), value=on_map)
