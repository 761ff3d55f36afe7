"""The comments as rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from modules.text.queries import citations
from participation.access.rules import Viewer
from participation.contributions.counts import are_held_back
from participation.contributions.models import Anchor, Contribution
from participation.contributions.queries import visible_to
from participation.interfaces import Export
from participation.kernel.db import db
from participation.kernel.text import plain
from participation.procedures.models import Activity, Participant

AT_ONCE = 500


def comments(activity: Activity, viewer: Viewer) -> Iterator[Mapping[str, Any]]:
    """What the viewer may read, oldest first, in constant memory; nothing personal but the chosen name."""
    places, held = citations(activity), are_held_back(activity, viewer)
    last = 0
    while batch := _batch(activity, viewer, last):
        last = batch[-1][0].id
        for contribution, parent, author, organisation, quote in batch:
            row = _row(contribution, parent, author, organisation, quote, places)
            yield row | dict.fromkeys(("agree", "neutral", "disagree"), None) if held else row


def _batch(activity: Activity, viewer: Viewer, after: int) -> list[Any]:
    above = Contribution.__table__.alias("above")
    query = (
        select(Contribution, above.c.reference, Participant.pseudonym, Participant.organisation_name, Anchor.exact)
        .join(Participant, Participant.id == Contribution.participant_id)
        .outerjoin(Anchor, Anchor.contribution_id == Contribution.id)
        .outerjoin(above, above.c.id == Contribution.parent_id)
        .where(Contribution.activity_id == activity.id, Contribution.id > after)
        .where(visible_to(viewer, activity.procedure_id, activity.tenant_id))
    )
    return list(db.session.execute(query.order_by(Contribution.id).limit(AT_ONCE)))


def _row(
    contribution: Contribution,
    parent: str | None,
    author: str,
    organisation: str,
    quote: str | None,
    places: Mapping[str, str],
) -> dict[str, Any]:
    is_readable = contribution.state in ("published", "pending")
    return {
        "reference": contribution.reference,
        "parent": parent or "",
        "place": places.get(contribution.place, contribution.place),
        "place_key": contribution.place,
        "quote": quote or "",
        "text": plain(contribution.html) if is_readable else "",
        "author": author,
        "organisation": organisation,
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
