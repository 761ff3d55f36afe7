"""What the interface says of contributions, and what it takes."""

from typing import Any

from marshmallow import Schema, fields, validate

from participation.api.v1.description import PageAsked
from participation.contributions import services
from participation.contributions.locations import WORDS
from participation.contributions.particulars import TITLE


def geometry(says: str, **more: Any) -> fields.Dict:
    """A GeoJSON geometry or nothing."""
    return fields.Dict(keys=fields.String(), allow_none=True, metadata={"description": says}, **more)


class ResponseSchema(Schema):
    """The answer of the authority."""

    decision = fields.String(required=True)
    html = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True, attribute="at")


class PassageResponseSchema(ResponseSchema):
    """The answer to single passages of a contribution."""

    passages = fields.List(
        fields.String(), required=True, metadata={"description": "Empty where the words do not stand there any more."}
    )


class ContributionSchema(Schema):
    """A contribution or a comment on one. Of what is hidden or withdrawn only the place is left."""

    reference = fields.String(required=True, metadata={"description": "The number on the receipt."})
    type = fields.String(required=True)
    module = fields.String(required=True)
    activity = fields.String(required=True)
    parent = fields.String(required=True, allow_none=True, metadata={"description": "Reference of what it answers."})
    place = fields.String(
        required=True, metadata={"description": "Key of the node it is about, or of its category; empty for the whole."}
    )
    category = fields.String(required=True, metadata={"description": "Title of its category; empty where it has none."})
    where = fields.String(required=True, metadata={"description": "Where on the ground, in words; may be empty."})
    position = geometry("The place on the ground as a GeoJSON geometry.", required=True)
    quote = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    html = fields.String(required=True)
    language = fields.String(required=True)
    state = fields.String(required=True)
    redacted = fields.Boolean(required=True)
    late = fields.Boolean(required=True)
    author = fields.String(required=True, metadata={"description": "The name shown beside it, never an address."})
    organisation = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)
    comments = fields.Integer(required=True)
    agree = fields.Integer(
        required=True, allow_none=True, metadata={"description": "No counts while their phase holds them back."}
    )
    neutral = fields.Integer(required=True, allow_none=True)
    disagree = fields.Integer(required=True, allow_none=True)
    score = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Agree less disagree, or the sum of points; with sums that were imported."},
    )
    response = fields.Nested(
        ResponseSchema, required=True, allow_none=True, metadata={"description": "The answer to the whole."}
    )
    responses_to_passages = fields.List(
        fields.Nested(PassageResponseSchema),
        required=True,
        metadata={"description": "Where the authority split it: an answer to each of its arguments."},
    )
    url = fields.String(required=True)


class ContributionsAsked(PageAsked):
    """Which contributions, in the order in which they came in."""

    module = fields.String(load_default=None)
    activity = fields.String(load_default=None)
    place = fields.String(load_default=None)


class CommentSchema(Schema):
    """A comment to send."""

    text = fields.String(required=True, validate=validate.Length(1, services.LONGEST))
    organisation = fields.String(load_default="", validate=validate.Length(max=120))
    language = fields.String(load_default="de", validate=validate.OneOf(("de", "en")))


class NewContributionSchema(CommentSchema):
    """A contribution to send."""

    module = fields.String(required=True)
    activity = fields.String(required=True)
    type = fields.String(required=True)
    place = fields.String(load_default="", validate=validate.Length(max=200))
    quote = fields.String(load_default="", validate=validate.Length(max=2_000))
    title = fields.String(
        load_default="", validate=validate.Length(max=TITLE), metadata={"description": "For types that ask for one."}
    )
    category = fields.String(
        load_default="", validate=validate.Length(max=200), metadata={"description": "Its key, where there are any."}
    )
    where = fields.String(load_default="", validate=validate.Length(max=WORDS))
    position = geometry("Where on the ground, as a GeoJSON geometry of a kind the type takes.", load_default=None)


class ChangeSchema(Schema):
    """A new text for one's own contribution, on top of the version that was read."""

    text = fields.String(required=True, validate=validate.Length(1, services.LONGEST))
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**31))
    title = fields.String(validate=validate.Length(1, TITLE), metadata={"description": "Without it the title stays."})
    where = fields.String(validate=validate.Length(max=WORDS), metadata={"description": "Without it the words stay."})
    position = geometry("A GeoJSON geometry; null takes the place away, without it the place stays.")
