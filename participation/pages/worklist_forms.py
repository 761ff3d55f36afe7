"""The forms of the work list: narrowing it, acting on what is ticked, saving a view."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SearchField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from participation.evaluation import batches, views
from participation.evaluation.worklist_filters import LONGEST, Filters
from participation.evaluation.worklist_options import Options
from participation.kernel.clock import today
from participation.pages.worklist_words import LABELS, WORKS, assignees
from participation.web.checkbox import BooleanField

CHOOSE = _l("Bitte wählen")
ALL = {
    "section": _l("Alle Textstellen"),
    "assignee": _l("Alle"),
    "due": _l("Jeder Termin"),
    "audience": _l("Alle"),
    "round": _l("Jeder Durchgang"),
    "late": _l("Innerhalb und nach der Frist"),
}


class Boxes(SelectMultipleField):  # type: ignore[misc]
    """Several of a few, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class FilterForm(FlaskForm):  # type: ignore[misc]
    """Everything the list can be narrowed to; sent as an address, so it needs no token."""

    class Meta:
        """No token in the address."""

        csrf = False

    words = SearchField(LABELS["words"], render_kw={"maxlength": LONGEST})
    section = SelectField(LABELS["section"])
    assignee = SelectField(LABELS["assignee"])
    due = SelectField(LABELS["due"])
    late = SelectField(LABELS["late"])
    audience = SelectField(LABELS["audience"])
    round = SelectField(LABELS["round"])
    work = Boxes(LABELS["work"])
    keyword = Boxes(LABELS["keyword"])
    district = Boxes(LABELS["district"])
    channel = Boxes(LABELS["channel"])
    state = Boxes(LABELS["state"], description=_l("Ohne Auswahl sehen Sie alles, was nicht zurückgezogen ist."))

    @classmethod
    def of(cls, filters: Filters, words: Mapping[str, Mapping[str, Any]]) -> "FilterForm":
        """The form as the list is narrowed now."""
        form = cls(formdata=None, data={name: getattr(filters, name) for name in LABELS})
        for name, choices in words.items():
            first = [SelectChoice("", ALL[name])] if name in ALL else []
            form[name].choices = [*first, *(SelectChoice(value, text) for value, text in choices.items())]
        return form


class ActForm(FlaskForm):  # type: ignore[misc]
    """What is done with everything that is ticked; which of it, says the button."""

    to = SelectField(_l("Zuständig"), validate_choice=False)
    due_on = DateField(_l("Bis einschließlich"), [Optional()])
    to_keyword = SelectField(_l("Schlagwort"), validate_choice=False)
    to_work = SelectField(
        _l("Stand der Bearbeitung"),
        choices=[SelectChoice("", CHOOSE), *(SelectChoice(name, text) for name, text in WORKS.items())],
        validate_choice=False,
    )
    to_district = StringField(
        _l("Ortsteil"),
        description=_l("Leer heißt: nicht bekannt."),
        render_kw={"maxlength": batches.LONGEST, "list": "districts"},
    )
    everything = BooleanField()

    def offer(self, options: Options) -> None:
        """Who and what can be chosen."""
        people = assignees(options, {"": str(CHOOSE)})
        self.to.choices = [SelectChoice(value, text) for value, text in people.items()]
        keywords = [SelectChoice(str(option.number), option.text) for option in options.keywords]
        self.to_keyword.choices = [SelectChoice("", CHOOSE), *keywords]
        self.due_on.render_kw = {"min": today().isoformat()}

    @property
    def assignee(self) -> dict[str, int | None]:
        """Who it is given to, as `assign_many` takes it."""
        typed = str(self.to.data or "")
        number = _number(typed[1:])
        kinds = {"d": "department_id", "p": "person_id"}
        return {name: number if typed[:1] == letter else None for letter, name in kinds.items()}

    @property
    def keyword_id(self) -> int:
        """The keyword that is meant; 0 for none."""
        return _number(str(self.to_keyword.data or "")) or 0


class ViewForm(FlaskForm):  # type: ignore[misc]
    """A name for what is shown now."""

    title = StringField(_l("Name der Ansicht"), render_kw={"maxlength": views.LONGEST})
    shared = BooleanField(_l("Für alle, die an diesem Verfahren arbeiten"))


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
