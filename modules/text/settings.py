"""What managers set for a text."""

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from participation.contributions.threads import SORTS
from participation.interfaces import Preset, Rating
from participation.procedures.models import Activity


class TextSettings(Schema):
    """Which text is shown, and how the comments on it are listed."""

    document_id = fields.Integer(load_default=None, allow_none=True, metadata={"hidden": True})
    ratings = fields.Boolean(
        truthy={True},
        falsy={False},
        load_default=True,
        metadata={
            "title": _l("Kommentare lassen sich bewerten"),
            "help": _l("Teilnehmende können zustimmen, neutral bleiben oder ablehnen."),
            "locked_after": "opening",
        },
    )
    sort = fields.String(
        load_default="newest",
        validate=validate.OneOf(
            SORTS, labels=(_l("Neueste zuerst"), _l("Meistdiskutierte zuerst"), _l("Meiste Zustimmung zuerst"))
        ),
        metadata={
            "title": _l("Reihenfolge der Kommentare"),
            "help": _l("So stehen die Kommentare zuerst; Leserinnen und Leser können sie umstellen."),
        },
    )


def rating_of(activity: Activity) -> Rating | None:
    """How comments are rated here; None: not at all."""
    return Rating.THREE_VALUED if activity.settings.get("ratings", True) else None


PRESETS = (
    Preset(
        name="discussion",
        title=_l("Offene Diskussion"),
        help=_l("Kommentare lassen sich bewerten, die meistdiskutierten stehen oben."),
        settings={"ratings": True, "sort": "discussed"},
    ),
    Preset(
        name="statements",
        title=_l("Stellungnahmen sammeln"),
        help=_l("Ohne Bewertung, die neuesten stehen oben."),
        settings={"ratings": False, "sort": "newest"},
    ),
)
