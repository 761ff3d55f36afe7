"""The two fields that say where on the ground something lies: in words, and as coordinates that a map fills in."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from participation.web.fields import storable


def where_field(description: Any = "") -> Any:
    """The place in words, as a field for a form."""
    return StringField(_l("Ort in Worten"), filters=[storable], description=description)


def described_where_field() -> Any:
    """The same for somebody who describes a place for the first time: it says what may stand there."""
    return where_field(_l("Zum Beispiel eine Adresse oder „Ecke Markt und Burgstraße“. Eine Karte brauchen Sie nicht."))


def position_field() -> Any:
    """The coordinates, as a field for a form: a point for each line."""
    return TextAreaField(
        _l("Koordinaten"),
        filters=[storable],
        description=_l(
            "Die Karte füllt dieses Feld aus. Oder schreiben Sie Breite und Länge, je Punkt eine Zeile: 50.7352 7.0986"
        ),
    )
