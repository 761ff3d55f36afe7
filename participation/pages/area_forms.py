"""Forms of the ground of a format."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField

from participation.contributions.area_files import LONGEST
from participation.contributions.locations import AREA, DISTRICT

LABELS = {AREA: _l("Datei mit dem Gebiet"), DISTRICT: _l("Datei mit den Stadtteilen")}


class FileForm(FlaskForm):  # type: ignore[misc]
    """A file with areas; what it is about stands in the label, because a page asks for two."""

    file = FileField(_l("Datei"), description=_l("GeoJSON, bis 10 MB. Mehrere Flächen brauchen Namen."))

    @classmethod
    def about(cls, kind: str, **given: Any) -> "FileForm":
        """The form for the area or for the districts."""
        form = cls(prefix=kind, **given)
        form.file.label.text = LABELS[kind]
        return form


class DrawnForm(FlaskForm):  # type: ignore[misc]
    """An area that is drawn on the map, or typed."""

    title = StringField(_l("Name des Stadtteils"), render_kw={"maxlength": LONGEST})
    position = TextAreaField(
        _l("Ecken der Fläche"),
        description=_l("Breite und Länge, je Ecke eine Zeile, der Reihe nach rundherum: 50.7352 7.0986"),
        render_kw={"rows": 5},
    )
