"""One row of a file, checked: what it becomes, or a sentence that says what to change."""

import math
from collections.abc import Callable
from datetime import datetime, time
from typing import Final, NamedTuple

from flask_babel import lazy_gettext as _l

from modules.ideas.services import LONGEST as LONGEST_CATEGORY
from participation.contributions.locations import WORDS, Ground, Where
from participation.contributions.particulars import TITLE
from participation.contributions.services import checked_text
from participation.kernel import geometry
from participation.kernel.clock import instant, now, today
from participation.kernel.lookalikes import looks_official
from participation.kernel.refusal import Invalid
from participation.kernel.tables import Cells, day_of, squeezed
from participation.kernel.text import TextProblem, normalise, normalise_name, render

LONGEST_NAME: Final = 60
MOST_VOTES: Final = 1_000_000
GUESTS: Final = frozenset({"", "gast", "guest", "anonym", "anonymous", "unbekannt"})  # each row somebody else


class Said(NamedTuple):
    """What both kinds of rows say, as it is stored."""

    key: str  # the id in the file, "" for none
    title: str
    text: str
    html: str  # as it will be shown
    author: str  # the pseudonym in the file; "" for a guest
    at: datetime


class Idea(NamedTuple):
    """A row that becomes an idea."""

    said: Said
    category: str  # its title
    where: Where | None
    votes: int


class Answer(NamedTuple):
    """A row that becomes an answer."""

    said: Said
    idea: str  # ids in the file
    parent: str


def idea_of(cells: Cells, ground: Ground) -> Idea:
    """Raises Invalid with what is wrong with the row."""
    title = _line(cells, "title", TITLE)
    if not title:
        raise Invalid(_l("Der Titel fehlt."))
    said = _said(cells, title, cells.get("text", "").strip() or title, ground)
    return Idea(said, _line(cells, "category", LONGEST_CATEGORY), _where(cells, ground), _votes(cells.get("votes", "")))


def answer_of(cells: Cells, ground: Ground) -> Answer:
    """Raises Invalid with what is wrong with the row."""
    title, text = _line(cells, "title", TITLE), cells.get("text", "").strip()
    if not (text or title):
        raise Invalid(_l("Der Text fehlt."))
    said = _said(cells, title, text or title, ground)
    return Answer(said, cells.get("idea", ""), cells.get("parent", ""))


def _said(cells: Cells, title: str, text: str, ground: Ground) -> Said:
    author = _line(cells, "author", LONGEST_NAME)
    if looks_official(author, ground.activity.procedure.tenant.name):
        raise Invalid(_l("Der Name „%(name)s“ sieht aus, als schriebe die Behörde.", name=author))
    source = _storable(lambda: checked_text(text))
    return Said(
        cells.get("id", ""), title, source, render(source), "" if squeezed(author) in GUESTS else author, _moment(cells)
    )


def _line(cells: Cells, field: str, most: int) -> str:
    found = str(_storable(lambda: normalise_name(cells.get(field, ""))))
    if len(found) > most:
        names = {"title": _l("Titel"), "category": _l("Kategorie"), "author": _l("Name")}
        raise Invalid(_l("%(field)s: höchstens %(most)s Zeichen.", field=names[field], most=most))
    return found


def _storable(clean: Callable[[], str]) -> str:
    try:
        return clean()
    except TextProblem as problem:
        raise Invalid(problem.sentence) from None


def _moment(cells: Cells) -> datetime:
    """The instant of a row: its minute where it says one, else the noon of its day; now where it says nothing."""
    typed = cells.get("created", "")
    if not typed:
        return now()
    day = day_of(typed) or day_of(typed.split()[0])
    if day is None:
        raise Invalid(_l("Das Datum „%(typed)s“ ist nicht zu lesen. Schreiben Sie: 14.12.2026", typed=typed[:40]))
    found = _with_time(typed) or instant(datetime.combine(day, time(12)))
    if day == today():
        return min(found, now())
    if found > now() or day.year < 1990:
        raise Invalid(_l("Der Tag %(typed)s kommt erst noch oder liegt sehr lange zurück.", typed=typed[:40]))
    return found


def _with_time(typed: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(typed) if len(typed) > 10 else None
    except ValueError:
        return None
    return instant(found) if found and found.tzinfo is None else found


def _where(cells: Cells, ground: Ground) -> Where | None:
    if "kind" in cells:
        raise Invalid(_l("Auf der Karte sind hier nur Punkte möglich, nicht „%(kind)s“.", kind=cells["kind"]))
    words = _storable(lambda: normalise(cells.get("where", "")).strip())
    if len(words) > WORDS:
        raise Invalid(_l("Bitte beschreiben Sie den Ort in höchstens %(most)s Zeichen.", most=WORDS))
    latitude, longitude = cells.get("latitude", ""), cells.get("longitude", "")
    if not (latitude or longitude):
        return Where({}, words) if words else None
    if not (latitude and longitude):
        raise Invalid(_l("Zu einem Ort gehören Breite und Länge. Hier fehlt eine davon."))
    shape = geometry.point(_degrees(longitude), _degrees(latitude))
    ground.require_inside(shape)
    return Where(shape, words)


def _degrees(typed: str) -> float:
    try:
        return float(typed.replace(",", "."))
    except ValueError:
        raise Invalid(_l("„%(typed)s“ ist keine Koordinate. Schreiben Sie: 50.7352", typed=typed[:40])) from None


def _votes(typed: str) -> int:
    try:
        number = float(typed or 0)
    except ValueError:
        number = math.nan
    if not (number.is_integer() and 0 <= number <= MOST_VOTES):
        raise Invalid(_l("„%(typed)s“ ist keine Zahl von Stimmen.", typed=typed[:40]))
    return int(number)
