"""The forms. They check shape; the services check meaning."""

import math
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from participation.web.numbers import number_in
from participation.web.place_fields import described_where_field, position_field

PICTURE, SHAPES, SERVICE = "picture", "geojson", "wms"


class StatementForm(FlaskForm):  # type: ignore[misc]
    """A statement; it goes through the draft door, which checks it again."""

    text = TextAreaField(_l("Ihre Stellungnahme"))
    where = described_where_field()
    position = position_field()


class LayerForm(FlaskForm):  # type: ignore[misc]
    """A layer of the plan, of one of three kinds."""

    title = StringField(_l("Name der Ebene"))
    legend = TextAreaField(
        _l("Legende in Worten"),
        description=_l(
            "Was ist zu sehen, und was bedeuten die Farben? Das lesen auch Menschen, die die Karte nicht sehen."
        ),
    )
    kind = RadioField(
        _l("Art der Ebene"),
        choices=[
            SelectChoice(PICTURE, _l("Plan als PDF oder Bild, auf die Karte gelegt")),
            SelectChoice(SHAPES, _l("Geometrien (GeoJSON)")),
            SelectChoice(SERVICE, _l("Kartendienst der Behörde (WMS)")),
        ],
        default=PICTURE,
        validate_choice=False,
    )
    south_west = StringField(_l("Ecke unten links"), description=_l("Breite und Länge, zum Beispiel 50.71 7.08"))
    north_east = StringField(_l("Ecke oben rechts"), description=_l("Breite und Länge, zum Beispiel 50.74 7.12"))
    page = StringField(_l("Seite im PDF"), description=_l("Die Nummer der Seite, die den Plan zeigt."), default="1")
    address = StringField(_l("Adresse des Kartendienstes"), description=_l("Mit https, ohne Zugangsdaten."))
    layers = StringField(_l("Ebenen des Kartendienstes"), description=_l("Mehrere mit Komma getrennt."))
    file = FileField(  # last: of a file that is too large, what stands before it is kept
        _l("Datei der Ebene"),
        description=_l("Für einen Plan PDF, PNG, JPEG oder WebP bis 40 MB; für Geometrien eine Datei mit GeoJSON."),
    )

    def corners(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north; None where a corner cannot be read (the sentence stands at its field)."""
        found = [self._corner(self.south_west), self._corner(self.north_east)]
        if found[0] is None or found[1] is None:
            return None
        (south, west), (north, east) = found[0], found[1]
        return west, south, east, north

    def page_number(self) -> int | None:
        """The page of a PDF, the first where nothing was said; None where it is no number (as for corners)."""
        number = number_in((self.page.data or "").strip() or "1")
        if number is None:
            self.page.errors = [*self.page.errors, _l("Bitte geben Sie die Seite als Zahl an, zum Beispiel 1.")]
        return number

    def _corner(self, field: Any) -> tuple[float, float] | None:
        parts = (field.data or "").replace(",", " ").split()
        try:
            latitude, longitude = (float(part) for part in parts)
        except ValueError:
            latitude = longitude = math.nan
        if math.isfinite(latitude) and math.isfinite(longitude):
            return latitude, longitude
        field.errors = [*field.errors, _l("Bitte schreiben Sie Breite und Länge mit Punkt, zum Beispiel 50.71 7.08.")]
        return None
