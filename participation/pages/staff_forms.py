"""The forms of the team."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from participation.access.team import GRANTABLE
from participation.pages.account_forms import needed


class RoleForm(FlaskForm):  # type: ignore[misc]
    """A role, for the whole authority or one procedure."""

    role = SelectField(_l("Rolle"), choices=[SelectChoice(role.value, _l(role.value)) for role in GRANTABLE])
    procedure = SelectField(_l("Gilt für"), default="0")

    def offer(self, procedures: list[tuple[int, str]]) -> None:
        """Let the role hold for the whole authority or for one of these procedures."""
        whole = SelectChoice("0", _l("die ganze Behörde"))
        self.procedure.choices = [whole, *(SelectChoice(str(number), title) for number, title in procedures)]

    @property
    def procedure_id(self) -> int | None:
        """The number of the one procedure, None for the whole authority."""
        return int(self.procedure.data) or None


class InviteForm(RoleForm):
    """Inviting somebody to work here."""

    email = EmailField(_l("E-Mail-Adresse"), needed(), render_kw={"autocomplete": "off", "inputmode": "email"})


class MemberForm(InviteForm):
    """Somebody for a department; who may not recommend yet becomes a planning office."""

    role = None


class DepartmentForm(FlaskForm):  # type: ignore[misc]
    """A department of the authority, or a planning office outside it."""

    title = StringField(_l("Name"), render_kw={"maxlength": 80})
    kind = RadioField(
        _l("Was ist es?"),
        choices=[
            SelectChoice("internal", _l("Eine Stelle der Behörde, zum Beispiel ein Fachbereich")),
            SelectChoice("external", _l("Eine Stelle außerhalb, zum Beispiel ein Planungsbüro")),
        ],
        default="internal",
    )
