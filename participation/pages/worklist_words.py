"""How the work list calls its filters and what can be chosen there, for the form and for what is chosen now."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from participation.evaluation.worklist_filters import CHANNELS, GONE, NOBODY, NONE, WHOLE, WORK, Filters
from participation.evaluation.worklist_options import Option, Options
from participation.pages.worklist_routes import list_url
from participation.procedures.models import Procedure
from participation.web.procedure_words import audience_words

Choices = Mapping[str, Any]
LABELS: Final[Choices] = {
    "words": _l("Wörter oder Vorgangsnummer"),
    "state": _l("Sichtbarkeit"),
    "work": _l("Stand der Bearbeitung"),
    "keyword": _l("Schlagwort"),
    "section": _l("Textstelle"),
    "district": _l("Ortsteil"),
    "assignee": _l("Zuständig"),
    "due": _l("Termin"),
    "channel": _l("Eingegangen als"),
    "audience": _l("Beteiligt"),
    "round": _l("Durchgang"),
    "late": _l("Frist"),
}
STATES: Final[Choices] = {
    "published": _l("Veröffentlicht"),
    "pending": _l("Wird geprüft"),
    "hidden": _l("state.hidden"),
    "merged": _l("Zusammengeführt"),
    "filed": _l("state.filed"),
    "withdrawn": _l("state.withdrawn"),
}
ANSWERS: Final[Choices] = {
    "open": _l("Noch ohne Antwort"),
    "waiting": _l("Antwort wartet auf Veröffentlichung"),
    "answered": _l("Beantwortet"),
    "all": _l("Alle Beiträge"),
}
DUE: Final[Choices] = {
    "overdue": _l("Überfällig"),
    "week": _l("In den nächsten 7 Tagen"),
    "none": _l("Ohne Termin"),
}
LATE: Final[Choices] = {"1": _l("flag.late"), "0": _l("Innerhalb der Frist eingegangen")}
SORTS: Final[Choices] = {
    "received": _l("Eingang"),
    "due": _l("Termin"),
    "section": _l("Textstelle"),
    "agreement": _l("Zustimmung"),
    "replies": _l("Kommentare"),
}
WORKS: Final[Choices] = {name: _l(f"work.{name}") for name in WORK}
CHANNEL_WORDS: Final[Choices] = {name: _l(f"channel.{name}") for name in CHANNELS}


class Chip(NamedTuple):
    """A filter that is on, and the address without it."""

    text: str
    url: str


def words_of(options: Options, procedure: Procedure) -> dict[str, Choices]:
    """Everything that can be chosen, by filter: value and what it is called."""
    phases = [phase for activity in procedure.activities for phase in activity.phases]
    rounds = sorted({phase.round for phase in phases})
    audiences = sorted({phase.audience for phase in phases})
    return {
        "state": STATES,
        "work": WORKS,
        "keyword": {NONE: _("Ohne Schlagwort")} | _numbered("", options.keywords),
        "section": _sections(options),
        "district": {NONE: _("Ohne Ortsteil")} | {name: name for name in options.districts},
        "assignee": assignees(options, {"me": _("Mir oder meiner Stelle zugewiesen"), NOBODY: _("Niemand")}),
        "due": DUE,
        "channel": CHANNEL_WORDS,
        "audience": {name: audience_words(name) for name in audiences},
        "round": {str(number): _("%(number)s. Durchgang", number=number) for number in rounds},
        "late": LATE,
    }


def assignees(options: Options, first: Mapping[str, str]) -> dict[str, str]:
    """Departments and people, after some others."""
    return {**first, **_numbered("d", options.departments), **_numbered("p", options.people)}


def _numbered(letter: str, options: list[Option]) -> dict[str, str]:
    return {f"{letter}{option.number}": option.text for option in options}


def _sections(options: Options) -> dict[str, str]:
    """What stands deeper is moved in; a key that two texts share stands there once."""
    ends = {WHOLE: _("Zum Text als Ganzem"), GONE: _("Die Textstelle ist entfallen")}
    inside = {section.key: "\u2003" * section.depth + section.citation for section in reversed(options.sections)}
    return ends | dict(reversed(inside.items()))


def chips(filters: Filters, words: Mapping[str, Choices]) -> list[Chip]:
    """The filters that are on, each with the way to take it off."""
    return [
        Chip(_chip_text(name, value, words), list_url(filters.without(name, value))) for name, value in filters.chosen()
    ]


def _chip_text(name: str, value: str, words: Mapping[str, Choices]) -> str:
    called = str(words.get(name, {}).get(value, value)).strip()
    return f"„{called}“" if name == "words" else f"{_label(name)}: {called}"


def _label(name: str) -> str:
    return str(LABELS[name])
