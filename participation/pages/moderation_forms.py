"""The form of a decision that takes a contribution out of sight."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from participation.moderation.reasons import LONGEST, REASONS


class HideForm(FlaskForm):  # type: ignore[misc]
    """A reason of the list and one sentence on this case; both are told to the author."""

    reason = RadioField(
        _l("Grund"),
        choices=[SelectChoice(code, _l(f"reason.{code}")) for code in REASONS],
        validators=[DataRequired(_l("Bitte wählen Sie einen Grund."))],
    )
    sentence = TextAreaField(
        _l("Ein Satz zu diesem Fall"),
        description=_l("Sagen Sie, welche Stelle gegen welche Regel verstößt. Kritik an der Behörde ist erlaubt."),
        validators=[
            DataRequired(_l("Bitte begründen Sie die Entscheidung mit einem Satz zu diesem Fall.")),
            Length(max=LONGEST, message=_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST)),
        ],
        render_kw={"rows": 3},
    )
    state = HiddenField()
    version = HiddenField()
