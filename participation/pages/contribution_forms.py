"""The forms of drafts and contributions. They check shape; the services check meaning."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from participation.contributions.particulars import NAMES as PARTICULARS
from participation.contributions.particulars import Particulars, particulars_of
from participation.contributions.services import LONGEST, checked_text
from participation.interfaces import ContributionType
from participation.kernel.geocoder import Spot
from participation.kernel.refusal import Invalid
from participation.kernel.text import TextProblem
from participation.procedures.models import Activity
from participation.web.fields import storable
from participation.web.place_fields import described_where_field, position_field

FURTHEST = 20_000  # characters of a field beside the text
FAR_TOO_LONG = 200_000  # characters; from here on it is no slip of a writer, and the answer says 413


class ParticularsForm(FlaskForm):  # type: ignore[misc]
    """What some types ask beside the text; `ask` leaves the fields that this type asks for."""

    title = StringField(_l("Titel"), filters=[storable], description=_l("Ein kurzer Satz: Worum geht es?"))
    category = SelectField(_l("Kategorie"), validate_choice=False)
    where = described_where_field()
    position = position_field()

    spots: Sequence[Spot] = ()  # places of the name in `where`, to choose from
    asked: Particulars | None = None  # what was typed, once `particulars_problem` found nothing wrong with it

    def ask(self, kind: ContributionType | None, activity: Activity) -> None:
        """Leave the fields that this type asks for; none asks nothing."""
        choices = kind.categories(activity) if kind and kind.categories else {}
        is_located = kind is not None and bool(kind.drawn)
        wanted = {"title": kind is not None and kind.titled, "category": bool(choices), "where": is_located}
        for name, is_wanted in {**wanted, "position": is_located}.items():
            if not is_wanted:
                del self[name]
        if choices:
            listed = [SelectChoice(key, title) for key, title in choices.items()]
            self.category.choices = [SelectChoice("", _l("Bitte wählen")), *listed]

    def particulars(self) -> dict[str, str]:
        """What was typed into the fields that are asked for."""
        return {name: (self[name].data or "").strip()[:FURTHEST] if name in self else "" for name in PARTICULARS}

    def particulars_problem(self, activity: Activity, kind: ContributionType | None, place: str = "") -> int:
        """422 where something that is asked for cannot be taken; the sentence stands at its field. Else 0, and `asked`.

        `place` is the category of what has one already.
        """
        if kind is None:
            return 0
        typed = self.particulars() | ({"category": place} if place else {})
        try:
            self.asked = particulars_of(typed, activity, kind)
        except Invalid as invalid:
            refuse(self[invalid.field], invalid.sentence)
            return invalid.status
        return 0


class DraftForm(ParticularsForm):
    """A text before it is sent: what, about which words, for whom."""

    text = TextAreaField(_l("Ihr Text"), filters=[storable])
    quote = TextAreaField(
        _l("Zitierte Stelle"),
        filters=[storable],
        description=_l(
            "Kopieren Sie hier die Wörter hinein, die Sie meinen. Ohne Angabe gilt Ihr Text der ganzen Stelle."
        ),
    )
    for_organisation = RadioField(
        _l("Ich schreibe für"),
        choices=[SelectChoice("self", _l("mich")), SelectChoice("organisation", _l("eine Organisation"))],
        default="self",
        validate_choice=False,
    )
    warned = HiddenField(filters=[storable])  # the quote that this page said does not stand at the place
    organisation = StringField(
        _l("Name der Organisation"),
        filters=[storable],
        description=_l("Nötig, wenn Sie für eine Organisation schreiben. Sonst lassen Sie das Feld leer."),
    )
    email = EmailField(
        _l("E-Mail-Adresse"), description=_l("Wir senden Ihnen einen Link. Ein Passwort brauchen Sie nicht.")
    )

    file = FileField(
        _l("Datei anfügen"),
        description=_l(
            "PDF, DOCX, ODT, TXT, PNG, JPEG oder WebP, bis 10 MB, höchstens drei Dateien. "
            "Bilder verkleinern wir; Angaben zu Ort und Kamera entfernen wir."
        ),
    )
    alternative = StringField(
        _l("Was ist auf dem Bild zu sehen?"),
        description=_l("Nur für Bilder. So verstehen es auch Menschen, die das Bild nicht sehen."),
    )

    def fields(self) -> dict[str, str]:
        """What a draft keeps."""
        return {
            "text": self.text.data or "",
            "quote": (self.quote.data or "").strip()[:2_000],
            "organisation": (self.organisation.data or "").strip()[:200],
            "for_organisation": "organisation" if self.for_organisation.data == "organisation" else "self",
            **self.particulars(),
        }

    def problem(self) -> int:
        """The status of what is wrong with the form, 0 where nothing is; the sentences stand at their fields."""
        status = text_problem(self.text)
        fields = self.fields()
        if fields["for_organisation"] == "organisation" and not fields["organisation"]:
            status = status or 422
            refuse(self.organisation, _l("Bitte nennen Sie die Organisation, für die Sie schreiben."))
        return status


class EditForm(ParticularsForm):
    """A changed text, and which version it started from."""

    text = TextAreaField(_l("Ihr Text"), filters=[storable])
    version = HiddenField()


def text_problem(field: Any) -> int:
    """The status of what is wrong with a text (413 far too long, 422), 0 where nothing is; says it at the field."""
    text = field.data or ""
    try:
        checked_text(text)
    except (Invalid, TextProblem) as problem:
        refuse(field, problem.sentence)
        return 413 if len(text) > FAR_TOO_LONG else 422
    return 0


def refuse(field: Any, sentence: Any) -> None:
    """Say a sentence at a field; WTForms keeps errors as a tuple until they were validated."""
    field.errors = [*field.errors, sentence]


__all__ = ["FAR_TOO_LONG", "LONGEST", "DraftForm", "EditForm", "refuse", "text_problem"]
