"""The form of a phase: local days and times, the last day counts to its end."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from participation.interfaces import Step
from participation.procedures.lists import ListCard
from participation.procedures.schedule import last_day_of
from participation.procedures.services import COUNTS_VISIBLE, IDENTITIES, MODERATIONS
from participation.web.checkbox import BooleanField

AUDIENCES = {
    "public": _l("audience.public"),
    "institutions": _l("audience.institutions"),
    "members": _l("Eingeladene Personen"),
}
MODERATION = {
    "none": _l("Beiträge erscheinen sofort"),
    "first": _l("Der erste Beitrag einer Person wird vorher geprüft"),
    "always": _l("Jeder Beitrag wird vorher geprüft"),
}
VISIBLE = {
    "public": _l("Alle"),
    "audience": _l("Nur die, für die die Phase ist, und die Behörde"),
    "staff": _l("Nur die Behörde"),
    "own": _l("Nur die Person selbst und die Behörde"),
}
COUNTS = {"always": _l("Jederzeit"), "after": _l("Erst nach dem Ende der Phase")}
NEEDS_DAY = _l("Bitte wählen Sie einen Tag.")
NO_TIME = _l("Bitte geben Sie die Uhrzeit so ein: 18:00.")


def _choices(words: Mapping[str, Any], order: tuple[str, ...] | None = None) -> list[SelectChoice]:
    return [SelectChoice(key, words[key]) for key in order or words]


class Checkboxes(SelectMultipleField):  # type: ignore[misc]
    """Several of a few, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PhaseForm(FlaskForm):  # type: ignore[misc]
    """Everything that is planned of a phase. Fields that do not fit its step, or are fixed by now, are taken out."""

    title = StringField(
        _l("Name der Phase"),
        [InputRequired(_l("Bitte geben Sie einen Namen ein.")), Length(max=120, message=_l("Bitte kürzen Sie."))],
    )
    first_day = DateField(_l("Erster Tag"), [InputRequired(NEEDS_DAY)])
    first_time = TimeField(
        _l("Uhrzeit des Beginns"), [Optional()], description=_l("Ohne Angabe beginnt die Phase um 0 Uhr.")
    )
    last_day = DateField(_l("Letzter Tag (einschließlich)"), [InputRequired(NEEDS_DAY)])
    last_time = TimeField(
        _l("Uhrzeit des Endes"), [Optional()], description=_l("Ohne Angabe zählt der letzte Tag ganz.")
    )
    round = IntegerField(
        _l("Runde"),
        [InputRequired(), NumberRange(1, 99, _l("Bitte geben Sie eine Zahl von 1 bis 99 ein."))],
        description=_l("Ab der zweiten Runde wird ein überarbeiteter Stand noch einmal besprochen."),
        default=1,
    )
    statutory = BooleanField(
        _l("Gesetzliche Frist"),
        description=_l("Sie dauert mindestens einen Monat und nie weniger als 30 Tage. Pausen sind nicht möglich."),
    )
    audience = RadioField(_l("Für wen"), choices=_choices(AUDIENCES), default="public")
    list_id = SelectField(
        _l("Nur diese Liste"),
        coerce=lambda value: int(value) if value and value != "None" else None,
        description=_l("Listen legen Sie unter „Listen und Codes“ an."),
    )
    identity = Checkboxes(
        _l("Wie sich Teilnehmende ausweisen"),
        choices=[SelectChoice(way, _l(f"identity.{way}")) for way in IDENTITIES],
        default=["email", "account"],
        description=_l("Eine der angekreuzten Arten genügt."),
    )
    moderation = RadioField(_l("Prüfung der Beiträge"), choices=_choices(MODERATION, MODERATIONS), default="none")
    visible_to = RadioField(_l("Wer die Beiträge sieht"), choices=_choices(VISIBLE))
    counts_visible = RadioField(
        _l("Wann Zahlen zu sehen sind"), choices=_choices(COUNTS, COUNTS_VISIBLE), default="always"
    )
    version = HiddenField()

    def offer(self, lists: list[ListCard]) -> None:
        """Name the lists of the procedure to choose from."""
        self.list_id.choices = [("", _l("Keine Liste")), *((str(one.id), one.name) for one in lists)]

    def leave_out(self, step: str, *, opens: bool, fixed: bool) -> None:
        """Take out what makes no sense in a step, and what has been fixed since the phase began."""
        unfit = {"moderation", "visible_to", "counts_visible"} if step == Step.VOTING or not opens else set()
        unfit |= {"identity"} if not opens else set()
        kept = {"title", "moderation", "version", "csrf_token"}
        for name in [name for name in self._fields if name in unfit or (fixed and name not in kept)]:
            del self[name]

    def plan(self) -> dict[str, Any]:
        """What was typed, with the names of `add_phase`."""
        same = ("title", "round", "statutory", "audience", "list_id", "identity", "moderation", "visible_to",
                "counts_visible")  # fmt: skip
        values = {name: self[name].data for name in same if name in self}
        if "first_day" in self:
            values["begins"] = datetime.combine(self.first_day.data, self.first_time.data or time())
            last, at = self.last_day.data, self.last_time.data
            values["ends"] = datetime.combine(last, at) if at else datetime.combine(last, time()) + timedelta(days=1)
        return values


def as_typed(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as the form shows it: a half-open end at midnight is the last day before it."""
    begins, ends = plan["begins"], plan["ends"]
    whole = ends.time() == time()
    return {
        **plan,
        "first_day": begins.date(),
        "first_time": begins.time() if begins.time() != time() else None,
        "last_day": last_day_of(ends) if whole else ends.date(),
        "last_time": None if whole else ends.time(),
    }


FIELD_OF = {"begins": "first_day", "ends": "last_day"}  # where the sentence of a service stands
