"""The form of a notice, a question or a document, and the file that comes with it."""

from datetime import date

from flask import g, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from participation.kernel.clock import today
from participation.kernel.files import file_store, inspect
from participation.kernel.images import shrink
from participation.kernel.media import DOCUMENTS, PICTURES
from participation.kernel.uploads import bytes_of, largest, upload_of
from participation.procedures.entries import AUDIENCES, Entry, Fields, StoredFile

WORDS = {
    "both": _l("Für alle"),
    "public": _l("Nur für die Öffentlichkeit"),
    "institutions": _l("Nur für Behörden und Träger öffentlicher Belange"),
}
ALLOWED = DOCUMENTS | PICTURES


class EntryForm(FlaskForm):  # type: ignore[misc]
    """What staff say of an entry; the service says what is wrong with it."""

    title = StringField(_l("Titel"))
    source = TextAreaField(_l("Text"), render_kw={"rows": 8})
    audience = RadioField(
        _l("Für wen"),
        choices=[SelectChoice(name, WORDS[name]) for name in AUDIENCES],
        default="both",
        description=_l("Behörden und Träger öffentlicher Belange sind die Adressen auf Ihren Listen dieser Art."),
    )
    when = RadioField(
        _l("Ab wann sichtbar"),
        choices=[
            SelectChoice("now", _l("Sofort")),
            SelectChoice("on", _l("Ab einem Tag")),
            SelectChoice("later", _l("Noch nicht")),
        ],
        default="now",
    )
    day = DateField(_l("Tag"), [Optional()], description=_l("Ab 0 Uhr an diesem Tag. Nur bei „Ab einem Tag“."))
    version = HiddenField(default="0")

    @classmethod
    def of(cls, entry: Entry) -> "EntryForm":
        """The form with what is stored."""
        when = "later" if entry.publish_on is None else "now" if entry.publish_on <= today() else "on"
        return cls(
            title=entry.title,
            source=entry.source,
            audience=entry.audience,
            when=when,
            day=entry.publish_on,
            version=entry.version,
        )

    def fields(self) -> Fields:
        """What was typed."""
        day: date | None = {"now": self._first_day(), "on": self.day.data}.get(self.when.data)
        return Fields(self.title.data or "", self.source.data or "", self.audience.data or "", day)

    def _first_day(self) -> date:
        """A day that is over stays as it was: readers see since when a notice is there."""
        return min(self.day.data, today()) if self.day.data else today()

    @property
    def seen(self) -> int:
        """The number of the version that was on the page."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def file_sent() -> StoredFile | None:
    """The file of the form, checked and stored, whether it came in pieces or at once. Raises FileRefused, Unknown."""
    key, file = request.form.get("upload", ""), request.files.get("file")
    if key:
        upload = upload_of(g.tenant.id, g.viewer.person.id, key)
        data, name = bytes_of(upload), upload.name
    elif file is not None and file.filename:
        data, name = file.read(), file.filename
    else:
        return None
    found = inspect(data, name, ALLOWED, at_most=largest())
    if found.media_type.startswith("image/"):  # made anew: without place and date, and nothing but a picture
        picture = shrink(data)
        found = inspect(picture.data, name, ALLOWED)
        data = picture.data
    return StoredFile(file_store().put(data), found.display_name, found.media_type, len(data))
