"""What managers set for a plan."""

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from participation.contributions.threads import SORTS


class PlanSettings(Schema):
    """Which documents stand beside the map, and how what people say is listed."""

    document_id = fields.Integer(load_default=None, allow_none=True, metadata={"hidden": True})
    ratings = fields.Boolean(
        truthy={True},
        falsy={False},
        load_default=False,
        metadata={
            "title": _l("Stellungnahmen lassen sich bewerten"),
            "help": _l("Bei förmlichen Verfahren zählt nicht, wie viele zustimmen. Lassen Sie die Bewertung dort weg."),
            "locked_after": "opening",
        },
    )
    sort = fields.String(
        load_default="newest",
        validate=validate.OneOf(
            SORTS, labels=(_l("Neueste zuerst"), _l("Meistdiskutierte zuerst"), _l("Meiste Zustimmung zuerst"))
        ),
        metadata={
            "title": _l("Reihenfolge der Stellungnahmen"),
            "help": _l("So stehen sie zuerst; Leserinnen und Leser können sie umstellen."),
        },
    )
