"""The comments as rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.access.rules import Viewer
from participation.contributions.counts import are_held_back
from participation.contributions.written import Written, written_in
from participation.documents.outlines import citations
from participation.interfaces import Export
from participation.kernel.text import plain
from participation.procedures.models import Activity


def comments(activity: Activity, viewer: Viewer) -> Iterator[Mapping[str, Any]]:
    """What the viewer may read, oldest first, in constant memory; nothing personal but the chosen name."""
    places, held = citations(activity), are_held_back(activity, viewer)
    for found in written_in(activity, viewer):
        row = _row(places, found)
        yield row | dict.fromkeys(("agree", "neutral", "disagree"), None) if held else row


def _row(places: Mapping[str, str], found: Written) -> dict[str, Any]:
    contribution, is_readable = found.contribution, found.contribution.state in ("published", "pending")
    return {
        "reference": contribution.reference,
        "parent": found.parent or "",
        "place": places.get(contribution.place, contribution.place),
        "place_key": contribution.place,
        "quote": found.quote or "",
        "text": plain(contribution.html) if is_readable else "",
        "author": found.author,
        "organisation": found.organisation,
        "state": contribution.state,
        "late": contribution.late,
        "created_at": contribution.created_at,
        "edited_at": contribution.edited_at,
        "replies": contribution.replies,
        "agree": contribution.agree,
        "neutral": contribution.neutral,
        "disagree": contribution.disagree,
    }


COMMENTS = Export(name="comments", title=_l("Kommentare"), rows=comments)
