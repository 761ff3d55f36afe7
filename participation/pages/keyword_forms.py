"""The forms of keywords and text blocks."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from participation.evaluation.answer_blocks import Block
from participation.evaluation.decisions import DECISIONS
from participation.evaluation.keyword_lists import LONGEST
from participation.kernel.refusal import Invalid
from participation.pages.account_forms import needed


class KeywordListForm(FlaskForm):  # type: ignore[misc]
    """Keywords typed or copied, one a line, or as a file."""

    titles = TextAreaField(
        _l("Neue Schlagwörter"),
        description=_l("Eines je Zeile. Einen Textbaustein nennen Sie dahinter: Radverkehr;Radweg geplant"),
        render_kw={"rows": 4},
    )
    file = FileField(
        _l("Oder eine Liste als Datei"),
        description=_l("CSV in UTF-8 mit Semikolon: Schlagwort;Textbaustein"),
        render_kw={"accept": ".csv,.txt,text/csv,text/plain"},
    )

    def typed(self) -> str:
        """What was typed, and what is in the file. Raises Invalid for nothing and for what is no text."""
        found = str(self.titles.data or "")
        if self.file.data:
            found = f"{found}\n{self._read()}"
        if not found.strip():
            raise Invalid(_l("Bitte schreiben Sie mindestens ein Schlagwort."), field="titles")
        return found

    def _read(self) -> str:
        try:
            return str(self.file.data.read(LONGEST + 1).decode("utf-8-sig"))
        except UnicodeDecodeError as problem:
            raise Invalid(
                _l("Die Datei ist kein Text in UTF-8. Speichern Sie sie als „CSV UTF-8“."), field="file"
            ) from problem


class KeywordForm(FlaskForm):  # type: ignore[misc]
    """A keyword with what it brings."""

    title = StringField(_l("Schlagwort"), needed(), render_kw={"maxlength": 80})
    block = SelectField(
        _l("Textbaustein"),
        description=_l("Steht beim Antworten als erster zur Wahl."),
        coerce=int,
        validate_choice=False,
    )
    department = SelectField(
        _l("Zuständige Stelle"),
        description=_l("Bekommt, was dieses Schlagwort erhält, wenn noch niemand zuständig ist."),
        coerce=int,
        validate_choice=False,
    )

    def offer(self, blocks: list[Block], departments: list[tuple[int, str]]) -> None:
        """What can be chosen."""
        none = SelectChoice(0, _l("keine Vorgabe"))
        self.block.choices = [none, *(SelectChoice(block.id, block.title) for block in blocks)]
        self.department.choices = [none, *(SelectChoice(number, title) for number, title in departments)]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        block, department = self.block.data or None, self.department.data or None
        return {"title": self.title.data, "block_id": block, "department_id": department}


class AnswerBlockForm(FlaskForm):  # type: ignore[misc]
    """A text block for the reasons of answers."""

    title = StringField(_l("Name"), needed(), render_kw={"maxlength": 80})
    decision = SelectField(
        _l("Entscheidung, zu der er passt"),
        choices=[
            SelectChoice("", _l("passt zu jeder")),
            *(SelectChoice(name, _l(f"decision.{name}")) for name in DECISIONS),
        ],
        default="",
        validate_choice=False,
    )
    source = TextAreaField(
        _l("Text"),
        description=_l("Er landet in der Begründung und lässt sich dort noch ändern."),
        render_kw={"rows": 6},
    )
