"""The forms of the account pages. What a value must be, the services say; `blame` puts it beside the field."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from participation.kernel.refusal import Invalid
from participation.web.checkbox import BooleanField
from participation.web.site import LANGUAGES

NEEDED = _l("Bitte füllen Sie dieses Feld aus.")


def needed() -> list[object]:
    """A field that must be filled in; very long values are refused before anything is done with them."""
    return [InputRequired(NEEDED), Length(max=320, message=_l("Das ist zu lang."))]


def blame(form: FlaskForm, error: Invalid) -> None:
    """Show the sentence of a service beside the field it is about, or above the form."""
    field = form._fields.get(error.field)
    if field is None:
        form.form_errors.append(error.sentence)
    else:
        field.errors = [*field.errors, error.sentence]


class EmailForm(FlaskForm):  # type: ignore[misc]
    """An address alone: a link by mail, a new password, a new address, an invitation."""

    email = EmailField(_l("E-Mail-Adresse"), needed(), render_kw={"autocomplete": "email", "inputmode": "email"})


class LogInForm(EmailForm):
    """An address and its password."""

    email = EmailField(_l("E-Mail-Adresse"), needed(), render_kw={"autocomplete": "username", "inputmode": "email"})
    password = PasswordField(_l("Passwort"), needed(), render_kw={"autocomplete": "current-password"})


class RegisterForm(FlaskForm):  # type: ignore[misc]
    """A new account."""

    name = StringField(_l("Name, den alle sehen"), needed(), render_kw={"autocomplete": "nickname", "maxlength": 40})
    email = EmailField(_l("E-Mail-Adresse"), needed(), render_kw={"autocomplete": "username", "inputmode": "email"})
    password = PasswordField(_l("Passwort"), needed(), render_kw={"autocomplete": "new-password"})
    rules = BooleanField(
        _l("Ich stimme den Nutzungsregeln zu."), [InputRequired(_l("Bitte stimmen Sie den Nutzungsregeln zu."))]
    )


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, by link."""

    password = PasswordField(_l("Neues Passwort"), needed(), render_kw={"autocomplete": "new-password"})


class ChangePasswordForm(NewPasswordForm):
    """A new password, by somebody who knows the old one."""

    old = PasswordField(_l("Bisheriges Passwort"), needed(), render_kw={"autocomplete": "current-password"})


class ChangeEmailForm(EmailForm):
    """A new address; the password is asked of those who have one."""

    old = PasswordField(_l("Passwort"), render_kw={"autocomplete": "current-password"})


class ProfileForm(FlaskForm):  # type: ignore[misc]
    """User name and language."""

    name = StringField(_l("Name, den alle sehen"), needed(), render_kw={"autocomplete": "nickname", "maxlength": 40})
    language = SelectField(
        _l("Sprache unserer E-Mails"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )


class InvitedForm(FlaskForm):  # type: ignore[misc]
    """What somebody who was invited still has to say: name and password."""

    name = StringField(_l("Name, den alle sehen"), needed(), render_kw={"autocomplete": "name", "maxlength": 40})
    password = PasswordField(_l("Passwort"), needed(), render_kw={"autocomplete": "new-password"})


class DeleteForm(FlaskForm):  # type: ignore[misc]
    """Deleting the account: what happens to the contributions, and the password once more."""

    contributions = RadioField(
        _l("Was soll mit Ihren Beiträgen geschehen?"),
        [InputRequired(_l("Bitte wählen Sie eine Möglichkeit."))],
        choices=[
            SelectChoice("keep", _l("Beiträge unter neuem Pseudonym stehen lassen")),
            SelectChoice("withdraw", _l("Beiträge entfernen")),
        ],
    )
    old = PasswordField(_l("Passwort"), render_kw={"autocomplete": "current-password"})


def wrong_password(field: PasswordField) -> None:
    """Say beside the field that the password does not fit."""
    field.errors = [*field.errors, _l("Das Passwort passt nicht. Bitte prüfen Sie es.")]
