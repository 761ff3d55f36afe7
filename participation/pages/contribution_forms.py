"""The forms of drafts and contributions. They check shape; the services check meaning."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import EmailField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from participation.contributions.services import LONGEST, checked_text
from participation.kernel.refusal import Invalid
from participation.kernel.text import TextProblem, without_unstorable

FAR_TOO_LONG = 200_000  # characters; from here on it is no slip of a writer, and the answer says 413


def storable(text: Any) -> Any:
    """What was typed, without the characters that no database stores: nobody has to type a text again for them."""
    return without_unstorable(text) if isinstance(text, str) else text


class DraftForm(FlaskForm):  # type: ignore[misc]
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
        }

    def problem(self) -> int:
        """The status of what is wrong with the form, 0 where nothing is; the sentences stand at their fields."""
        status = text_problem(self.text)
        fields = self.fields()
        if fields["for_organisation"] == "organisation" and not fields["organisation"]:
            status = status or 422
            refuse(self.organisation, _l("Bitte nennen Sie die Organisation, für die Sie schreiben."))
        return status


class EditForm(FlaskForm):  # type: ignore[misc]
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
