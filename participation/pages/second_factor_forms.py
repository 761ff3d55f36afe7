"""The forms of the second factor."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from participation.pages.account_forms import needed
from participation.web.again_form import ON_PAPER, ONE_TIME

NEEDED = _l("Bitte geben Sie den Code ein.")


class SetUpForm(FlaskForm):  # type: ignore[misc]
    """The first code of a new key."""

    code = StringField(_l("Code aus Ihrer App"), [InputRequired(NEEDED), Length(max=40)], render_kw=ONE_TIME)


class EnterForm(FlaskForm):  # type: ignore[misc]
    """A code of the app, a passkey, or a code from paper."""

    code = StringField(_l("Code aus Ihrer App"), [Length(max=40)], render_kw=ONE_TIME)
    passkey = HiddenField()
    recovery = StringField(_l("Wiederherstellungscode"), [Length(max=40)], render_kw=ON_PAPER)

    @property
    def given(self) -> StringField:
        """The field that was filled in."""
        return self.recovery if self.recovery.data else self.code

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the three must be there."""
        if super().validate(extra_validators) and not (self.passkey.data or self.given.data):
            self.code.errors = [NEEDED]
        return not self.errors


class PasskeyForm(FlaskForm):  # type: ignore[misc]
    """A new passkey: how the person calls it, and what the browser answered."""

    name = StringField(_l("Name des Passkeys"), needed(), render_kw={"autocomplete": "off"})
    passkey = HiddenField()
