"""Tables that people bring: CSV and XLSX, read row by row. Knows no database; every cell is text.

CSV may be UTF-8 or the old Western code, with commas, semicolons or tabs: what spreadsheets and other portals write.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from python_calamine import CalamineError, CalamineWorkbook

from participation.kernel.files import inspect
from participation.kernel.refusal import Invalid

MOST_ROWS: Final = 10_000
MOST_BYTES: Final = 10 * 2**20
XLSX: Final = frozenset({"xlsx"})
SEPARATORS: Final = ";,\t"
LONGEST_CELL: Final = 200_000  # characters
_DAY: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
# What our own CSV puts wherever a spreadsheet could begin a formula
_FORMULA_MARK: Final = re.compile(r"(^|[\r\n\t,;])'(?='*[ \u00a0]*[=+\-@\t＝＋－＠])|^'(?='*[ \u00a0]*[\t\r\n])")

Cells = Mapping[str, str]


class Line(NamedTuple):
    """A row with its number as the spreadsheet counts, and its cells by field."""

    number: int
    cells: Cells


class Table(NamedTuple):
    """A table that is being read: its rows, and heads that nobody knows."""

    lines: Iterator[Line]
    unknown: list[str]


def read_table(
    data: bytes,
    filename: str,
    heads: Mapping[str, str],
    needed: Mapping[str, str],
    hint: Any,
    most: int = MOST_ROWS,
) -> Table:
    """The rows of a CSV or XLSX file; empty ones are left out.

    `heads`: squeezed head → field. `needed`: field → how its column is called; `hint` is the sentence for whoever
    lacks one. Raises Invalid (field `file`), FileRefused.
    """
    check_size(data)
    rows = _xlsx(data, filename) if data.startswith(b"PK\x03\x04") else _csv(data)
    numbered = enumerate(rows, start=1)
    head = next((row for _number, row in numbered if any(cell.strip() for cell in row)), [])
    fields = [heads.get(squeezed(name)) for name in head]
    missing = [name for field, name in needed.items() if field not in fields]
    if missing:
        names = ", ".join(missing)
        raise refused(_l("In der ersten Zeile fehlen Spalten: %(names)s. %(hint)s", names=names, hint=hint))
    unknown = [name.strip()[:60] for name, field in zip(head, fields, strict=True) if field is None and name.strip()]
    return Table(counted(_lines(numbered, fields), most), unknown)


def check_size(data: bytes) -> None:
    """Raise Invalid for a file that is empty or too large."""
    if not data.strip():
        raise refused(_l("Die Datei ist leer."))
    if len(data) > MOST_BYTES:
        raise refused(_l("Die Datei ist zu groß. Möglich sind 10 MB. Bitte teilen Sie sie."))


def _lines(numbered: Iterator[tuple[int, list[str]]], fields: Sequence[str | None]) -> Iterator[Line]:
    for number, row in numbered:
        cells = {field: _cell(cell) for field, cell in zip(fields, row, strict=False) if field is not None}
        if any(cells.values()):
            yield Line(number, cells)


def counted(lines: Iterable[Line], most: int = MOST_ROWS) -> Iterator[Line]:
    """The same lines. Raises Invalid behind the last one that is taken."""
    for count, line in enumerate(lines, 1):
        if count > most:
            words = LazyString(format_decimal, most)
            raise refused(_l("Die Datei hat mehr als %(most)s Zeilen. Bitte teilen Sie sie.", most=words))
        yield line


def _cell(text: str) -> str:
    typed = _FORMULA_MARK.sub(lambda found: found[1] or "", text)
    return typed if text.startswith("'") else typed.strip()


def _csv(data: bytes) -> Iterator[list[str]]:
    text = decoded(data)
    if "\x00" in text:
        raise refused(_l("Das ist keine Tabelle. Möglich sind CSV und XLSX."))
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from reader
    except csv.Error:
        line = reader.line_num
        raise refused(_l("Zeile %(line)s lässt sich nicht lesen. Fehlt ein Anführungszeichen?", line=line)) from None


def decoded(data: bytes) -> str:
    """Spreadsheets write UTF-8, with or without a mark, or the old Western code."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _xlsx(data: bytes, filename: str) -> Iterator[list[str]]:
    inspect(data, filename, XLSX, at_most=MOST_BYTES)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError, IndexError):
        raise refused(_l("Die Tabelle lässt sich nicht lesen. Speichern Sie sie neu, oder nehmen Sie CSV.")) from None
    return ([_plain(value) for value in row] for row in sheet.iter_rows())


def _plain(value: Any) -> str:
    """What people see in a cell, as text: days as days, whole numbers without a point."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def squeezed(text: str) -> str:
    """A head or a word as it is compared: small letters, single blanks."""
    return " ".join(text.split()).casefold()


def heads_of(names: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Head → field, out of field → what its column may be called."""
    return {squeezed(name): field for field, called in names.items() for name in (field, *called)}


def day_of(text: str) -> date | None:
    """14.12.2026 or 2026-12-14; None for anything else."""
    try:
        if found := _DAY.fullmatch(text.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def refused(sentence: Any) -> Invalid:
    """What is wrong with the file as a whole."""
    return Invalid(sentence, field="file")
