"""Ratings by the method of the activity: agree, neutral, disagree; support is agree alone; points are 1 to 5."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from participation.access.taking_part import participant_of
from participation.api.v1.contribution_schemas import ContributionSchema
from participation.api.v1.contributions import HERE, TOKEN, contribution_data, item_named
from participation.api.v1.description import described
from participation.contributions.queries import contribution_at
from participation.contributions.ratings import ANSWERS, NONE, VALUES, rate
from participation.interfaces import Rating
from participation.kernel.db import writing
from participation.kernel.refusal import Unknown
from participation.procedures.models import Activity
from participation.web.guard import personal

bp = described(
    "ratings", "What a person thinks of a contribution; one rating each, changeable while the phase is open."
)


class RatingSchema(Schema):
    """One's own rating."""

    value = fields.String(
        required=True,
        validate=validate.OneOf((*VALUES, *ANSWERS[Rating.POINTS])),
        metadata={"description": "By the method of the activity: agree, neutral, disagree; agree alone; 1 to 5."},
    )


@bp.put(f"{HERE}/<reference>/rating")
@bp.doc(security=TOKEN)
@bp.arguments(RatingSchema)
@bp.response(200, ContributionSchema)
@personal
def set_rating(sent: dict[str, Any], reference: str) -> Any:
    """Set or change one's own rating of a contribution."""
    return _rate(reference, sent["value"])


@bp.delete(f"{HERE}/<reference>/rating")
@bp.doc(security=TOKEN)
@bp.response(200, ContributionSchema)
@personal
def take_rating_back(reference: str) -> Any:
    """Take one's own rating back."""
    return _rate(reference, NONE)


def _rate(reference: str, value: str) -> Any:
    item = item_named(reference)
    found = contribution_at(g.procedure.id, reference)
    if found is None:
        raise Unknown
    activity: Activity = next(entry for entry in g.procedure.activities if entry.id == item.activity_id)
    with writing():
        rate(found, activity, value, who=g.viewer, by=participant_of(g.viewer, g.procedure))
    return contribution_data([item_named(reference)])[0]
