"""Everything written in an activity, for downloads: contributions with what stands beside them, in constant memory."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select

from participation.access.rules import Viewer
from participation.contributions.location_models import Location
from participation.contributions.models import Anchor, Contribution
from participation.contributions.queries import visible_to
from participation.kernel.db import db
from participation.procedures.models import Activity, Participant

AT_ONCE = 500


class Written(NamedTuple):
    """A contribution, the number of what it answers, its author as everybody sees them, and what it is about."""

    contribution: Contribution
    parent: str | None
    author: str
    organisation: str
    quote: str | None
    location: Location | None


def written_in(activity: Activity, viewer: Viewer, where: Sequence[ColumnElement[bool]] = ()) -> Iterator[Written]:
    """What the viewer may read of an activity, answers too, oldest first; `where` narrows it. A query for each 500."""
    last = 0
    while batch := db.session.execute(_batch(activity, viewer, last, where)).all():
        yield from (Written(*row) for row in batch)
        last = batch[-1][0].id


def _batch(activity: Activity, viewer: Viewer, after: int, where: Sequence[ColumnElement[bool]]) -> Any:
    above = Contribution.__table__.alias("above")
    author = (Participant.pseudonym, Participant.organisation_name)
    query = (
        select(Contribution, above.c.reference, *author, Anchor.exact, Location)
        .join(Participant, Participant.id == Contribution.participant_id)
        .outerjoin(Anchor, Anchor.contribution_id == Contribution.id)
        .outerjoin(Location, Location.contribution_id == Contribution.id)
        .outerjoin(above, above.c.id == Contribution.parent_id)
        .where(Contribution.activity_id == activity.id, Contribution.id > after, *where)
        .where(visible_to(viewer, activity.procedure_id, activity.tenant_id))
    )
    return query.order_by(Contribution.id).limit(AT_ONCE)
