"""The form of the gallery: one field of each kind, to be looked at with mistakes and without."""

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    EmailField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from participation.web.checkbox import BooleanField

NEEDED = DataRequired("Bitte füllen Sie dieses Feld aus.")
TIES = [SelectChoice("a", "Ich wohne hier"), SelectChoice("b", "Ich arbeite hier"), SelectChoice("c", "Zu Besuch")]
AREAS = [SelectChoice("", "Bitte wählen"), SelectChoice("n", "Nord"), SelectChoice("s", "Süd")]
WHO = [SelectChoice("me", "mich"), SelectChoice("us", "eine Organisation")]


class ComponentForm(FlaskForm):  # type: ignore[misc]
    """Every kind of field, with help and required where the two look different."""

    title = StringField("Überschrift", validators=[NEEDED], description="Höchstens 80 Zeichen.")
    text = TextAreaField("Ihr Text", validators=[Length(max=20, message="Bitte kürzen Sie auf höchstens 20 Zeichen.")])
    email = EmailField("E-Mail-Adresse", validators=[NEEDED], render_kw={"autocomplete": "email"})
    password = PasswordField("Passwort", validators=[NEEDED], render_kw={"autocomplete": "new-password"})
    area = SelectField("Ortsteil", choices=AREAS, validators=[NEEDED])
    who = RadioField("Ich schreibe für", choices=WHO, validators=[NEEDED])
    ties = SelectMultipleField(
        "Was verbindet Sie mit dem Ort?",
        choices=TIES,
        validators=[NEEDED],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    file = FileField("Datei", description="PDF oder DOCX bis 10 MB.")
    rules = BooleanField("Ich habe die Nutzungsregeln gelesen.", validators=[NEEDED])


def forms_to_look_at() -> tuple[ComponentForm, ComponentForm]:
    """The form validated with mistakes in it, and the same untouched; each with ids of its own."""
    typed = MultiDict({"wrong-text": "Dieser Text ist länger als zwanzig Zeichen."})
    wrong = ComponentForm(formdata=typed, prefix="wrong-", meta={"csrf": False})
    wrong.validate()
    return wrong, ComponentForm(formdata=None, prefix="fresh-", meta={"csrf": False})
