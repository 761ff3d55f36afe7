"""The forms of the second factor, and the field by which an act of weight asks for it once more."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from participation.accounts.models import Person
from participation.accounts.second_factor import count_try, prove
from participation.accounts.sessions import note_proof
from participation.web.proof import is_fresh

NEEDED = _l("Bitte geben Sie den Code ein.")
ONE_TIME = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 9}
ON_PAPER = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "maxlength": 40}


def code_field() -> StringField:
    """Six digits of the app."""
    return StringField(_l("Code aus Ihrer App"), [InputRequired(NEEDED), Length(max=40)], render_kw=ONE_TIME)


class SetUpForm(FlaskForm):  # type: ignore[misc]
    """The first code of a new key."""

    code = code_field()


class EnterForm(FlaskForm):  # type: ignore[misc]
    """A code of the app, or one from paper."""

    code = StringField(_l("Code aus Ihrer App"), [Length(max=40)], render_kw=ONE_TIME)
    recovery = StringField(_l("Wiederherstellungscode"), [Length(max=40)], render_kw=ON_PAPER)

    @property
    def given(self) -> StringField:
        """The field that was filled in."""
        return self.recovery if self.recovery.data else self.code

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two must be there."""
        if super().validate(extra_validators) and not self.given.data:
            self.code.errors = [NEEDED]
        return not self.errors


class AgainForm(FlaskForm):  # type: ignore[misc]
    """A form of weight: it asks for a code where the last one is more than 15 minutes old."""

    code = code_field()

    def ask_again(self, *, unless: bool = False) -> None:
        """Take the field out where it is not needed."""
        if unless or is_fresh():
            del self.code

    def count_try(self, person: Person) -> None:
        """Count the try, before `writing()`. Raises Pause."""
        if "code" in self:
            count_try(person.id)

    def prove(self, person: Person, *, key: str | None) -> None:
        """Take the code, inside `writing()`; the log-in with this key is freshly proven. Raises Invalid."""
        if "code" in self:
            prove(person, self.code.data)
            note_proof(key or "")
