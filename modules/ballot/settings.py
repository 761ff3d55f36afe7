"""What managers set for a ballot. Everything people rely on while they vote is locked after the opening."""

import re

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from participation.interfaces import Preset

SECRECY = ("open",)  # further levels come with their urns; words are never stronger than the level
EFFECTS = ("", "opinion", "recommendation", "commitment")
TIES = ("stated", "no")
DATE = re.compile(r"(\d{4}-\d{2}-\d{2})?")
LINK = re.compile(r"(https?://\S+|/\S*)?")
LOCKED = "opening"
THRESHOLD = 10


def _meta(title: object, help_: object, **more: object) -> dict[str, object]:
    return {"title": title, "help": help_, "locked_after": LOCKED, **more}


class BallotSettings(Schema):
    """Secrecy, effect and rules of a ballot."""

    secrecy = fields.String(
        load_default="open",
        validate=validate.OneOf(SECRECY, labels=[_l("level.open")]),
        metadata=_meta(_l("Geheimhaltung"), _l("Wie die Auswahl gespeichert wird. Das steht über der ersten Frage.")),
    )
    effect = fields.String(
        load_default="",
        validate=validate.OneOf(
            EFFECTS,
            labels=[
                _l("Noch nicht festgelegt"),
                _l("Meinungsbild (nicht bindend)"),
                _l("Empfehlung an eine Stelle"),
                _l("Zusage, dem Ergebnis zu folgen"),
            ],
        ),
        metadata=_meta(_l("Wirkung"), _l("Was mit dem Ergebnis geschieht. Ohne diese Angabe öffnet keine Abstimmung.")),
    )
    body = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata=_meta(
            _l("Wer das Ergebnis bekommt"),
            _l("Bei Empfehlung und Zusage: die Stelle, die darüber berät oder die zusagt."),
        ),
    )
    decided_on = fields.String(
        load_default="",
        validate=validate.Regexp(DATE, error=_l("Bitte schreiben Sie das Datum so: 2026-12-14")),
        metadata=_meta(
            _l("Tag der Zusage"), _l("Nur bei einer Zusage: wann die Stelle sie beschlossen hat."), input="date"
        ),
    )
    link = fields.String(
        load_default="",
        validate=validate.Regexp(LINK, error=_l("Bitte geben Sie eine Adresse an, die mit https:// beginnt.")),
        metadata=_meta(_l("Link zum Beschluss"), _l("Nur bei einer Zusage: wo sie nachzulesen ist."), input="url"),
    )
    tie = fields.String(
        load_default="stated",
        validate=validate.OneOf(
            TIES,
            labels=[
                _l("Gleichstand wird festgestellt, nichts ist gewählt"),
                _l("Bei Ja und Nein zählt Gleichstand als Nein"),
            ],
        ),
        metadata=_meta(_l("tie_break"), _l("Was gilt, wenn zwei Möglichkeiten gleich viele Stimmen haben.")),
    )
    threshold = fields.Integer(
        load_default=THRESHOLD,
        validate=validate.Range(min=1, max=1_000),
        metadata=_meta(
            _l("Einzelne Stimmzettel ab"),
            _l("Unter dieser Zahl von Stimmzetteln werden nur Summen veröffentlicht, damit niemand erkennbar ist."),
        ),
    )


PRESETS = (
    Preset(
        name="opinion",
        title=_l("Meinungsbild"),
        help=_l("Sie möchten wissen, was die Teilnehmenden denken. Niemand ist an das Ergebnis gebunden."),
        settings={"effect": "opinion"},
    ),
    Preset(
        name="recommendation",
        title=_l("Empfehlung"),
        help=_l("Das Ergebnis geht an eine Stelle, die darüber berät. Tragen Sie die Stelle ein."),
        settings={"effect": "recommendation"},
    ),
    Preset(
        name="commitment",
        title=_l("Zusage"),
        help=_l("Eine Stelle hat beschlossen, dem Ergebnis zu folgen. Tragen Sie Stelle, Tag und Link ein."),
        settings={"effect": "commitment", "tie": "no"},
    ),
)
