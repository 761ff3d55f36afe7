"""The forms for what came in otherwise. The service says what is wrong with it."""

from typing import Any

from flask import g, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from participation.contributions.form_keys import fresh_key
from participation.contributions.intake import Scan
from participation.contributions.intake_checks import CHANNELS, LONGEST, Received, formats_of
from participation.contributions.intake_models import Intake
from participation.contributions.intake_queries import places_in, quote_of
from participation.contributions.models import Contribution
from participation.kernel.clock import local
from participation.kernel.files import file_store, inspect
from participation.kernel.images import shrink
from participation.kernel.media import MEDIA
from participation.kernel.tables import day_of
from participation.procedures.models import Activity, Procedure
from participation.web.checkbox import BooleanField
from participation.web.fields import storable

CHANNEL_WORDS = {name: _l(f"channel.{name}") for name in CHANNELS}
CONSENT_WORDS = {
    "none": _l("Nichts: nur für die Akte. Der Beitrag wird beantwortet, aber nicht veröffentlicht"),
    "text": _l("Den Text, ohne Namen"),
    "text_and_name": _l("Den Text mit Namen"),
}
SCANS = frozenset({"pdf", "jpeg", "png"})
LARGEST_SCAN = 10 * 2**20  # bytes
SHARP = 3_000  # pixels of the longer side: small print of a letter stays readable
STAYS = ("activity", "channel", "received_on", "place")  # for the next letter of the stack


class RecordForm(FlaskForm):  # type: ignore[misc]
    """One letter, call or card."""

    activity = SelectField(_l("Format"), coerce=int, validate_choice=False)
    channel = SelectField(
        _l("Wie ging der Beitrag ein?"),
        choices=[SelectChoice(name, words) for name, words in CHANNEL_WORDS.items()],
        validate_choice=False,
    )
    received_on = DateField(
        _l("Eingegangen am"), [Optional()], description=_l("Der Tag, an dem er bei Ihnen war. Er zählt für die Frist.")
    )
    place = SelectField(_l("Stelle im Text"), validate_choice=False)
    quote = TextAreaField(_l("Zitierte Wörter"), filters=[storable], render_kw={"rows": 2})
    title = StringField(_l("Betreff"), filters=[storable], render_kw={"maxlength": LONGEST["title"]})
    text = TextAreaField(
        _l("Wortlaut"), filters=[storable], description=_l("So, wie er auf dem Papier steht."), render_kw={"rows": 10}
    )
    consent = RadioField(
        _l("Was darf veröffentlicht werden?"),
        choices=[SelectChoice(name, words) for name, words in CONSENT_WORDS.items()],
        default="none",
        validate_choice=False,
    )
    sender_name = StringField(_l("Name"), filters=[storable], render_kw={"maxlength": LONGEST["sender_name"]})
    organisation = StringField(_l("Organisation"), filters=[storable], render_kw={"maxlength": LONGEST["organisation"]})
    sender_address = TextAreaField(_l("Anschrift für die Antwort"), filters=[storable], render_kw={"rows": 3})
    sender_email = EmailField(
        _l("E-Mail-Adresse"),
        filters=[storable],
        description=_l("Dann gehen Eingangsbestätigung und Antwort per E-Mail dorthin."),
    )
    district = StringField(_l("Ortsteil"), filters=[storable], render_kw={"maxlength": LONGEST["district"]})
    file_reference = StringField(
        _l("Aktenzeichen"), filters=[storable], render_kw={"maxlength": LONGEST["file_reference"]}
    )
    scan = FileField(_l("Original als Scan"), description=_l("PDF, JPEG oder PNG, bis 10 MB."))
    double = HiddenField()  # the number of a contribution with the same words that this page showed
    version = HiddenField(default="0")
    form_key = HiddenField(default=fresh_key)  # the same form sent twice is one record

    @classmethod
    def fresh(cls, procedure: Procedure) -> "RecordForm":
        """An empty form; what stayed from the letter before stands in the address."""
        stays: dict[str, Any] = {name: value for name, value in request.args.items() if name in STAYS}
        return cls._offering(procedure, **stays)

    @classmethod
    def of(
        cls, procedure: Procedure, contribution: Contribution, intake: Intake, *, typed: bool = True
    ) -> "RecordForm":
        """The form with what is stored, and what was `typed` into it where it was sent."""
        names = (
            "sender_name",
            "organisation",
            "sender_address",
            "sender_email",
            "consent",
            "file_reference",
            "version",
        )
        return cls._offering(
            procedure,
            typed=typed,
            activity=contribution.activity_id,
            channel=contribution.intake_channel,
            received_on=local(contribution.received_at).date().isoformat(),
            place=contribution.place,
            quote=quote_of(contribution.id),
            title=contribution.title,
            text=contribution.source,
            district=contribution.district,
            **{name: getattr(intake, name) for name in names},
        )

    @classmethod
    def _offering(cls, procedure: Procedure, *, typed: bool = True, **values: Any) -> "RecordForm":
        values["received_on"] = day_of(str(values.get("received_on", "")))
        form = cls(data=values) if typed else cls(formdata=None, data=values)
        form.activity.choices = [SelectChoice(entry.id, entry.title) for entry in formats_of(procedure)]
        whole = SelectChoice("", _l("Zum Ganzen"))
        form.place.choices = [whole, *(SelectChoice(key, title) for key, title in places_in(procedure).items())]
        return form

    def chosen(self, procedure: Procedure) -> Activity | None:
        """The format it belongs to: the chosen one, or the only one."""
        offered = formats_of(procedure)
        return next((entry for entry in offered if entry.id == self.activity.data), offered[0] if offered else None)

    def received(self) -> Received:
        """What was typed."""
        names = ("channel", "text", "title", "place", "quote", "sender_name", "sender_address", "sender_email")
        more = ("organisation", "district", "consent", "file_reference")
        words = {name: self[name].data or "" for name in (*names, *more)}
        return Received(received_on=self.received_on.data, **words)

    @property
    def seen(self) -> int:
        """The number of the version that was on the page."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0

    def stays(self) -> dict[str, Any]:
        """What the next letter of the stack probably has in common with this one."""
        day = self.received_on.data
        return {
            "activity": self.activity.data,
            "channel": self.channel.data,
            "received_on": day.isoformat() if day else None,
            "place": self.place.data or None,
        }


class ImportForm(FlaskForm):  # type: ignore[misc]
    """A table, and where its rows belong."""

    activity = SelectField(_l("Format"), coerce=int, validate_choice=False)
    file = FileField(_l("Tabelle"), description=_l("CSV oder XLSX, bis 10 MB und 10.000 Zeilen."))

    @classmethod
    def fresh(cls, procedure: Procedure) -> "ImportForm":
        """The form with the formats that take records."""
        form = cls()
        form.activity.choices = [SelectChoice(entry.id, entry.title) for entry in formats_of(procedure)]
        return form


class TakeOverForm(FlaskForm):  # type: ignore[misc]
    """All rows or only the good ones, and who is told."""

    skip_bad = BooleanField(_l("Zeilen mit Fehlern auslassen und die übrigen übernehmen"))
    receipts = BooleanField(_l("Eingangsbestätigungen per E-Mail senden, wo eine Adresse steht"))


class BackForm(FlaskForm):  # type: ignore[misc]
    """Why a record is taken back."""

    why = RadioField(
        _l("Warum?"),
        choices=[
            SelectChoice("by_sender", _l("Die Absenderin oder der Absender wünscht es")),
            SelectChoice("by_mistake", _l("Er wurde versehentlich oder doppelt erfasst")),
        ],
        validate_choice=False,
    )


def scan_sent() -> Scan | None:
    """The file of the form, checked and stored; a picture is made anew. Slow: not inside `writing()`.

    Raises FileRefused.
    """
    file = request.files.get("scan")
    if file is None or not file.filename:
        return None
    data = file.read()
    found = inspect(data, file.filename, SCANS, at_most=LARGEST_SCAN)
    if found.media_type.startswith("image/"):
        picture = shrink(data, longest=SHARP)
        data, found = picture.data, inspect(picture.data, file.filename, SCANS)
    return Scan(file_store().put(data), found.display_name, found.media_type, len(data))


ENDINGS = ",".join(f".{MEDIA[name].extension}" for name in sorted(SCANS))


def actor() -> int:
    """The number of who is logged in."""
    return int(g.viewer.person.id)
