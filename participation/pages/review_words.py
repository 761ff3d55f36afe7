"""What changed in a procedure, in words: before and after, grouped by where it stands."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from participation.kernel.clock import instant, last_day
from participation.kernel.dates import day, day_with_weekday, time_of_day
from participation.procedures.review import Change
from participation.web.procedure_words import audience_words, identity_words

LONGEST = 400  # characters of a text; longer ones are cut to where they differ
AROUND = 80
TECHNICAL = {
    "key",
    "level",
    "citation",
    "position",
    "stored_name",
    "media_type",
    "size",
}  # of contents; follows from the rest
FIELDS: Mapping[str, Any] = {
    "title": _l("Titel"), "summary": _l("Das Wichtigste in Kürze"), "description": _l("Beschreibung"),
    "topic": _l("Thema"), "area": _l("Gebiet"), "contact": _l("Kontakt"), "legal_basis": _l("Rechtliche Grundlage"),
    "level": _l("Wie weit die Beteiligung geht"), "deciders": _l("Wer entscheidet"), "fixed": _l("Was feststeht"),
    "changeable": _l("Was sich ändern kann"), "picture_alt": _l("Beschreibung des Bildes"),
    "visible_to": _l("Sichtbar für"), "practice": _l("Nur zur Übung"), "announced_on": _l("Ankündigung"),
    "decision_on": _l("Tag der Entscheidung"), "answers_by": _l("Antworten bis"),
    "contact_days": _l("Kontaktdaten behalten"), "retained_until": _l("Sichtbar bis"),
    "begins": _l("Beginn"), "ends": _l("Ende"), "round": _l("Durchgang"),
    "identity": _l("Wie Menschen teilnehmen"), "moderation": _l("Prüfung vor der Veröffentlichung"),
    "statutory": _l("Gesetzliche Frist"), "audience": _l("Für wen"), "counts_visible": _l("Zahlen sichtbar"),
    "written_form_required": _l("Schriftform erforderlich"), "kind": _l("Art"), "slug": _l("Adresse"),
    "module": _l("Format"), "text": _l("Text"), "label": _l("Bezeichnung"), "most": _l("Höchstens wählbar"),
    "contents": _l("Mitteilungen, Fragen und Dokumente"), "body": _l("Text"), "source": _l("Text"),
    "file_name": _l("Datei"),
}  # fmt: skip
VALUES: Mapping[str, Any] = {
    "none": _l("keine"), "first": _l("beim ersten Beitrag einer Person"), "always": _l("immer"),
    "after": _l("nach dem Ende"), "inform": _l("Informieren"), "consult": _l("Anhören"),
    "decide": _l("Gemeinsam entscheiden"), "public": _l("alle"), "staff": _l("Mitarbeitende"),
    "own": _l("nur die eigenen Beiträge"),
}  # fmt: skip
ENUMERATED = {"moderation", "counts_visible", "level", "visible_to"}


class Row(NamedTuple):
    """One value, before and after, in words."""

    label: Any
    before: str
    after: str


class Section(NamedTuple):
    """What belongs together: the facts, a format, a phase."""

    title: str
    rows: list[Row]


def sections(changes: Iterable[Change]) -> list[Section]:
    """The changes by their place, in their order."""
    named = ((_place(change.path), _row(change)) for change in changes if not _is_technical(change.path))
    return [Section(title, [row for _title, row in group]) for title, group in groupby(named, key=lambda pair: pair[0])]


def _place(path: tuple[str, ...]) -> str:
    if path[0] in ("facts", "days"):
        return str(_("Angaben")) if path[0] == "facts" else str(_("Termine des Verfahrens"))
    if path[0] != "activities":
        return _label(path[1] if len(path) > 2 else path[0])
    if len(path) > 3 and path[2] == "phases":
        return str(_("Format „%(title)s“, Phase „%(phase)s“", title=path[1], phase=path[3]))
    return str(_("Format „%(title)s“", title=path[1]))


def _row(change: Change) -> Row:
    key = change.path[-1]
    before, after = _words(key, change.before), _words(key, change.after)
    return Row(" · ".join([*_members(change.path), _label(key)]), *_cut(before, after))


def _is_technical(path: tuple[str, ...]) -> bool:
    """What a person who reviews need not read."""
    if path[2:3] == ("phases",):
        return path[-1] == "kind"
    return path[-1] in TECHNICAL and (path[0] == "parts" or path[2:3] == ("content",))


def _members(path: tuple[str, ...]) -> tuple[str, ...]:
    """Of what the value is part: the question, the section. Its list has a name too, which nobody needs."""
    if path[0] == "parts":
        return path[2:-1]
    return path[4:-1:2] if path[2:3] == ("content",) else ()


def _label(key: str) -> str:
    return str(FIELDS.get(key) or _settings().get(key) or key)


def _settings() -> dict[str, Any]:
    """The titles of all settings of the formats that are installed."""
    found: dict[str, Any] = {}
    for module in current_app.extensions["registry"]:
        for name, field in module.settings._declared_fields.items():
            found[name] = field.metadata.get("title", name)
    return found


def _words(key: str, value: Any) -> str:
    """A value as people read it."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return str(_("ja")) if value else str(_("nein"))
    if key in ("begins", "ends"):
        at = instant(datetime.fromisoformat(value))
        if key == "ends" and value.endswith("T00:00:00"):
            return str(_("einschließlich %(date)s", date=day_with_weekday(last_day(at))))
        return str(_("%(time)s Uhr", time=f"{day_with_weekday(at)}, {time_of_day(at)}"))
    if key.endswith(("_on", "_by", "_until")):
        return day(date.fromisoformat(value))
    if key == "identity":
        return identity_words(value)
    if key == "audience":
        return _("alle") if value == "both" else audience_words(value)
    if key in ENUMERATED and value in VALUES:
        return str(VALUES[value])
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _cut(before: str, after: str) -> tuple[str, str]:
    """Long texts only around the place where they differ."""
    if max(len(before), len(after)) <= LONGEST:
        return before, after
    shortest = min(len(before), len(after))
    first = next((i for i in range(shortest) if before[i] != after[i]), shortest)
    last = next((i for i in range(1, shortest - first + 1) if before[-i] != after[-i]), shortest - first + 1) - 1
    return _part(before, first, len(before) - last), _part(after, first, len(after) - last)


def _part(text: str, first: int, last: int) -> str:
    begin, end = max(first - AROUND, 0), min(last + AROUND, len(text), first - AROUND + LONGEST + AROUND)
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"
