"""Documents for data protection, made from the registry: record of processing, periods, draft of the assessment.

What the registry cannot know (recipients, measures, risks) stands in `participation/processing.toml`.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from participation.accounts.sheets import Part, Sheet
from participation.kernel.db import db
from participation.kernel.retention import FILE, PersonalData

FACTS = Path(__file__).resolve().parents[1] / "processing.toml"
ON_ERASE = {
    "keep": "bleibt, ohne Bezug zur Person",
    "clear": "wird geleert",
    "cut": "wird von der Person getrennt",
    "rename": "wird durch ein zufälliges Pseudonym ersetzt",
    "text": "bleibt ohne Namen, oder wird auf Wunsch entfernt; in förmlichen Verfahren bleibt es in der Akte",
    "delete": "wird gelöscht",
}


class Activity(NamedTuple):
    """A processing activity with the rules of its tables."""

    key: str
    title: str
    purpose: str
    people: str
    seen_by: str
    rules: list[PersonalData]


def activities() -> list[Activity]:
    """The activities in the order of the facts, each with the columns it keeps; empty ones are left out."""
    rules = registry()
    found = [
        Activity(
            entry["key"],
            entry["title"],
            entry["purpose"],
            entry["people"],
            entry["seen_by"],
            _of(rules, entry["tables"]),
        )
        for entry in _facts()["activity"]
    ]
    return [entry for entry in found if entry.rules]


def homeless() -> list[str]:
    """Tables with personal data that belong to no activity; there must be none."""
    patterns = [pattern for entry in _facts()["activity"] for pattern in entry["tables"]]
    names = {rule.table_name for rule in registry()}
    return sorted(name for name in names if not _fits(name, patterns))


def registry() -> list[PersonalData]:
    """Every column with personal data."""
    query = select(PersonalData).where(PersonalData.column_name != "*")
    return list(db.session.scalars(query.order_by(PersonalData.table_name, PersonalData.id)))


def titles_of_tables() -> dict[str, str]:
    """What people read above their own rows; a table of a format that is not named here keeps its own name."""
    return dict(_facts()["titles"])


def record() -> Sheet:
    """The record of processing activities (Art. 30 DSGVO)."""
    words = _facts()["words"]
    first = Part("Allgemeines", [words["controller"], words["transfer"]])
    return Sheet(
        "record",
        "Verzeichnis von Verarbeitungstätigkeiten (Art. 30 DSGVO)",
        [first, *map(_recorded, activities()), _measures()],
    )


def retention() -> Sheet:
    """How long what is kept, and what becomes of it when an account is deleted."""
    head = ("Tabelle", "Spalte", "Wozu", "Wie lange", "Wenn das Konto gelöscht wird")
    rows = [
        Part(
            activity.title,
            head=head,
            rows=[
                (rule.table_name, rule.column_name, rule.purpose, rule.period, ON_ERASE[rule.on_erase])
                for rule in activity.rules
            ],
        )
        for activity in activities()
    ]
    unused = (
        "Ein Konto, mit dem sich zwei Jahre lang niemand angemeldet hat, wird nach einer Ankündigung mit 31 Tagen "
        "Vorlauf gelöscht. Eine nie bestätigte Adresse wird nach 14 Tagen gelöscht."
    )
    return Sheet("retention", "Löschfristen", [Part("Allgemeines", [_facts()["words"]["file"], unused]), *rows])


def assessment() -> Sheet:
    """The draft of a data protection impact assessment (Art. 35 DSGVO); the authority completes it."""
    said = (
        "Dieser Entwurf ist aus dem Register der Spalten mit Angaben zu Personen erzeugt. Die Behörde prüft und "
        "ergänzt ihn für ihr Verfahren: Rechtsgrundlage, Zahl der Betroffenen, Stellungnahme der oder des "
        "Datenschutzbeauftragten."
    )
    done = activities()
    head = ("Tätigkeit", "Zweck", "Rechtsgrundlage", "Betroffene", "Angaben")
    rows = [(a.title, a.purpose, _bases(a.rules), a.people, f"{len(a.rules)} Spalten") for a in done]
    needed = [rule for activity in done for rule in activity.rules]
    necessity = (
        f"Das Register nennt {len(needed)} Spalten. Jede hat einen Zweck, eine Rechtsgrundlage und eine Frist. "
        f"{sum(rule.in_export for rule in needed)} davon bekommt die Person mit ihren Daten; die übrigen sind "
        "Prüfwerte, Schlüssel oder Verweise. "
        f"{sum(rule.period != FILE for rule in needed)} gehen, bevor die Akte des Verfahrens geht."
    )
    return Sheet(
        "assessment",
        "Datenschutz-Folgenabschätzung (Art. 35 DSGVO), Entwurf",
        [
            Part("Stand", [said]),
            Part("Beschreibung der Verarbeitung", head=head, rows=rows),
            Part("Notwendigkeit und Verhältnismäßigkeit", [necessity]),
            _risks(),
            _measures(),
            Part("Ergebnis", ["Von der Behörde auszufüllen: Restrisiko, Entscheidung, Datum, Unterschrift."]),
        ],
    )


SHEETS: Mapping[str, Callable[[], Sheet]] = {"record": record, "retention": retention, "assessment": assessment}


def _recorded(activity: Activity) -> Part:
    said = [
        f"Zweck: {activity.purpose}.",
        f"Rechtsgrundlage: {_bases(activity.rules)}.",
        f"Betroffene: {activity.people}.",
        f"Wer es sieht: {activity.seen_by}.",
    ]
    rows = [(rule.purpose, rule.period, f"{rule.table_name}.{rule.column_name}") for rule in activity.rules]
    return Part(activity.title, said, ("Angabe", "Löschung", "Spalte"), rows)


def _measures() -> Part:
    rows = [(entry["title"], entry["how"], entry["test"]) for entry in _facts()["measure"]]
    heading = "Technische und organisatorische Maßnahmen (Art. 32 DSGVO)"
    return Part(heading, head=("Maßnahme", "Wie", "Belegt durch"), rows=rows)


def _risks() -> Part:
    head = ("Risiko", "Eintritt", "Schwere", "Maßnahmen", "Was bleibt")
    rows = [
        (risk["title"], risk["likely"], risk["severe"], ", ".join(risk["measures"]), risk["left"])
        for risk in _facts()["risk"]
    ]
    return Part("Risiken für die Rechte und Freiheiten der Betroffenen", head=head, rows=rows)


def _of(rules: Iterable[PersonalData], patterns: list[str]) -> list[PersonalData]:
    return [rule for rule in rules if _fits(rule.table_name, patterns)]


def _fits(name: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _bases(rules: Iterable[PersonalData]) -> str:
    return "; ".join(sorted({rule.legal_basis for rule in rules if rule.legal_basis}))


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(FACTS.read_text("utf-8"))
