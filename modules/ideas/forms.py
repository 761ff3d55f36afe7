"""The forms. They check shape; the services check meaning."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from modules.ideas.signs import COLOURS, SHAPES
from modules.ideas.words import Words
from participation.web.numbers import number_in
from participation.web.place_fields import described_where_field, position_field

COLOUR_WORDS: dict[str, Any] = {
    "blue": _l("Blau"),
    "red": _l("Rot"),
    "green": _l("Grün"),
    "violet": _l("Violett"),
    "brown": _l("Braun"),
    "teal": _l("Türkis"),
    "pink": _l("Rosa"),
    "grey": _l("Grau"),
}
SHAPE_WORDS: dict[str, Any] = {
    "circle": _l("Kreis"),
    "square": _l("Quadrat"),
    "triangle": _l("Dreieck"),
    "diamond": _l("Raute"),
    "pentagon": _l("Fünfeck"),
    "star": _l("Stern"),
    "cross": _l("Kreuz"),
    "drop": _l("Tropfen"),
}


class IdeaForm(FlaskForm):  # type: ignore[misc]
    """A new idea. It goes through the draft door, which checks it again."""

    title = StringField(_l("Titel"), description=_l("Ein kurzer Satz: Worum geht es?"))
    category = SelectField(_l("Kategorie"), validate_choice=False)
    text = TextAreaField()
    where = described_where_field()
    position = position_field()

    def offer(self, categories: list[tuple[str, str]], chosen: str, words: Words) -> None:
        """The categories to choose from (without any the field goes), and what the text is called."""
        self.text.label.text, self.text.description = words.text, words.asks
        if not categories:
            del self["category"]
            return
        self.category.choices = [SelectChoice("", _l("Bitte wählen")), *(SelectChoice(*entry) for entry in categories)]
        self.category.data = chosen


class CategoryForm(FlaskForm):  # type: ignore[misc]
    """A category and its sign."""

    title = StringField(_l("Name der Kategorie"))
    colour = SelectField(
        _l("Farbe"), choices=[SelectChoice(key, COLOUR_WORDS[key]) for key in COLOURS], validate_choice=False
    )
    shape = SelectField(
        _l("Form"), choices=[SelectChoice(key, SHAPE_WORDS[key]) for key in SHAPES], validate_choice=False
    )
    department_id = SelectField(
        _l("Zuständige Stelle"),
        description=_l("Wer sich um Ideen dieser Kategorie kümmert."),
        coerce=number_in,
        validate_choice=False,
    )

    def offer(self, departments: list[tuple[int, str]]) -> None:
        """The departments to choose from; without any the field goes."""
        if not departments:
            del self["department_id"]
            return
        choices = [SelectChoice("", _l("Keine")), *(SelectChoice(*entry) for entry in departments)]
        self.department_id.choices = choices
