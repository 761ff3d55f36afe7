"""The form of one section of a text."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from participation.documents.reading import Kind

KINDS = {
    Kind.HEADING: _l("Überschrift"),
    Kind.PARAGRAPH: _l("Absatz"),
    Kind.ITEM: _l("Listenpunkt"),
    Kind.QUOTE: _l("Zitat"),
}
LONGEST = 20_000


class SectionForm(FlaskForm):  # type: ignore[misc]
    """The words of a section, the number the text gives it, and what it is."""

    text = TextAreaField(
        _l("Text"),
        [
            InputRequired(_l("Bitte geben Sie einen Text ein.")),
            Length(max=LONGEST, message=_l("Bitte kürzen Sie auf höchstens 20.000 Zeichen.")),
        ],
        description=_l("Wo eine leere Zeile steht, lässt sich der Abschnitt teilen."),
        render_kw={"rows": 8},
    )
    label = StringField(
        _l("Bezeichnung"),
        [Length(max=40, message=_l("Bitte kürzen Sie auf höchstens 40 Zeichen."))],
        description=_l("Die Nummer, die der Text selbst nennt: § 3, (2) oder 1."),
    )
    kind = RadioField(_l("Art"), choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()])
    number = HiddenField()  # of the version that was shown
