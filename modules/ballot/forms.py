"""The form of a question."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from modules.ballot.kinds import KINDS
from modules.ballot.queries import OptionItem, QuestionItem
from modules.ballot.services import LONGEST, OPTIONS, QuestionDraft
from participation.kernel.refusal import Invalid

SHORT = Length(max=LONGEST, message=_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST))
BLANK = 3  # empty rows below those that are filled


class OptionForm(Form):  # type: ignore[misc]
    """One row: what can be chosen, and a few words about it."""

    key = HiddenField()
    title = StringField(_l("Möglichkeit"), validators=[SHORT])
    text = StringField(_l("Erläuterung"), validators=[Length(max=1_000)])


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """A question with its options."""

    seen = HiddenField()  # the mark of the question that is changed
    title = StringField(
        _l("Frage"),
        description=_l("Eine Frage, ein Gedanke. Man soll sie ohne Vorwissen verstehen."),
        validators=[DataRequired(_l("Bitte schreiben Sie die Frage.")), SHORT],
    )
    text = TextAreaField(
        _l("Erläuterung"),
        description=_l("Was feststeht, was die Antworten bedeuten. Überschriften, Listen und Links sind möglich."),
        validators=[Length(max=20_000)],
        render_kw={"rows": 5},
    )
    kind = RadioField(
        _l("Wie antwortet man?"),
        choices=[SelectChoice(kind, title) for kind, title in KINDS.items()],
        validators=[DataRequired(_l("Bitte wählen Sie, wie man antworten kann."))],
    )
    most = IntegerField(
        _l("Wie viele Möglichkeiten darf man höchstens wählen?"),
        description=_l("Nur bei mehreren Möglichkeiten."),
        validators=[Optional()],
    )
    options = FieldList(FormField(OptionForm), max_entries=OPTIONS)

    def fill(self, question: QuestionItem) -> None:
        """Show a question as it is."""
        self.seen.data = question.mark
        self.title.data, self.text.data, self.kind.data = question.title, question.text, question.kind
        self.most.data = question.most if question.most > 1 else None
        for option in question.options:
            self.options.append_entry({"key": option.key, "title": option.title, "text": option.text})

    def add_rows(self, number: int = BLANK) -> None:
        """Empty rows to go on with."""
        for _row in range(min(number, OPTIONS - len(self.options))):
            self.options.append_entry()

    def number_rows(self) -> None:
        """Each row says which one it is, to those who hear the page as well."""
        for number, row in enumerate(self.options, 1):
            row.form.title.label.text = _("Möglichkeit %(number)s", number=number)
            row.form.text.label.text = _("Erläuterung %(number)s", number=number)

    def draft(self) -> QuestionDraft:
        """What was typed."""
        rows: Sequence[dict[str, str | None]] = self.options.data
        options = tuple(OptionItem(row["key"] or "", row["title"] or "", row["text"] or "") for row in rows)
        return QuestionDraft(
            self.kind.data or "", self.title.data or "", self.text.data or "", self.most.data or 1, options
        )

    def blame(self, error: Invalid) -> None:
        """Put the sentence of a service to its field."""
        if error.field == "options" or error.field not in self:
            self.form_errors.append(error.sentence)
        else:
            self[error.field].errors = [*self[error.field].errors, error.sentence]
