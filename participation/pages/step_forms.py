"""The form of a step: only what the step asks for."""

from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from participation.procedures.conditions import last_phases
from participation.procedures.lifecycle import TRANSITIONS
from participation.procedures.models import Procedure

LONGEST = 1000
MOVES_END = {"extend", "reopen"}
TOLD_TO = {"send_back": _l("Wer das Verfahren vorgelegt hat, liest den Grund in einer E-Mail.")}


class StepForm(FlaskForm):  # type: ignore[misc]
    """Reason, new end, day of going on; and what was seen, so that nobody decides on something else."""

    reason = TextAreaField(
        _l("Grund"),
        [
            DataRequired(_l("Bitte nennen Sie den Grund.")),
            Length(max=LONGEST, message=_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST)),
        ],
        render_kw={"rows": 4},
    )
    until = DateField(_l("Neuer letzter Tag"), [InputRequired(_l("Bitte geben Sie den neuen letzten Tag ein."))])
    phases = SelectMultipleField(
        _l("Welche Phasen dauern länger?"), coerce=int, widget=ListWidget(), option_widget=CheckboxInput()
    )
    resumes_on = DateField(
        _l("Geht voraussichtlich weiter am"),
        [Optional()],
        description=_l("Wenn Sie es noch nicht wissen, lassen Sie das Feld leer."),
    )
    version = HiddenField()
    seen = HiddenField()

    def fit(self, name: str, procedure: Procedure) -> None:
        """Leave out what the step does not ask for."""
        phases = last_phases(procedure)
        self.phases.choices = [SelectChoice(phase.id, phase.title) for phase in phases]
        if not self.is_submitted():
            self.phases.data = [phase.id for phase in phases]
        self.reason.description = TOLD_TO.get(
            name, _l("Er steht auf der Seite des Verfahrens und in den E-Mails dazu.")
        )
        for field, is_asked in (
            ("reason", TRANSITIONS[name].needs_reason),
            ("until", name in MOVES_END),
            ("phases", name in MOVES_END and len(phases) > 1),
            ("resumes_on", name == "pause"),
        ):
            if not is_asked:
                del self[field]

    def values(self) -> dict[str, Any]:
        """What was typed, as `advance` takes it."""
        found: dict[str, Any] = {"version": _number(self.version.data)}
        for name in ("reason", "resumes_on"):
            if name in self:
                found[name] = self[name].data
        if "until" in self:
            found["until"] = datetime.combine(self.until.data + timedelta(days=1), time())  # that day counts
        if "phases" in self:
            found["phase_ids"] = self.phases.data
        return found


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
