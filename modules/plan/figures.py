"""Numbers worth showing."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from modules.plan.queries import counts_of
from participation.interfaces import Figure
from participation.procedures.models import Activity


def numbers(activity: Activity) -> Iterator[Figure]:
    """How many statements there are, on the map and on the documents."""
    counts = counts_of(activity)
    yield Figure(name="statements", title=_l("Stellungnahmen"), value=counts.all)
    yield Figure(name="on_map", title=_l("davon mit Ort auf der Karte"), value=counts.map)
    yield Figure(name="on_text", title=_l("davon zu den Unterlagen"), value=counts.text)
