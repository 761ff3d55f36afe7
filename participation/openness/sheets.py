"""Rows as an XLSX workbook, in constant memory: rows go to the disk one by one.

A text stays a text, whatever it begins with: nothing becomes a formula or a link. A cell holds 32,767 characters at
most; longer texts are cut with a note that says where they stand in full.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from participation.kernel.clock import local

CELL = 32_767  # characters
SHEET = 1_048_576  # rows
TITLE = 31  # characters of a sheet's name
UNSUITED = dict.fromkeys(map(ord, "[]:*?/\\"), " ")
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: the key of the rows, its head, its width in characters."""

    name: str
    title: str
    width: int = 14


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table with its name."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Row] = field(repr=False)


class SheetFull(Exception):
    """More rows than a sheet can hold."""


def write_xlsx(target: Path, sheets: Iterable[Sheet], *, title: str, author: str) -> None:
    """Write the sheets, one after the other; what is too large for memory lies beside the target meanwhile."""
    options = {
        "constant_memory": True,
        "tmpdir": str(target.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(target), options) as book:
        book.set_properties({"title": title, "author": author})
        formats = _formats(book)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.title.translate(UNSUITED)[:TITLE]), sheet, formats)


def _formats(book: Workbook) -> dict[str, Any]:
    text = {"valign": "top", "text_wrap": True}
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True}),
        "text": book.add_format(text),
        "day": book.add_format(text | {"num_format": "dd.mm.yyyy"}),
        "moment": book.add_format(text | {"num_format": "dd.mm.yyyy hh:mm"}),
    }


def _write_sheet(paper: Worksheet, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    for place, column in enumerate(sheet.columns):
        paper.set_column(place, place, column.width)
        paper.write_string(0, place, column.title, formats["head"])
    paper.freeze_panes(1, 0)
    paper.repeat_rows(0)
    paper.set_landscape()
    number = 0
    for number, row in enumerate(sheet.rows, 1):
        if number >= SHEET:
            raise SheetFull
        for place, column in enumerate(sheet.columns):
            _write_cell(paper, number, place, row.get(column.name), formats)
    if number and sheet.columns:
        paper.autofilter(0, 0, number, len(sheet.columns) - 1)


def _write_cell(paper: Worksheet, row: int, place: int, value: Any, formats: Mapping[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        paper.write_string(row, place, _("ja") if value else _("nein"), formats["text"])
    elif isinstance(value, int | float):
        paper.write_number(row, place, value, formats["text"])
    elif isinstance(value, datetime):
        paper.write_datetime(row, place, local(value).replace(tzinfo=None), formats["moment"])
    elif isinstance(value, date):
        paper.write_datetime(row, place, value, formats["day"])
    else:
        paper.write_string(row, place, _text(value), formats["text"])


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    if len(text) <= CELL:
        return text
    note = str(_(" … (gekürzt; der ganze Text steht in der Ausgabe als CSV oder JSON)"))
    return text[: CELL - len(note)] + note
