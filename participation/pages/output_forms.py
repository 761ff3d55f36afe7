"""The form of an output with names."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from participation.openness.outputs.services import REASON_NEEDED


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why names leave the platform."""

    reason = StringField(
        _l("Wozu werden die Angaben gebraucht?"),
        validators=[DataRequired(REASON_NEEDED)],
        description=_l(
            "Zum Beispiel: Abschrift für die Verfahrensakte 61-3/2026. Es steht mit Ihrem Namen im Protokoll."
        ),
    )
