"""What managers set for a collection of ideas."""

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from participation.contributions.threads import SORTS
from participation.interfaces import Preset, Rating

NO_RATING = "none"
CALLED = ("ideas", "reports")
METHODS = (Rating.SUPPORT.value, Rating.THREE_VALUED.value, Rating.POINTS.value, NO_RATING)


class IdeasSettings(Schema):
    """What ideas are called, and how they are rated and listed."""

    called = fields.String(
        load_default="ideas",
        validate=validate.OneOf(CALLED, labels=(_l("Ideen"), _l("Meldungen"))),
        metadata={"title": _l("So heißen die Beiträge auf den Seiten")},
    )
    rating = fields.String(
        load_default=Rating.SUPPORT.value,
        validate=validate.OneOf(
            METHODS,
            labels=(_l("Unterstützen"), _l("Zustimmen, neutral, ablehnen"), _l("Ein bis fünf Punkte"), _l("Gar nicht")),
        ),
        metadata={
            "title": _l("So werden Ideen bewertet"),
            "help": _l("Ob die Zahlen schon während der Phase zu sehen sind, steht bei der Phase."),
            "locked_after": "opening",
        },
    )
    sort = fields.String(
        load_default="newest",
        validate=validate.OneOf(
            SORTS, labels=(_l("Neueste zuerst"), _l("Meistdiskutierte zuerst"), _l("Best bewertete zuerst"))
        ),
        metadata={
            "title": _l("Reihenfolge der Ideen"),
            "help": _l("So stehen die Ideen zuerst; Leserinnen und Leser können sie umstellen."),
        },
    )


PRESETS = (
    Preset(
        name="ideas",
        title=_l("Ideen sammeln"),
        help=_l("Ideen lassen sich unterstützen, die neuesten stehen oben."),
        settings={"rating": "support", "sort": "newest"},
    ),
    Preset(
        name="choosing",
        title=_l("Ideen abwägen"),
        help=_l("Ideen bekommen ein bis fünf Punkte, die besten stehen oben."),
        settings={"rating": "points", "sort": "agreed"},
    ),
    Preset(
        name="defects",
        title=_l("Mängel melden"),
        help=_l("Für Schäden auf Straßen und Plätzen: ohne Bewertung, jede Kategorie hat eine zuständige Stelle."),
        settings={"called": "reports", "rating": "none", "sort": "newest"},
    ),
)
