"""Forms of people without an account: few fields, each says who reads it, and a field only machines fill in."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from participation.contributions.form_keys import fresh_key
from participation.kernel.refusal import Invalid
from participation.moderation.reasons import LONGEST, REASONS
from participation.moderation.reports import checked_address

SHORT_ENOUGH = Length(max=LONGEST, message=_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST))


def email_field() -> EmailField:
    """An address for an answer; each form has it last, so that errors are listed in the order of the page."""
    return EmailField(
        _l("Ihre E-Mail-Adresse"),
        description=_l("Nur wenn Sie eine Antwort möchten. Wir verwenden sie für nichts anderes."),
        render_kw={"autocomplete": "email"},
    )


class WithoutAccount(FlaskForm):  # type: ignore[misc]
    """The rule of the address, the key, and the trap: `homepage` is hidden from people."""

    form_key = HiddenField(default=fresh_key)  # the same form sent twice is one report
    homepage = StringField(_l("Bitte lassen Sie dieses Feld leer"))

    def validate_email(self, field: EmailField) -> None:
        """The rule is the service's."""
        try:
            checked_address(field.data or "")
        except Invalid as error:
            raise ValidationError(error.sentence) from error

    @property
    def is_trapped(self) -> bool:
        """Whether a machine filled in what no person sees."""
        return bool(self.homepage.data)


class ReportForm(WithoutAccount):
    """Why a contribution breaks the rules."""

    reason = RadioField(
        _l("Was stimmt mit dem Beitrag nicht?"),
        choices=[SelectChoice(code, _l(f"reason.{code}")) for code in REASONS],
        validators=[DataRequired(_l("Bitte wählen Sie einen Grund."))],
    )
    note = TextAreaField(
        _l("Was möchten Sie dazu sagen?"),
        description=_l("Zum Beispiel, welche Stelle Sie meinen."),
        validators=[SHORT_ENOUGH],
        render_kw={"rows": 3},
    )
    email = email_field()


class BarrierForm(WithoutAccount):
    """What does not work, and where."""

    note = TextAreaField(
        _l("Was funktioniert nicht?"),
        description=_l("Beschreiben Sie, was Sie tun wollten. Nennen Sie gern auch Ihr Gerät und Ihre Hilfsmittel."),
        validators=[DataRequired(_l("Bitte schreiben Sie, was nicht funktioniert.")), SHORT_ENOUGH],
        render_kw={"rows": 4},
    )
    page = StringField(
        _l("Auf welcher Seite?"),
        description=_l("Die Adresse oder der Name der Seite."),
        validators=[Length(max=500, message=_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=500))],
    )
    email = email_field()
