"""The form that leads into a preview."""

from collections.abc import Sequence
from datetime import datetime, time

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from participation.interfaces import Role
from participation.kernel.clock import instant, local, now
from participation.web.preview import ROLES

NOON = time(12)


class PreviewForm(FlaskForm):  # type: ignore[misc]
    """Day, time, role, page. It changes nothing, so its address can be shared and it carries no token."""

    class Meta:
        csrf = False

    day = DateField(
        _l("Tag"),
        [InputRequired(_l("Bitte geben Sie den Tag ein."))],
        default=lambda: local(now()).date(),
    )
    time = TimeField(
        _l("Uhrzeit"),
        [Optional()],
        description=_l("Ohne Angabe: 12 Uhr mittags."),
    )
    role = RadioField(_l("Wer sieht die Seite an?"), default=Role.VISITOR.value)
    page = SelectField(_l("Seite, mit der Sie beginnen"))

    def offer(self, roles: Sequence[Role], pages: Sequence[tuple[str, str]]) -> None:
        """What can be chosen."""
        self.role.choices = [SelectChoice(role.value, ROLES[role]) for role in roles]
        self.page.choices = [SelectChoice(url, title) for url, title in pages]

    def at(self) -> datetime:
        """The instant that is meant."""
        return instant(datetime.combine(self.day.data, self.time.data or NOON))
