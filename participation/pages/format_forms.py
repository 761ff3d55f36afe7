"""Forms of the formats of a procedure."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from participation.contributions.models import Contribution
from participation.kernel.text import excerpt, plain
from participation.procedures.activities import LONGEST_TITLE
from participation.procedures.models import Activity


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


class PassOnForm(FlaskForm):  # type: ignore[misc]
    """Which contributions go where."""

    chosen = SelectMultipleField(
        _l("Beiträge, die am besten bewerteten zuerst"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    target = RadioField(
        _l("Wohin gehen sie?"),
        coerce=int,
        validators=[InputRequired(_l("Bitte wählen Sie, wohin die Beiträge gehen."))],
    )

    def offer(self, targets: Sequence[Activity], rows: Sequence[Contribution], ticked: int) -> None:
        """The contributions to choose from, the first so many ticked as long as nobody chose, and the formats."""
        self.target.choices = [SelectChoice(activity.id, activity.title) for activity in targets]
        self.chosen.choices = [SelectChoice(row.reference, self._line(row)) for row in rows]
        if not self.is_submitted():
            self.chosen.data = [row.reference for row in rows[:ticked]]
            self.target.data = targets[0].id if len(targets) == 1 else None

    @staticmethod
    def _line(row: Contribution) -> str:
        words = row.title or excerpt(plain(row.html), LONGEST_TITLE)
        return str(_("%(words)s (Bewertung: %(score)s)", words=words, score=row.score))


class AddForm(TitleForm):
    """Which format is added."""

    module = RadioField(_l("Format"), validators=[InputRequired(_l("Bitte wählen Sie ein Format."))])
