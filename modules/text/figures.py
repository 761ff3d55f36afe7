"""Numbers worth showing."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from participation.contributions.queries import counts_by_place
from participation.interfaces import Figure
from participation.procedures.models import Activity


def numbers(activity: Activity) -> Iterator[Figure]:
    """How many comments are shown, and at how many places."""
    counts = counts_by_place(activity)
    yield Figure(name="comments", title=_l("Kommentare"), value=counts.get("*", 0))
    places = sum(1 for place in counts if place not in ("*", ""))
    yield Figure(name="places", title=_l("Kommentierte Stellen"), value=places)
