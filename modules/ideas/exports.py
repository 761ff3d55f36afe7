"""The ideas as rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select, true

from modules.ideas.queries import category_titles, conditions
from modules.ideas.selection import Selection, selection_from
from participation.access.rules import Viewer
from participation.contributions.counts import are_held_back
from participation.contributions.models import Contribution
from participation.contributions.written import Written, written_in
from participation.interfaces import Export
from participation.kernel.text import plain
from participation.procedures.models import Activity

EVERYTHING: Mapping[str, str] = {}
COUNTS = ("agree", "neutral", "disagree", "score")


def ideas(activity: Activity, viewer: Viewer, asked: Mapping[str, str] = EVERYTHING) -> Iterator[Mapping[str, Any]]:
    """What the viewer may read of the selection an address asks for, oldest first, in constant memory: the ideas, and
    the answers to them, which name what they answer."""
    categories, held = category_titles(activity), are_held_back(activity, viewer)
    for found in written_in(activity, viewer, [_chosen(activity, selection_from(asked))]):
        row = _row(categories, found)
        yield row | dict.fromkeys(COUNTS, None) if held else row


def _chosen(activity: Activity, selection: Selection) -> ColumnElement[bool]:
    """The ideas of a selection with all answers below them, as SQL."""
    if not selection.is_narrow:
        return true()
    first = select(Contribution.id).where(Contribution.activity_id == activity.id, Contribution.parent_id.is_(None))
    ids = first.where(*conditions(activity, selection)).correlate(None)
    return or_(Contribution.id.in_(ids), Contribution.root_id.in_(ids))


def _row(categories: Mapping[str, str], found: Written) -> dict[str, Any]:
    idea, is_readable = found.contribution, found.contribution.state in ("published", "pending")
    location = found.location if is_readable else None
    return {
        "reference": idea.reference,
        "parent": found.parent or "",
        "title": idea.title if is_readable else "",
        "text": plain(idea.html) if is_readable else "",
        "category": categories.get(idea.place, idea.place),
        "where": location.words if location else "",
        "latitude": location.latitude if location else None,
        "longitude": location.longitude if location else None,
        "district": idea.district,
        "author": found.author,
        "organisation": found.organisation,
        "state": idea.state,
        "work": idea.work,
        "decision": idea.decision,
        "created_at": idea.created_at,
        "edited_at": idea.edited_at,
        "replies": idea.replies,
        "imported": idea.imported,
        **{name: getattr(idea, name) for name in COUNTS},
    }


IDEAS = Export(name="ideas", title=_l("Ideen"), rows=ideas, located=True, by_address=True)
