"""The forms of moderation: taking out of sight, blacking out, escalating, deciding a second time."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from participation.moderation.reasons import LONGEST, REASONS
from participation.moderation.text_blocks import TextBlock

REASON_CHOICES = [SelectChoice(code, _l(f"reason.{code}")) for code in REASONS]
CHOOSE = DataRequired(_l("Bitte wählen Sie einen Grund."))
SHORT_ENOUGH = Length(max=LONGEST, message=_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST))
ON_CASE = _l("Sagen Sie, welche Stelle gegen welche Regel verstößt. Kritik an der Behörde ist erlaubt.")


class HideForm(FlaskForm):  # type: ignore[misc]
    """A reason of the list and one sentence on this case, typed or chosen; both are told to the author."""

    reason = RadioField(_l("Grund"), choices=REASON_CHOICES, validators=[CHOOSE])
    block = SelectField(
        _l("Textbaustein"),
        description=_l("Der gewählte Satz kommt vor das, was Sie selbst schreiben."),
        validate_choice=False,
    )
    sentence = TextAreaField(
        _l("Ein Satz zu diesem Fall"), description=ON_CASE, validators=[SHORT_ENOUGH], render_kw={"rows": 3}
    )
    state = HiddenField()
    version = HiddenField()

    def offer(self, blocks: Iterable[TextBlock]) -> None:
        """The text blocks of the authority; the script inserts their words, without it the server does."""
        offered = [SelectChoice("", _l("keiner"))]
        for block in blocks:
            words = {"data-text": block.text, "data-reason": block.reason}
            offered.append(SelectChoice(str(block.id), f"{block.title}", render_kw=words))
        self.block.choices = offered

    def validate_sentence(self, field: Any) -> None:
        """One of both is needed."""
        if not (field.data or "").strip() and not self.block.data:
            raise ValidationError(_l("Bitte begründen Sie die Entscheidung mit einem Satz zu diesem Fall."))

    @property
    def offers_blocks(self) -> bool:
        """Whether there is anything to choose from."""
        return len(self.block.choices or ()) > 1


class BulkForm(HideForm):
    """The same for many contributions: a short list to choose from instead of a long one."""

    reason = SelectField(
        _l("Grund"), choices=[SelectChoice("", _l("Bitte wählen")), *REASON_CHOICES], validators=[CHOOSE]
    )
    reason.creation_counter = HideForm.reason.creation_counter  # its errors are listed where it stands: first


class RedactForm(FlaskForm):  # type: ignore[misc]
    """Which words are blacked out, and why."""

    passages = TextAreaField(
        _l("Welche Stellen?"),
        description=_l("Kopieren Sie die Wörter aus dem Text, jede Stelle in eine eigene Zeile."),
        validators=[DataRequired(_l("Bitte nennen Sie mindestens eine Stelle."))],
        render_kw={"rows": 4},
    )
    reason = RadioField(_l("Grund"), choices=REASON_CHOICES, validators=[CHOOSE])
    sentence = TextAreaField(_l("Ein Satz zu diesem Fall"), validators=[SHORT_ENOUGH], render_kw={"rows": 2})
    state = HiddenField()
    version = HiddenField()


class EscalateForm(FlaskForm):  # type: ignore[misc]
    """What it is about; nothing else is needed when it is urgent."""

    kind = RadioField(
        _l("Worum geht es?"),
        choices=[
            SelectChoice("threat", _l("Jemand droht anderen")),
            SelectChoice("help", _l("Jemand ist selbst in Not, zum Beispiel bei einer Ankündigung von Suizid")),
        ],
        validators=[DataRequired(_l("Bitte wählen Sie, worum es geht."))],
    )
    note = TextAreaField(
        _l("Vermerk"),
        description=_l("Zum Beispiel, wen Sie schon angerufen haben."),
        validators=[SHORT_ENOUGH],
        render_kw={"rows": 3},
    )
    state = HiddenField()
    version = HiddenField()


class CloseEscalationForm(FlaskForm):  # type: ignore[misc]
    """What was done."""

    note = TextAreaField(
        _l("Was wurde veranlasst?"),
        validators=[DataRequired(_l("Bitte schreiben Sie, was veranlasst wurde.")), SHORT_ENOUGH],
        render_kw={"rows": 3},
    )


class DecideAppealForm(FlaskForm):  # type: ignore[misc]
    """How a second person decides, and why."""

    outcome = RadioField(
        _l("Ihre Entscheidung"),
        choices=[
            SelectChoice("overturned", _l("Die Entscheidung wird aufgehoben. Der Beitrag ist wieder ganz zu lesen.")),
            SelectChoice("confirmed", _l("Es bleibt bei der Entscheidung.")),
        ],
        validators=[DataRequired(_l("Bitte wählen Sie, wie Sie entscheiden."))],
    )
    sentence = TextAreaField(
        _l("Begründung"),
        validators=[DataRequired(_l("Bitte begründen Sie die Entscheidung mit einem Satz.")), SHORT_ENOUGH],
        render_kw={"rows": 3},
    )


class AppealForm(FlaskForm):  # type: ignore[misc]
    """Why the author thinks that a decision is wrong."""

    text = TextAreaField(
        _l("Warum halten Sie die Entscheidung für falsch?"),
        description=_l("Das liest nur die Person, die noch einmal entscheidet."),
        validators=[
            DataRequired(_l("Bitte schreiben Sie, warum Sie die Entscheidung für falsch halten.")),
            SHORT_ENOUGH,
        ],
        render_kw={"rows": 5},
    )
