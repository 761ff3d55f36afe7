"""Forms of the formats of a procedure."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from participation.procedures.activities import LONGEST_TITLE


class TitleForm(FlaskForm):  # type: ignore[misc]
    """What a format is called in this procedure."""

    title = StringField(
        _l("Titel"),
        [
            InputRequired(_l("Bitte geben Sie einen Titel ein.")),
            Length(max=LONGEST_TITLE, message=_l("Bitte kürzen Sie auf höchstens 120 Zeichen.")),
        ],
        description=_l("So steht es in Überschriften und Links."),
    )


class AddForm(TitleForm):
    """Which format is added."""

    module = RadioField(_l("Format"), validators=[InputRequired(_l("Bitte wählen Sie ein Format."))])
