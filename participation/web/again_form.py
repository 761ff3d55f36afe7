"""The fields with which somebody shows once more who they are; as many of them as the person has ways."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField

from participation.accounts import passkeys, second_factor
from participation.accounts.models import Person
from participation.web.errors import NEVER_SHOWN
from participation.web.passkey_place import passkey_place

ONE_TIME = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 9}
ON_PAPER = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "maxlength": 40}


class AgainForm(FlaskForm):  # type: ignore[misc]
    """Code, passkey or code on paper for who has a second factor, the password for who has one, else nothing."""

    again_code = StringField(_l("Code aus Ihrer App"), render_kw=ONE_TIME)
    again_passkey = HiddenField()
    again_recovery = StringField(_l("Wiederherstellungscode"), render_kw=ON_PAPER)
    again_password = PasswordField(_l("Passwort"), render_kw={"autocomplete": "current-password"})

    def __init__(self, person: Person, **values: Any) -> None:
        super().__init__(**values)
        self.has_factor = second_factor.is_set(person.id)
        self.has_app = self.has_factor and second_factor.has_app(person.id)
        self.has_passkey = self.has_factor and bool(passkeys.passkeys_of(person.id, passkey_place().host))
        self.has_password = not self.has_factor and person.has_account

    @property
    def is_filled(self) -> bool:
        """Whether one of the ways was taken."""
        return any(self[name].data for name in self.own_fields)

    @property
    def way(self) -> str:
        """Which of the ways was taken: code, passkey, recovery or password; "" where none."""
        return next((name.removeprefix("again_") for name in self.own_fields if self[name].data), "")

    @property
    def own_fields(self) -> list[str]:
        """The names of the fields that are this form's own."""
        return [name for name in self._fields if name.startswith("again_")]

    @property
    def not_kept(self) -> set[str]:
        """What does not wait in the page that asks: these fields, the token, and whatever must not stand on a page."""
        return {*self.own_fields, "csrf_token", *NEVER_SHOWN}

    def blame(self, sentence: Any) -> None:
        """Say what was wrong with the try before, beside the field that is there."""
        field = self.again_code if self.has_app else self.again_password if self.has_password else None
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [sentence]
