"""Rows as CSV and JSON, streamed in constant memory.

CSV (RFC 4180 with `;`, UTF-8 with BOM, so that spreadsheets open it as it is): the first line holds the names. Where a
spreadsheet could take a text for a formula, an apostrophe stands in front: at its beginning, and behind a line break,
a comma, a semicolon or a tab, because a spreadsheet that expects other separators begins a cell there. That is the one
change to any text; whoever takes these apostrophes out again has what was written. Numbers stay numbers. JSON: an
object of facts whose last member `rows` is an array, one row a line. In both, instants are ISO 8601 with offset; in
CSV lists and objects are written as JSON, nothing is an empty cell.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import chain
from typing import Any

FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
BOM = "\ufeff"
# Signs that begin a formula, their full-width forms, and what spreadsheets skip before them
_BEFORE = "(?='*[ \u00a0]*"  # so that an apostrophe that was typed can be told from ours
_CELL_BEGINS = re.compile(rf"(^|[\r\n\t,;]){_BEFORE}[=+\-@\t＝＋－＠])|^{_BEFORE}[\t\r\n])")
_IN_DATA = re.compile("[=@|＝＋－＠]|(?<=[,;])[+-](?!\\d)|(?<=[,;] )[+-](?!\\d)")  # JSON has another way to write them

Row = Mapping[str, Any]


def write(rows: Iterable[Row], format: str, facts: Mapping[str, Any]) -> Iterator[str]:  # noqa: A002 - its name
    """The rows in one of `FORMATS`, piece by piece; `facts` head the JSON."""
    return write_csv(rows) if format == "csv" else write_json(rows, facts)


def write_csv(rows: Iterable[Row]) -> Iterator[str]:
    """CSV; the columns are those of the first row, what later rows have besides is left out."""
    yield BOM
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return
    line = _Line()
    writer = csv.writer(line, delimiter=";", lineterminator="\r\n")
    names = list(first)
    writer.writerow([defused(name) for name in names])
    yield line.text
    for row in chain([first], iterator):
        writer.writerow([_cell(row.get(name)) for name in names])
        yield line.text


class _Line:
    """What the writer of CSV writes to: keeps the line."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return defused(value)
    data = json.dumps(value, ensure_ascii=False, default=plain_value)
    return _IN_DATA.sub(lambda sign: f"\\u{ord(sign[0]):04x}", data)


def defused(text: str) -> str:
    """The text, with an apostrophe wherever a spreadsheet would calculate."""
    return _CELL_BEGINS.sub(r"\1'", text)


def write_json(rows: Iterable[Row], facts: Mapping[str, Any]) -> Iterator[str]:
    """JSON; where a row fails, the document stays open, so that nobody takes it for whole."""
    return write_json_parts([("rows", rows)], facts)


def write_json_parts(parts: Iterable[tuple[str, Iterable[Row]]], facts: Mapping[str, Any]) -> Iterator[str]:
    """JSON with several arrays, each under its name, one after the other."""
    head = json.dumps(dict(facts), ensure_ascii=False, default=plain_value)[:-1]
    for name, rows in parts:
        yield f"{head}{'' if head == '{' else ', '}{json.dumps(name)}: ["
        separator, head = "\n", "\n]"
        for row in rows:
            yield separator + json.dumps(dict(row), ensure_ascii=False, default=plain_value)
            separator = ",\n"
    yield f"{head}}}\n"


def plain_value(value: Any) -> str:
    """What JSON cannot hold, as text: instants and days in ISO 8601."""
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
