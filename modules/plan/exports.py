"""The statements as rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.access.rules import Viewer
from participation.contributions.written import Written, written_in
from participation.documents.outlines import citations
from participation.interfaces import Export
from participation.kernel.text import plain
from participation.procedures.models import Activity


def statements(activity: Activity, viewer: Viewer) -> Iterator[Mapping[str, Any]]:
    """What the viewer may read, oldest first, in constant memory; answers name what they answer."""
    places = citations(activity)
    for found in written_in(activity, viewer):
        yield _row(places, found)


def _row(places: Mapping[str, str], found: Written) -> dict[str, Any]:
    statement, is_readable = found.contribution, found.contribution.state in ("published", "pending")
    place = found.location if is_readable else None
    return {
        "reference": statement.reference,
        "parent": found.parent or "",
        "place": places.get(statement.place, statement.place),
        "place_key": statement.place,
        "text": plain(statement.html) if is_readable else "",
        "where": place.words if place else "",
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "geometry": place.geometry if place and place.geometry else None,
        "district": statement.district,
        "author": found.author,
        "organisation": found.organisation,
        "state": statement.state,
        "work": statement.work,
        "decision": statement.decision,
        "late": statement.late,
        "created_at": statement.created_at,
        "edited_at": statement.edited_at,
        "replies": statement.replies,
    }


STATEMENTS = Export(name="statements", title=_l("Stellungnahmen"), rows=statements)
