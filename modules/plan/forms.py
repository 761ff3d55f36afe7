"""The forms. They check shape; the services check meaning."""

import math
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

PICTURE, SHAPES, SERVICE = "picture", "geojson", "wms"


class StatementForm(FlaskForm):  # type: ignore[misc]
    """A statement; it goes through the draft door, which checks it again."""

    text = TextAreaField(_l("Ihre Stellungnahme"))
    where = StringField(
        _l("Ort in Worten"),
        description=_l("Zum Beispiel eine Adresse oder „Ecke Markt und Burgstraße“. Eine Karte brauchen Sie nicht."),
    )
    position = TextAreaField(
        _l("Koordinaten"),
        description=_l(
            "Die Karte füllt dieses Feld aus. Oder schreiben Sie Breite und Länge, je Punkt eine Zeile: 50.7352 7.0986"
        ),
    )


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
            SelectChoice(PICTURE, _l("Bild des Plans, auf die Karte gelegt")),
            SelectChoice(SHAPES, _l("Geometrien (GeoJSON)")),
            SelectChoice(SERVICE, _l("Kartendienst der Behörde (WMS)")),
        ],
        default=PICTURE,
        validate_choice=False,
    )
    file = FileField(
        _l("Datei"), description=_l("Für ein Bild PNG, JPEG oder WebP; für Geometrien eine Datei mit GeoJSON.")
    )
    south_west = StringField(_l("Ecke unten links"), description=_l("Breite und Länge, zum Beispiel 50.71 7.08"))
    north_east = StringField(_l("Ecke oben rechts"), description=_l("Breite und Länge, zum Beispiel 50.74 7.12"))
    address = StringField(_l("Adresse des Kartendienstes"), description=_l("Mit https, ohne Zugangsdaten."))
    layers = StringField(_l("Ebenen des Kartendienstes"), description=_l("Mehrere mit Komma getrennt."))

    def corners(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north; None where a corner cannot be read (the sentence stands at its field)."""
        found = [self._corner(self.south_west), self._corner(self.north_east)]
        if found[0] is None or found[1] is None:
            return None
        (south, west), (north, east) = found[0], found[1]
        return west, south, east, north

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
