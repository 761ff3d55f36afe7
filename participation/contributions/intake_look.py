"""The first look into a table of what came in otherwise: which rows are good, which are not and why, which are here."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.contributions.intake_checks import Ground, Ready, checked, kind_of, require_stage, same_text
from participation.contributions.intake_queries import places_in
from participation.contributions.intake_table import COLUMNS, read_table, received_of
from participation.contributions.models import FormKey
from participation.contributions.text_keys import text_key
from participation.kernel.db import db
from participation.kernel.refusal import Invalid, Refused
from participation.kernel.tables import Cells, Line, squeezed
from participation.kernel.text import render
from participation.procedures.models import Activity

AT_ONCE: Final = 500  # rows
NO_FORMAT: Final = _l("In diesem Format geben Menschen Stimmen ab. Die lassen sich nicht auf Papier nachtragen.")


class Bad(NamedTuple):
    """A row that cannot be taken over, and why."""

    number: int
    cells: Cells
    sentence: Any


class Good(NamedTuple):
    """A row that can be taken over, with its text as it will be shown."""

    number: int
    key: str
    ready: Ready
    html: str
    double: str  # the number of a contribution with the same words, or ""


class Look(NamedTuple):
    """What a file holds: rows to take over, rows that cannot be, and how many are here already."""

    file: str  # SHA-256
    good: list[Good]
    bad: list[Bad]
    known: int
    unknown_columns: list[str]

    @property
    def rows(self) -> int:
        """How many rows with something in them the file has."""
        return len(self.good) + len(self.bad) + self.known

    @property
    def doubles(self) -> list[Good]:
        """Good rows whose words stand in the procedure already."""
        return [row for row in self.good if row.double]


def look(activity: Activity, data: bytes, filename: str) -> Look:
    """Read and check a file; nothing is stored. Two queries for 500 rows. Raises Invalid for the file, Refused."""
    require_stage(activity.procedure)
    kind = kind_of(activity)
    if kind is None:
        raise Refused(NO_FORMAT)
    table = read_table(data, filename)
    ground, places = Ground(activity, kind), _by_words(activity)
    found = Look(hashlib.sha256(data).hexdigest(), [], [], 0, table.unknown)
    seen: Counter[str] = Counter()
    while some := list(islice(table.lines, AT_ONCE)):
        keys = [_key(activity, line.cells, seen) for line in some]
        taken = set(db.session.scalars(select(FormKey.key).where(FormKey.key.in_(keys))))
        fresh = [(line, key) for line, key in zip(some, keys, strict=True) if key not in taken]
        found = found._replace(known=found.known + len(some) - len(fresh))
        _sort(activity, ground, places, fresh, found)
    return found


def _sort(
    activity: Activity, ground: Ground, places: Mapping[str, str], lines: list[tuple[Line, str]], found: Look
) -> None:
    good = []
    for line, key in lines:
        named = squeezed(line.cells.get("place", ""))
        cells = {**line.cells, "place": places.get(named, line.cells.get("place", ""))}
        try:
            good.append((line, key, checked(activity, received_of(cells), ground=ground)))
        except Invalid as invalid:
            found.bad.append(Bad(line.number, line.cells, invalid.sentence))
    same = same_text(activity.procedure, [text_key(ready.received.text) for _line, _key, ready in good])
    for line, key, ready in good:
        text = ready.received.text
        found.good.append(Good(line.number, key, ready, render(text), same.get(text_key(text), "")))


def _by_words(activity: Activity) -> dict[str, str]:
    """How people name a place → its key: the citation, with or without the title of a heading."""
    found: dict[str, str] = {}
    for key, title in places_in(activity.procedure).items():
        found.setdefault(squeezed(title), key)
        found.setdefault(squeezed(title.split(", Text")[0]), key)
    return found


def _key(activity: Activity, cells: Cells, seen: Counter[str]) -> str:
    """The same for the same row in the same format; equal rows of one file are counted."""
    said = json.dumps({name: cell for name, cell in cells.items() if cell}, sort_keys=True, ensure_ascii=False)
    seen[said] += 1
    whole = f"{activity.procedure_id}|{activity.id}|{seen[said]}|{said}"
    return "intake-" + hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()


def passed_on(rows: list[Bad]) -> Iterator[dict[str, str]]:
    """Rows that were refused, with the reason, to correct and import again; heads as in the file."""
    from_heads = [(column.field, column.head) for column in COLUMNS]
    for row in rows:
        yield {head: row.cells.get(field, "") for field, head in from_heads} | {"Grund": str(row.sentence)}
