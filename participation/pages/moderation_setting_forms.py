"""The forms of what an authority sets for moderation."""

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from participation.kernel.refusal import Invalid
from participation.moderation.reports import checked_address
from participation.pages.moderation_forms import CHOOSE, REASON_CHOICES, SHORT_ENOUGH
from participation.tenants.attendance import LONGEST, Attendance
from participation.web.checkbox import BooleanField

DAYS = (
    _l("Montag"), _l("Dienstag"), _l("Mittwoch"), _l("Donnerstag"), _l("Freitag"), _l("Samstag"), _l("Sonntag")
)  # fmt: skip


class TextBlockForm(FlaskForm):  # type: ignore[misc]
    """A sentence for one of the reasons."""

    title = StringField(_l("Name"), validators=[DataRequired(_l("Bitte geben Sie einen Namen an."))])
    reason = SelectField(
        _l("Grund"), choices=[SelectChoice("", _l("Bitte wählen")), *REASON_CHOICES], validators=[CHOOSE]
    )
    text = TextAreaField(
        _l("Satz"), validators=[DataRequired(_l("Bitte schreiben Sie den Satz.")), SHORT_ENOUGH], render_kw={"rows": 3}
    )


class HoursForm(FlaskForm):  # type: ignore[misc]
    """Moderation hours."""

    days = SelectMultipleField(
        _l("An welchen Tagen sieht jemand nach?"),
        description=_l("Ohne Angabe hängt nichts von der Uhrzeit ab."),
        choices=[SelectChoice(str(number), name) for number, name in enumerate(DAYS)],
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    begins = TimeField(_l("Von"), validators=[InputRequired(_l("Bitte schreiben Sie die Uhrzeit so: 08:00"))])
    ends = TimeField(_l("Bis"), validators=[InputRequired(_l("Bitte schreiben Sie die Uhrzeit so: 18:00"))])
    review_outside = BooleanField(
        _l("Was außerhalb dieser Zeiten kommt, wird erst nach einer Prüfung veröffentlicht"),
    )
    within = IntegerField(
        _l("In wie vielen Stunden werden Beiträge meist geprüft?"),
        description=_l("Das lesen alle, deren Beitrag auf eine Prüfung wartet."),
        validators=[
            InputRequired(_l("Bitte nennen Sie eine Zahl von Stunden.")),
            NumberRange(1, LONGEST, _l("Bitte nennen Sie 1 bis %(longest)s Stunden.", longest=LONGEST)),
        ],
    )
    urgent = TextAreaField(
        _l("Wer wird bei Drohung oder Hilferuf sofort benachrichtigt?"),
        description=_l(
            "E-Mail-Adressen, jede in einer eigenen Zeile. Ohne Angabe sind es die Portalverwaltung und die Adresse "
            "der Behörde."
        ),
        render_kw={"rows": 3},
    )

    @staticmethod
    def values_of(attendance: Attendance) -> dict[str, Any]:
        """What the fields show."""
        times = {"begins": _time(attendance.begins), "ends": _time(attendance.ends)}
        lists = {"days": [str(day) for day in attendance.days], "urgent": "\n".join(attendance.urgent)}
        return {**times, **lists, "review_outside": attendance.review_outside, "within": attendance.within}

    def validate_urgent(self, field: TextAreaField) -> None:
        """Every line is an address."""
        for line in _lines(field.data):
            try:
                checked_address(line)
            except Invalid as problem:
                raise ValidationError(f"{line}: {problem.sentence}") from problem

    def attendance(self) -> Attendance:
        """What was typed."""
        return Attendance(
            days=[int(day) for day in self.days.data],
            begins=f"{self.begins.data:%H:%M}",
            ends=f"{self.ends.data:%H:%M}",
            review_outside=self.review_outside.data,
            within=self.within.data,
            urgent=list(dict.fromkeys(checked_address(line) for line in _lines(self.urgent.data))),
        )


def _lines(typed: str | None) -> list[str]:
    return [line.strip() for line in (typed or "").splitlines() if line.strip()]


def _time(text: str) -> time:
    return time.fromisoformat(text)


class DeputyForm(FlaskForm):  # type: ignore[misc]
    """Who stands in for oneself, and from when to when."""

    deputy = SelectField(_l("Wer vertritt Sie?"), coerce=int, validate_choice=False)
    begins_on = DateField(_l("Ab"), validators=[InputRequired(_l("Bitte geben Sie den ersten Tag an."))])
    ends_on = DateField(_l("Bis einschließlich"), validators=[InputRequired(_l("Bitte geben Sie den letzten Tag an."))])
