"""What would come of a file: which rows are good, which are not and why, which are here already. Stores nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from modules.ideas.importing.checking import Answer, Idea, answer_of, idea_of
from modules.ideas.importing.reading import read_answers, read_ideas
from modules.ideas.queries import categories_of
from modules.ideas.services import MOST
from participation.contributions.locations import Ground
from participation.contributions.models import FormKey
from participation.contributions.standing_below import DEEPEST
from participation.kernel.db import db
from participation.kernel.refusal import Invalid, Refused
from participation.kernel.tables import Cells, Line, Table, refused, squeezed
from participation.procedures.models import Activity

AT_ONCE: Final = 500  # keys of a query
NAMED: Final = 20  # bad rows in a sentence
IDEAS, ANSWERS = "ideas", "answers"
File = tuple[bytes, str]  # content and name
Row = TypeVar("Row", Idea, Answer)


class Bad(NamedTuple):
    """A row that cannot be taken over, and why."""

    file: str  # IDEAS, ANSWERS
    number: int
    words: str
    sentence: Any

    @property
    def place(self) -> str:
        """Where it stands."""
        number = str(self.number)
        words = _("Kommentare, Zeile %(number)s", number=number) if self.file == ANSWERS else _("Zeile %(n)s", n=number)
        return str(words)


class Planned(NamedTuple):
    """A row that is taken over; its key is the same when the file comes again."""

    key: str
    row: Any  # Idea, Answer


@dataclass
class Plan:
    """All of a file, and of the file of answers beside it."""

    ideas: list[Planned] = field(default_factory=list)
    answers: list[list[Planned]] = field(default_factory=list)  # by level: those to ideas first
    bad: list[Bad] = field(default_factory=list)
    known: int = 0  # rows that were taken over before
    here: dict[str, int] = field(default_factory=dict)  # key → contribution that is here already
    ids: set[str] = field(default_factory=set)  # of all ideas of the file, good or bad
    unknown: list[str] = field(default_factory=list)  # columns that are left out
    categories: list[str] = field(default_factory=list)  # titles of new ones

    @property
    def number(self) -> int:
        """How many contributions it makes."""
        return len(self.ideas) + sum(len(level) for level in self.answers)

    def lines(self) -> list[str]:
        """What comes of it, a sentence each."""
        located = sum(1 for entry in self.ideas if entry.row.where and entry.row.where.geometry)
        answers = self.number - len(self.ideas)
        found = []
        if self.ideas or not answers:
            found.append(ngettext("%(num)s Idee", "%(num)s Ideen", len(self.ideas)))
        if self.ideas:
            found.append(
                ngettext("%(num)s davon mit Ort auf der Karte", "%(num)s davon mit Ort auf der Karte", located)
            )
        if answers:
            found.append(ngettext("%(num)s Antwort", "%(num)s Antworten", answers))
        votes = sum(entry.row.votes for entry in self.ideas)
        found += [ngettext("%(num)s Stimme als Summe", "%(num)s Stimmen als Summe", votes)] if votes else []
        if self.categories:
            found.append(_("Neue Kategorien: %(names)s", names=", ".join(self.categories)))
        if self.known:
            found.append(ngettext("%(num)s Zeile ist schon hier", "%(num)s Zeilen sind schon hier", self.known))
        if self.unknown:
            found.append(_("Diese Spalten bleiben weg: %(names)s", names=", ".join(self.unknown)))
        return found

    def __str__(self) -> str:
        return "\n".join(self.lines())


class BadRows:
    """The sentence of a file with bad rows: a line for each of the first ones."""

    def __init__(self, bad: list[Bad]) -> None:
        self.bad = bad

    def __str__(self) -> str:
        lines = [f"{row.place}: {row.sentence}" for row in self.bad[:NAMED]]
        more = len(self.bad) - NAMED
        lines += [ngettext("und %(num)s weitere Zeile", "und %(num)s weitere Zeilen", more)] if more > 0 else []
        return "\n".join([_("Nichts wurde übernommen. Bitte berichtigen Sie die Datei:"), *lines])


def require_good(plan: Plan) -> None:
    """Raise Invalid, with a line for each bad row, unless all rows are good."""
    if plan.bad:
        raise Invalid(BadRows(plan.bad), field="file")


def look(activity: Activity, ideas: File | None, answers: File | None = None) -> Plan:
    """What would come of a file of ideas, of one of answers, or of both. Raises Refused for a file as a whole."""
    if ideas is None and answers is None:
        raise refused(_l("Bitte wählen Sie eine Datei."))
    plan, ground = Plan(), Ground(activity)
    if ideas is not None:
        table = read_ideas(*ideas)
        rows = _checked(plan, IDEAS, table, lambda cells: idea_of(cells, ground))
        here = _known(activity, plan, IDEAS, rows)
        plan.ideas = [entry for entry in rows.values() if entry.key not in here]
        _plan_categories(activity, plan)
    if answers is not None:
        table = read_answers(*answers)
        _link(activity, plan, _checked(plan, ANSWERS, table, lambda cells: answer_of(cells, ground)))
    return plan


def key_for(activity: Activity, kind: str, said: str) -> str:
    """What a row is known by: its id in the file, or all it says."""
    return "ideas-" + hashlib.sha256(f"{activity.id}|{kind}|{said}".encode("utf-8", "replace")).hexdigest()


def _checked(plan: Plan, kind: str, table: Table, check: Callable[[Cells], Row]) -> dict[int, Planned]:
    """The rows that are good by themselves, by their number; the others go to `plan.bad`. Keys follow later."""
    plan.unknown += [name for name in table.unknown if name not in plan.unknown]
    seen: Counter[str] = Counter()
    good = {}
    for line in table.lines:
        if kind == IDEAS:
            plan.ids.add(line.cells.get("id", ""))
        said = line.cells.get("id") or json.dumps(line.cells, sort_keys=True, ensure_ascii=False)
        seen[said] += 1
        try:
            row = check(line.cells)
            if row.said.key and seen[said] > 1:
                raise Invalid(_l("Die Kennung %(id)s steht schon in einer Zeile davor.", id=row.said.key[:40]))
            good[line.number] = Planned(f"{seen[said]}|{said}" if not row.said.key else said, row)
        except Refused as problem:
            plan.bad.append(_bad(kind, line, problem.sentence))
    return good


def _bad(kind: str, line: Line, sentence: Any) -> Bad:
    return Bad(kind, line.number, (line.cells.get("title") or line.cells.get("text", ""))[:120], sentence)


def _known(activity: Activity, plan: Plan, kind: str, rows: dict[int, Planned]) -> Mapping[str, int]:
    """Give each row its key; those that are here already, with their contributions."""
    for number, entry in rows.items():
        rows[number] = entry._replace(key=key_for(activity, kind, entry.key))
    found = here_already([entry.key for entry in rows.values()])
    plan.known += len(found)
    plan.here |= found
    return found


def here_already(keys: Iterable[str]) -> dict[str, int]:
    """Which rows were taken over before, and as which contributions."""
    wanted = list(keys)
    found: dict[str, int] = {}
    for offset in range(0, len(wanted), AT_ONCE):
        query = select(FormKey.key, FormKey.contribution_id).where(FormKey.key.in_(wanted[offset : offset + AT_ONCE]))
        found |= {key: number for key, number in db.session.execute(query) if number is not None}
    return found


def _plan_categories(activity: Activity, plan: Plan) -> None:
    kept = {squeezed(entry.title) for entry in categories_of(activity)}
    fresh: dict[str, str] = {}
    for entry in plan.ideas:
        if entry.row.category and squeezed(entry.row.category) not in kept:
            fresh.setdefault(squeezed(entry.row.category), entry.row.category)
    if len(kept) + len(fresh) > MOST:
        raise refused(_l("Die Datei nennt zu viele Kategorien. Möglich sind höchstens %(most)s.", most=MOST))
    plan.categories = list(fresh.values())


def _link(activity: Activity, plan: Plan, rows: dict[int, Planned]) -> None:
    """Put the answers on levels, each below what it answers; whoever answers nothing that is there is bad."""
    here = _known(activity, plan, ANSWERS, rows)
    keys = {entry.row.idea: key_for(activity, IDEAS, entry.row.idea) for entry in rows.values()}
    plan.here |= here_already(keys.values())
    ideas = {entry.row.said.key: entry.row.idea for entry in rows.values()}
    placed = {entry.row.said.key for entry in rows.values() if entry.key in here} - {""}
    waiting = {number: entry for number, entry in rows.items() if entry.key not in here}
    for number, row in [(number, entry.row) for number, entry in waiting.items()]:
        if not row.idea or (row.idea not in plan.ids and keys[row.idea] not in plan.here):
            _leave(plan, waiting, number, _l("Die Idee „%(id)s“ steht nicht in der Datei.", id=row.idea[:40]))
        elif ideas.get(row.parent, row.idea) != row.idea:
            _leave(plan, waiting, number, _l("Diese Zeile antwortet auf einen Beitrag zu einer anderen Idee."))
    while waiting and len(plan.answers) < DEEPEST:
        level = [number for number, entry in waiting.items() if not entry.row.parent or entry.row.parent in placed]
        if not level:
            break
        plan.answers.append([waiting.pop(number) for number in level])
        placed |= {entry.row.said.key for entry in plan.answers[-1]} - {""}
    for number in list(waiting):
        _leave(plan, waiting, number, _l("Was diese Zeile beantwortet, steht nicht in der Datei."))


def _leave(plan: Plan, waiting: dict[int, Planned], number: int, sentence: Any) -> None:
    row = waiting.pop(number).row
    plan.bad.append(Bad(ANSWERS, number, row.said.text[:120], sentence))
