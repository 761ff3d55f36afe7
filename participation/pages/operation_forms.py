"""The forms of those who run the installation."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from participation.pages.account_forms import NEEDED, needed

KINDS = (("ministry", _l("Ministerium")), ("district", _l("Landkreis")), ("town", _l("Stadt oder Gemeinde")))


class NewTenantForm(FlaskForm):  # type: ignore[misc]
    """A new authority, and who sets it up."""

    name = StringField(_l("Name der Behörde"), [InputRequired(NEEDED), Length(max=120, message=_l("Das ist zu lang."))])
    slug = StringField(
        _l("Adresse"),
        [InputRequired(NEEDED), Length(max=41, message=_l("Das ist zu lang."))],
        description=_l("Kleinbuchstaben, Ziffern, Bindestriche. Bei musterstadt steht das Portal unter /musterstadt/."),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    kind = SelectField(_l("Art"), choices=[SelectChoice(key, title) for key, title in KINDS], default="town")
    contact_email = EmailField(
        _l("E-Mail-Adresse für Fragen"), needed(), description=_l("Steht öffentlich auf dem Portal.")
    )
    admin_email = EmailField(
        _l("Wer das Portal einrichtet"),
        needed(),
        description=_l("An diese E-Mail-Adresse geht eine Einladung mit der Rolle Portalverwaltung."),
    )


class ResetForm(FlaskForm):  # type: ignore[misc]
    """Whose second factor is taken off."""

    email = EmailField(_l("E-Mail-Adresse der Person"), needed(), render_kw={"autocomplete": "off"})
