"""The forms of a result: its words, the reason of a correction, a text that has to leave the data."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from participation.results.models import Result
from participation.results.services import LONGEST, MOST_STEPS, Words

BAD_DAY = _l("Bitte schreiben Sie das Datum so: 14.12.2026")
NEEDED = DataRequired(_l("Bitte füllen Sie dieses Feld aus."))


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=longest))


class DayField(DateField):  # type: ignore[misc]
    """A day, as the browser sends it or as people type it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or say how it is written."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(BAD_DAY) from None


def _day(label: Any, **values: Any) -> DayField:
    return DayField(label, format=["%Y-%m-%d", "%d.%m.%Y"], validators=[Optional()], **values)


class ResultForm(FlaskForm):  # type: ignore[misc]
    """What people write for a result."""

    decision = TextAreaField(
        _l("Die Entscheidung in einem Satz"),
        validators=[NEEDED, _at_most(LONGEST["decision"])],
        description=_l("Wer hat was entschieden? Zum Beispiel: Der Stadtrat baut den Park mit 40 neuen Bäumen um."),
        render_kw={"rows": 2},
    )
    changed = TextAreaField(
        _l("Was sich durch die Beteiligung geändert hat"),
        validators=[NEEDED, _at_most(LONGEST["changed"])],
        description=_l("Nennen Sie auch, was sich nicht geändert hat, und warum. Absätze und Listen sind möglich."),
        render_kw={"rows": 8},
    )
    press = TextAreaField(
        _l("Kurztext für die Presse"),
        validators=[_at_most(LONGEST["press"])],
        description=_l("Drei bis fünf Sätze, die ohne diese Seite verständlich sind."),
        render_kw={"rows": 4},
    )
    annex = TextAreaField(
        _l("Hinweis für den Rat"),
        validators=[_at_most(LONGEST["annex"])],
        description=_l("Er steht auf der Anlage zum Ausdrucken, über den Zahlen."),
        render_kw={"rows": 4},
    )
    annex_url = StringField(
        _l("Link zur Vorlage im Ratsinformationssystem"),
        description=_l("Zum Beispiel https://rat.beispiel.de/vorlage/123"),
        render_kw={"inputmode": "url"},
    )
    publish_on = _day(
        _l("Tag der Veröffentlichung"),
        description=_l("Ohne Angabe erscheint das Ergebnis, sobald die zweite Person es veröffentlicht."),
    )
    version = HiddenField()

    def steps(self) -> list[tuple[Any, Any]]:
        """The pairs of day and sentence that say what comes next."""
        return [(self[f"on_{row}"], self[f"sentence_{row}"]) for row in range(MOST_STEPS)]

    def show(self, result: Result) -> None:
        """Fill in what is stored."""
        for name in ("decision", "changed", "press", "annex", "annex_url", "publish_on"):
            self[name].data = getattr(result, name)
        for (day, sentence), step in zip(self.steps(), result.next_steps, strict=False):
            day.process_formdata([step["on"]] if step["on"] else [])
            sentence.data = step["sentence"]
        self.version.data = str(result.version)

    def words(self) -> Words:
        """What was typed, for the service."""
        names = ("decision", "changed", "press", "annex", "annex_url")
        typed = {name: self[name].data or "" for name in names}
        steps = [(day.data, sentence.data or "") for day, sentence in self.steps()]
        return Words(**typed, next_steps=steps, publish_on=self.publish_on.data)

    @property
    def seen(self) -> int:
        """The version of the row that was on the page."""
        return int(self.version.data) if (self.version.data or "").isdecimal() else 0


for _row in range(MOST_STEPS):
    setattr(ResultForm, f"on_{_row}", _day(_l("Tag (%(number)s)", number=_row + 1)))
    _sentence = StringField(_l("Was dann geschieht (%(number)s)", number=_row + 1), [_at_most(LONGEST["sentence"])])
    setattr(ResultForm, f"sentence_{_row}", _sentence)


class ComputeForm(FlaskForm):  # type: ignore[misc]
    """Why a published result is corrected."""

    reason = StringField(
        _l("Grund der Berichtigung"),
        validators=[_at_most(LONGEST["decision"])],
        description=_l("Alle lesen ihn über der neuen Fassung. Die alte bleibt lesbar."),
    )


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """Which text has to leave the published data, and why."""

    reference = StringField(_l("receipt.number"), validators=[NEEDED, _at_most(20)])
    reason = StringField(
        _l("Grund"),
        validators=[NEEDED, _at_most(LONGEST["decision"])],
        description=_l("Alle lesen ihn über der neuen Fassung. Nennen Sie niemanden."),
    )
