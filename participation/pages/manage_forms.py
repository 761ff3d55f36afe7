"""The forms of a procedure's facts. Each field says in one sentence what it is for."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from participation.kernel.text import RICH_LIMIT, normalise
from participation.procedures.facts import FACTS, mark_of
from participation.procedures.levels import LEVELS
from participation.procedures.models import Procedure
from participation.web.checkbox import BooleanField

NEEDED = _l("Bitte füllen Sie dieses Feld aus.")
ASKED_LATER = ("summary", "deciders", "answers_by", "contact")  # not needed now, but before the release
VISIBLE = (
    ("public", _l("Alle, auch ohne Konto")),
    ("institutions", _l("audience.institutions")),
    ("members", _l("Eingeladene Personen")),
)
GROUPS = (
    ("about", _l("Worum es geht"), ("title", "summary", "description", "topic", "area")),
    ("reach", _l("Wie weit die Beteiligung geht"), ("level", "fixed", "changeable")),
    (
        "answer",
        _l("Wer entscheidet und antwortet"),
        ("deciders", "decision_on", "answers_by", "contact", "legal_basis"),
    ),
    (
        "public",
        _l("Wer es sieht und wie lange"),
        ("visible_to", "announced_on", "retained_until", "contact_days", "practice"),
    ),
)


def _line(label: Any, help: Any, most: int = 300, *, needed: bool = False) -> StringField:  # noqa: A002
    first = DataRequired(NEEDED) if needed else Optional()
    return StringField(label, [first, _most(most)], filters=[_typed], description=help)


def _text(label: Any, help: Any, rows: int, most: int = 2000) -> TextAreaField:  # noqa: A002
    return TextAreaField(label, [_most(most)], filters=[_typed], description=help, render_kw={"rows": rows})


def _most(number: int) -> Length:
    return Length(max=number, message=_l("Möglich sind höchstens %(number)s Zeichen.", number=number))


def _typed(value: str | None) -> str:
    return normalise(value or "")


class FactsForm(FlaskForm):  # type: ignore[misc]
    """All facts of a procedure, and which state of them was shown."""

    version = HiddenField()
    seen = HiddenField()  # a mark of each value as it was shown
    title = _line(_l("Titel"), _l("Sagen Sie in wenigen Worten, worum es geht."), 200, needed=True)
    summary = _text(
        _l("Das Wichtigste in Kürze"),
        _l("Vor der Freigabe nötig. Zwei bis vier kurze Sätze in einfachen Worten, der erste unter dem Titel."), 4,
    )  # fmt: skip
    description = _text(
        _l("Beschreibung"),
        _l("Der Hintergrund für alle, die mehr wissen wollen. Überschriften beginnen mit ##, Listen mit -."),
        12, RICH_LIMIT,
    )  # fmt: skip
    topic = _line(_l("Thema"), _l("Ein Wort, nach dem Menschen die Liste filtern können, zum Beispiel Verkehr."), 60)
    area = _line(_l("Gebiet"), _l("Für welchen Ort oder welches Land das Ergebnis gilt."))
    level = RadioField(
        _l("Stufe der Beteiligung"),
        choices=[SelectChoice(name, _l("%(title)s: %(promise)s", **entry._asdict())) for name, entry in LEVELS.items()],
        description=_l("Die Stufe steht auf der Seite des Verfahrens. Versprechen Sie nur, was Sie halten."),
    )
    fixed = _text(_l("Was feststeht"), _l("Was sich durch Beiträge nicht mehr ändern lässt, und warum."), 3)
    changeable = _text(_l("Was sich ändern kann"), _l("Worauf Beiträge wirken können."), 3)
    deciders = _line(
        _l("Wer entscheidet"),
        _l("Vor der Freigabe nötig. Die Stelle oder das Gremium, zum Beispiel der Rat der Stadt."),
    )
    decision_on = DateField(
        _l("Entscheidung am"),
        [Optional()],
        description=_l("Der Tag der Sitzung oder des Beschlusses, wenn er feststeht."),
    )
    answers_by = DateField(
        _l("Antworten bis"),
        [Optional()],
        description=_l(
            "Vor der Freigabe nötig. Bis zu diesem Tag antwortet die Behörde, das steht öffentlich auf der Seite."
        ),
    )
    contact = _line(
        _l("Kontakt"),
        _l("Vor der Freigabe nötig. Eine Stelle mit E-Mail-Adresse oder Telefon, die Fragen beantwortet."),
    )
    legal_basis = _line(_l("Rechtliche Grundlage"), _l("Das Gesetz oder der Beschluss, auf dem das Verfahren beruht."))
    visible_to = SelectField(
        _l("Wer das Verfahren sieht"),
        choices=[SelectChoice(*entry) for entry in VISIBLE],
        description=_l("Wer nicht dazugehört, findet das Verfahren nicht, auch nicht mit der Adresse."),
    )
    announced_on = DateField(
        _l("Ankündigung am"),
        [Optional()],
        description=_l("Ab diesem Tag ist das Verfahren sichtbar. Ohne Angabe erst, wenn die erste Phase beginnt."),
    )
    retained_until = DateField(
        _l("Sichtbar bis"), [Optional()], description=_l("Danach kommt das abgeschlossene Verfahren ins Archiv.")
    )
    contact_days = IntegerField(
        _l("Kontaktdaten behalten, in Tagen"),
        [NumberRange(0, 3650, message=_l("Bitte geben Sie eine Zahl von 0 bis 3650 an."))],
        filters=[lambda days: 365 if days is None else days],
        description=_l("So lange nach dem Ende. Danach löschen wir Adressen, die nur zum Schreiben dienten."),
    )
    practice = BooleanField(
        _l("Das ist eine Übung"), description=_l("Die Seiten sagen dann, dass niemand wirklich entscheidet.")
    )

    def show(self, procedure: Procedure) -> None:
        """Carry the state that is shown: its version, and a mark of each value that can be changed."""
        self.version.data = str(procedure.version)
        self.seen.data = " ".join(f"{name}:{mark_of(getattr(procedure, name))}" for name in FACTS if name in self)

    def leave_out(self, names: Iterable[str]) -> None:
        """Ask no more for what is frozen."""
        for name in names:
            del self[name]

    @property
    def values(self) -> dict[str, Any]:
        """The facts as they were typed."""
        return {name: self[name].data for name in FACTS if name in self}


class PictureForm(FlaskForm):  # type: ignore[misc]
    """The picture with its description for people who do not see it."""

    picture = FileField(
        _l("Bilddatei"),
        description=_l("JPEG, PNG oder WebP bis 40 MB. Angaben zu Ort und Kamera entfernen wir."),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )
    picture_alt = StringField(
        _l("Was auf dem Bild zu sehen ist"),
        [Optional(), _most(300)],
        filters=[_typed],
        description=_l("Ein Satz für Menschen, die das Bild nicht sehen. Nicht nötig: „Bild von …“."),
    )
    remove = BooleanField(
        _l("Bild entfernen"),
        description=_l("Auf der Seite steht dann kein Bild mehr. Ein neues ist jederzeit möglich."),
    )
