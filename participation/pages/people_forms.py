"""The forms of lists and codes."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from participation.pages.account_forms import NEEDED

KIND_WORDS = {
    "members": _l("Personen, mit ihren E-Mail-Adressen"),
    "institutions": _l("Behörden und Träger öffentlicher Belange, mit ihren E-Mail-Adressen"),
    "codes": _l("Zugangscodes zum Ausdrucken"),
}


class ListForm(FlaskForm):  # type: ignore[misc]
    """A new list."""

    name = StringField(
        _l("Name der Liste"),
        [InputRequired(NEEDED)],
        description=_l("Zum Beispiel „Jury“, „Netzwerk Radverkehr“ oder „Klasse 8b“."),
        render_kw={"maxlength": 80},
    )
    kind = RadioField(
        _l("Was darauf steht"),
        [InputRequired(NEEDED)],
        choices=[SelectChoice(kind, words) for kind, words in KIND_WORDS.items()],
        default="members",
    )


class PeopleForm(FlaskForm):  # type: ignore[misc]
    """Addresses, typed or as a file."""

    people = TextAreaField(
        _l("Adressen"),
        description=_l(
            "Eine Adresse in jeder Zeile. Dahinter kann ein Name stehen: name@beispiel.de; Vorname Nachname"
        ),
    )
    file = FileField(
        _l("Oder eine Datei (CSV)"),
        description=_l("In jeder Zeile eine Adresse, daneben der Name. Die Datei selbst speichern wir nicht."),
    )

    def text(self) -> str:
        """What was typed and what was in the file, one below the other."""
        return "\n".join(part for part in (self.people.data or "", _decoded(self.file.data)) if part.strip())


class CodesForm(FlaskForm):  # type: ignore[misc]
    """How many new codes."""

    number = IntegerField(_l("Wie viele neue Codes?"), [InputRequired(NEEDED)], render_kw={"min": 1, "max": 500})


class RevokeForm(FlaskForm):  # type: ignore[misc]
    """The number printed beside a code."""

    revoked = IntegerField(
        _l("Nummer des Codes"),
        [InputRequired(NEEDED)],
        description=_l("Die Nummer steht auf dem Blatt über dem Code."),
        render_kw={"min": 1},
    )


def _decoded(upload: Any) -> str:
    """The text of an uploaded table: spreadsheets write UTF-8 or the old Western code."""
    data: bytes = upload.read() if upload else b""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
