"""The form of the kiosk: one text, about what, and an address for the receipt."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from participation.pages.contribution_forms import text_problem
from participation.web.fields import storable


class KioskForm(FlaskForm):  # type: ignore[misc]
    """A text at a kiosk. Browsers shall not offer what others typed."""

    place = SelectField(_l("Wozu schreiben Sie?"), validate_choice=False)
    text = TextAreaField(_l("Ihr Text"), filters=[storable], render_kw={"autocomplete": "off", "rows": 8})
    email = EmailField(
        _l("E-Mail-Adresse"),
        filters=[storable],
        description=_l("Dann senden wir Ihnen die Eingangsbestätigung und später die Antwort."),
        render_kw={"autocomplete": "off"},
    )

    def offer(self, places: Mapping[str, str]) -> None:
        """Let people choose a place, or the whole."""
        whole = SelectChoice("", _l("Zum Ganzen"))
        self.place.choices = [whole, *(SelectChoice(key, title) for key, title in places.items())]

    def is_complete(self) -> bool:
        """Whether there is a text that can be sent; else the sentence stands at its field."""
        return not text_problem(self.text)

    def fields(self) -> dict[str, str]:
        """What a draft keeps."""
        return {"text": self.text.data or "", "quote": "", "organisation": "", "for_organisation": "self"}
