"""From what was sent to choices: every key is checked against the questions. Pure; knows no database.

Choices are question key -> keys of the options chosen; a question that was left out is not in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from modules.ballot.kinds import GERMAN, YES_NO
from modules.ballot.queries import QuestionItem

Choices = dict[str, list[str]]

STRANGE = _l("Diese Auswahl passt nicht zu den Fragen. Bitte wählen Sie hier neu.")
NOTHING = _l("Sie haben noch nichts gewählt. Bitte beantworten Sie mindestens eine Frage.")


@dataclass
class Reading:
    """What was understood: choices that can be shown again, and a sentence for each question with a problem."""

    choices: Choices = field(default_factory=dict)
    problems: dict[str, Any] = field(default_factory=dict)
    general: list[Any] = field(default_factory=list)  # sentences about the whole ballot

    @property
    def is_good(self) -> bool:
        """Whether it can be cast as it is."""
        return not self.problems and not self.general


def keys_of(question: QuestionItem) -> list[str]:
    """The keys that may be chosen, in order."""
    return list(GERMAN) if question.kind == YES_NO else [option.key for option in question.options]


def read(questions: Sequence[QuestionItem], sent: Mapping[str, Sequence[str]]) -> Reading:
    """Understand what a form (or a program) sent. An empty value means: left out."""
    reading = Reading()
    if set(sent) - {question.key for question in questions}:
        reading.general.append(STRANGE)
    for question in questions:
        _read_one(reading, question, [value for value in sent.get(question.key, ()) if value])
    if not reading.choices and reading.is_good:
        reading.general.append(NOTHING)
    return reading


def _read_one(reading: Reading, question: QuestionItem, chosen: Sequence[str]) -> None:
    known = [key for key in keys_of(question) if key in chosen]
    if known:
        reading.choices[question.key] = known
    if set(chosen) - set(known):
        reading.problems[question.key] = STRANGE
    elif len(known) > question.most:
        reading.problems[question.key] = lazy_ngettext(
            "Hier können Sie nur %(num)s Möglichkeit wählen. Sie haben %(chosen)s gewählt.",
            "Hier können Sie höchstens %(num)s Möglichkeiten wählen. Sie haben %(chosen)s gewählt.",
            question.most,
            chosen=len(known),
        )
