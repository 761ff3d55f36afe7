"""Hostile words in every column that holds words of people, wherever they came from: forms, imports, programs, mails.

Which columns these are stands in `data/columns.toml`; the columns come from the tables that exist.
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import JSON, Column, String, Table, select, update

from participation.kernel.db import Base, db
from participation.kernel.text import RICH, clean, normalise, normalise_name, render, render_rich

HERE = Path(__file__).parent
HOSTILE = HERE.parent / "data" / "hostile"
CORPUS = json.loads((HERE / "data" / "payloads.json").read_text("utf-8"))
NAMES = tomllib.loads((HERE / "data" / "columns.toml").read_text("utf-8"))
OWN: list[str] = CORPUS["own"]
TOGETHER = 10  # payloads in one field


def corpus() -> list[str]:
    """Every payload: ours, those of a sanitiser's tests, the naughty strings."""
    foreign = [case["payload"] for case in json.loads((HOSTILE / "html_sanitiser_payloads.json").read_text("utf-8"))]
    naughty = json.loads((HOSTILE / "naughty_strings.json").read_text("utf-8"))
    return list(dict.fromkeys([*OWN, *CORPUS["file_names"], *foreign, *naughty]))


def text_columns() -> Iterator[Column]:
    """Every column of every table that can hold words."""
    for table in Base.metadata.sorted_tables:
        yield from (column for column in table.columns if isinstance(column.type, (String, JSON)))


def kind_of(column: Column) -> str:
    """What the table of columns says: line, lines, html, data, machine; nothing for one it does not know."""
    if exception := NAMES["except"].get(f"{column.table.name}.{column.name}"):
        return exception
    known = [kind for kind in ("line", "lines", "html", "data", "machine") if column.name in NAMES[kind]]
    return known[0] if known else ""


def words(number: int, joined: str = " ") -> str:
    """Ten payloads, others for each number."""
    start = number * TOGETHER
    return joined.join(OWN[(start + place) % len(OWN)] for place in range(TOGETHER))


def fill(begin: int = 0) -> tuple[int, int]:
    """Put payloads into every row; how many fields there were, and in how many columns. Ends with a commit."""
    fields = columns = 0
    for table in Base.metadata.sorted_tables:
        if table.name == "personal_data":
            continue
        wanted = [column for column in table.columns if kind_of(column) not in ("machine", "")]
        wanted = [column for column in wanted if isinstance(column.type, (String, JSON))]
        made = _fill(table, wanted, begin) if wanted else 0
        fields, columns = fields + made, columns + len(wanted) * bool(made)
    db.session.commit()
    return fields, columns


def _fill(table: Table, wanted: list[Column], begin: int) -> int:
    keys, made = list(table.primary_key.columns), 0
    connection = db.session.connection()
    for number, row in enumerate(connection.execute(select(table)).mappings().all(), begin):
        values = {
            each.name: _value(each, row[each.name], number) for each in wanted if row[each.name] not in (None, "")
        }
        if values:
            here = [key == row[key.name] for key in keys]
            connection.execute(update(table).where(*here).values(values))
            made += len(values)
    return made


def _value(column: Column, old: object, number: int) -> object:
    kind = kind_of(column)
    if kind == "data":
        return _in_data(old, number)
    if kind == "html":
        return _html(column, number)
    if kind == "line":
        return f"{normalise_name(words(number))} {number}"
    return normalise(words(number, "\n\n")) + f" {number}"


def _html(column: Column, number: int) -> str:
    if column.table.name == "node":
        return clean(words(number), RICH)
    joined = words(number, "\n\n")
    return render(joined) if column.table.name == "contribution" else render_rich(joined)


def _in_data(old: object, number: int, name: str = "") -> object:
    """The same data with payloads where words stood."""
    if isinstance(old, dict):
        return {key: _in_data(value, number, key) for key, value in old.items()}
    if isinstance(old, list):
        return [_in_data(value, number, name) for value in old]
    is_words = isinstance(old, str) and old and (name in NAMES["line"] or name in NAMES["lines"])
    return f"{normalise_name(words(number))} {number}" if is_words else old
