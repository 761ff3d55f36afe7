"""What managers set for a text."""

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from participation.contributions.threads import SORTS


class TextSettings(Schema):
    """Which text is shown, and how the comments on it are listed."""

    document_id = fields.Integer(
        load_default=None, allow_none=True, metadata={"help": _l("Der Text, der gezeigt wird.")}
    )
    ratings = fields.Boolean(load_default=True, metadata={"help": _l("Kommentare lassen sich bewerten.")})
    sort = fields.String(
        load_default="newest",
        validate=validate.OneOf(SORTS),
        metadata={"help": _l("In welcher Reihenfolge die Kommentare zuerst stehen.")},
    )
