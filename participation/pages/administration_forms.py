"""The forms of an authority's settings."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from participation.pages.account_forms import NEEDED
from participation.tenants.map_sources import NONE, WMS, WMTS, XYZ
from participation.tenants.services import MOST_LEAD_DAYS

STATE_NAMES = (
    ("BW", _l("Baden-Württemberg")),
    ("BY", _l("Bayern")),
    ("BE", _l("Berlin")),
    ("BB", _l("Brandenburg")),
    ("HB", _l("Bremen")),
    ("HH", _l("Hamburg")),
    ("HE", _l("Hessen")),
    ("MV", _l("Mecklenburg-Vorpommern")),
    ("NI", _l("Niedersachsen")),
    ("NW", _l("Nordrhein-Westfalen")),
    ("RP", _l("Rheinland-Pfalz")),
    ("SL", _l("Saarland")),
    ("SN", _l("Sachsen")),
    ("ST", _l("Sachsen-Anhalt")),
    ("SH", _l("Schleswig-Holstein")),
    ("TH", _l("Thüringen")),
)
MAP_KINDS = {
    NONE: _l("Keine Bilder: nur Gebiet, Stadtteile und Zeichen"),
    XYZ: _l("Kacheln (XYZ)"),
    WMS: _l("Kartendienst (WMS)"),
    WMTS: _l("Kacheldienst (WMTS)"),
}
LOGO_TYPES = ".png,.jpg,.jpeg,.webp"


def line(title: object, most: int, *, help: object = "", needed: bool = False) -> StringField:  # noqa: A002
    """One line of text of at most so many characters."""
    limits: list[object] = [Length(max=most, message=_l("Das ist zu lang."))]
    return StringField(title, [InputRequired(NEEDED), *limits] if needed else limits, description=help)


class LookForm(FlaskForm):  # type: ignore[misc]
    """Name, words, colour, logo and contact of an authority."""

    seen = HiddenField()
    name = line(_l("Name der Behörde"), 120, needed=True, help=_l("So steht er oben auf jeder Seite und in E-Mails."))
    short_name = line(_l("Kurzer Name"), 40, help=_l("Für Karten und enge Stellen. Leer: der ganze Name."))
    claim = line(_l("Ein Satz unter dem Namen"), 160, help=_l("Steht auf Ihrer Startseite."))
    colour = line(
        _l("Farbe"), 7, needed=True, help=_l("Zum Beispiel #00538a. Wo sie schlecht lesbar wäre, gleichen wir sie an.")
    )
    logo = FileField(
        _l("Neues Logo"),
        description=_l("PNG, JPEG oder WebP. Leer: das bisherige bleibt."),
        render_kw={"accept": LOGO_TYPES},
    )
    logo_alt = line(
        _l("Was auf dem Logo zu sehen ist"), 160, help=_l("Für Menschen, die es nicht sehen. Ein kurzer Satz.")
    )
    contact_email = EmailField(
        _l("E-Mail-Adresse für Fragen"), [InputRequired(NEEDED), Length(max=254, message=_l("Das ist zu lang."))]
    )
    address = TextAreaField(_l("Anschrift"), [Length(max=500, message=_l("Das ist zu lang."))], render_kw={"rows": 4})


class PageForm(FlaskForm):  # type: ignore[misc]
    """The text of a legal page."""

    seen = HiddenField()
    source = TextAreaField(
        _l("Text"),
        description=_l("Überschriften beginnen mit ##, Listen mit -, Links schreiben Sie so: [Name](https://…)."),
        render_kw={"rows": 18},
    )


class PlanningForm(FlaskForm):  # type: ignore[misc]
    """What the schedules of an authority are measured by."""

    federal_state = SelectField(
        _l("Land"),
        choices=[SelectChoice("", _l("Nur bundesweite Feiertage")), *(SelectChoice(*state) for state in STATE_NAMES)],
        description=_l("Der Zeitplan warnt, wenn eine Phase an einem Feiertag dieses Landes endet."),
    )
    announcement_lead_days = IntegerField(
        _l("Tage zwischen Ankündigung und Beginn"),
        [
            InputRequired(NEEDED),
            NumberRange(0, MOST_LEAD_DAYS, message=_l("Bitte geben Sie eine Zahl von 0 bis 90 an.")),
        ],
        description=_l("Der Zeitplan warnt, wenn ein Verfahren später angekündigt wird. Üblich sind 7 Tage."),
    )


class MapForm(FlaskForm):  # type: ignore[misc]
    """Where the pictures of maps come from."""

    kind = SelectField(
        _l("Woher kommt die Karte?"), choices=[SelectChoice(key, title) for key, title in MAP_KINDS.items()]
    )
    url = line(
        _l("Adresse des Dienstes"),
        500,
        help=_l(
            "Darin stehen bei XYZ %(xyz)s, bei WMTS %(wmts)s, bei WMS nichts davon.",
            xyz="{z}, {x}, {y}",
            wmts="{TileMatrix}, {TileCol}, {TileRow}",
        ),
    )
    layers = line(_l("Ebenen"), 200, help=_l("Nur bei WMS: die Namen der Ebenen, mit Kommas dazwischen."))
    attribution = line(
        _l("Von wem die Karte stammt"),
        200,
        help=_l("Steht unter jeder Karte, zum Beispiel: © Vermessungsamt Musterstadt"),
    )


class FormatsForm(FlaskForm):  # type: ignore[misc]
    """Which formats may be placed in new procedures."""

    names = SelectMultipleField(
        _l("Eingeschaltete Formate"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
