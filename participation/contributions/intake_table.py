"""Tables of what came in otherwise: CSV and XLSX, read row by row. Knows no database; every cell is text."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l
from python_calamine import CalamineError, CalamineWorkbook

from participation.contributions.intake_checks import Received
from participation.kernel.files import inspect
from participation.kernel.refusal import Invalid

MOST_ROWS: Final = 10_000
MOST_BYTES: Final = 10 * 2**20
XLSX: Final = frozenset({"xlsx"})
SEPARATORS: Final = ";,\t"
LONGEST_CELL: Final = 200_000  # characters


class Column(NamedTuple):
    """A column of the table: its field, its head, whether every row needs it, and what belongs into it."""

    field: str
    head: str
    needed: bool
    help: Any


COLUMNS: Final = (
    Column("channel", "Eingangsweg", True, _l("Brief, E-Mail, Zur Niederschrift, Vor Ort oder Telefon")),
    Column("received_on", "Eingegangen am", True, _l("Tag, an dem der Beitrag bei Ihnen einging: 14.12.2026")),
    Column("text", "Text", True, _l("Wortlaut des Beitrags")),
    Column("place", "Stelle", False, _l("Wozu der Beitrag gehört, zum Beispiel § 2 Absatz 4. Leer: zum Ganzen")),
    Column("quote", "Zitat", False, _l("Wörter aus dieser Stelle, die gemeint sind")),
    Column("title", "Titel", False, _l("Überschrift oder Betreff")),
    Column("sender_name", "Name", False, _l("Wer geschrieben hat. Öffentlich nur mit Einwilligung")),
    Column("sender_address", "Anschrift", False, _l("Für die Antwort als Brief. Trennen Sie die Zeilen mit „ | “")),
    Column("sender_email", "E-Mail", False, _l("Für Eingangsbestätigung und Antwort per E-Mail")),
    Column("organisation", "Organisation", False, _l("Für wen geschrieben wurde")),
    Column("district", "Ortsteil", False, _l("Woher der Beitrag kommt, soweit bekannt")),
    Column("consent", "Einwilligung", False, _l("nein, Text oder Text und Name. Leer: nein, nur für die Akte")),
    Column("file_reference", "Aktenzeichen", False, _l("Wo das Papier liegt")),
)  # fmt: skip
CHANNELS: Final = {
    "brief": "letter", "letter": "letter", "fax": "letter", "e-mail": "email", "email": "email", "mail": "email",
    "zur niederschrift": "on_record", "niederschrift": "on_record", "on_record": "on_record",
    "vor ort": "on_site", "veranstaltung": "on_site", "on_site": "on_site", "telefon": "telephone",
    "telephone": "telephone",
}  # fmt: skip
CONSENTS: Final = {
    "": "none", "nein": "none", "none": "none", "akte": "none", "text": "text", "ja": "text",
    "text und name": "text_and_name", "text_and_name": "text_and_name", "mit name": "text_and_name",
}  # fmt: skip
_HEADS: Final = {name: column.field for column in COLUMNS for name in (column.head.casefold(), column.field)}
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


def read_table(data: bytes, filename: str) -> Table:
    """The rows of a CSV or XLSX file; empty ones are left out. Raises Invalid (field `file`), FileRefused."""
    if not data.strip():
        raise _refused(_l("Die Datei ist leer."))
    if len(data) > MOST_BYTES:
        raise _refused(_l("Die Datei ist zu groß. Möglich sind 10 MB. Bitte teilen Sie sie."))
    rows = _xlsx(data, filename) if data.startswith(b"PK\x03\x04") else _csv(data)
    numbered = enumerate(rows, start=1)
    head = next((row for _number, row in numbered if any(cell.strip() for cell in row)), [])
    fields = [_HEADS.get(_squeezed(name)) for name in head]
    missing = [column.head for column in COLUMNS if column.needed and column.field not in fields]
    if missing:
        names = ", ".join(missing)
        raise _refused(_l("In der ersten Zeile fehlen Spalten: %(names)s. Nehmen Sie die Vorlage.", names=names))
    unknown = [name.strip()[:60] for name, field in zip(head, fields, strict=True) if field is None and name.strip()]
    return Table(_lines(numbered, fields), unknown)


def _lines(numbered: Iterator[tuple[int, list[str]]], fields: list[str | None]) -> Iterator[Line]:
    count = 0
    for number, row in numbered:
        cells = {field: _cell(cell) for field, cell in zip(fields, row, strict=False) if field is not None}
        if not any(cells.values()):
            continue
        count += 1
        if count > MOST_ROWS:
            raise _refused(_l("Die Datei hat mehr als 10.000 Zeilen. Bitte teilen Sie sie."))
        yield Line(number, cells)


def _cell(text: str) -> str:
    typed = _FORMULA_MARK.sub(lambda found: found[1] or "", text)
    return typed if text.startswith("'") else typed.strip()


def _csv(data: bytes) -> Iterator[list[str]]:
    text = decoded(data)
    if "\x00" in text:
        raise _refused(_l("Das ist keine Tabelle. Möglich sind CSV und XLSX."))
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from reader
    except csv.Error:
        line = reader.line_num
        raise _refused(_l("Zeile %(line)s lässt sich nicht lesen. Fehlt ein Anführungszeichen?", line=line)) from None


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
        raise _refused(_l("Die Tabelle lässt sich nicht lesen. Speichern Sie sie neu, oder nehmen Sie CSV.")) from None
    return ([_plain(value) for value in row] for row in sheet.iter_rows())


def _plain(value: Any) -> str:
    """What people see in a cell, as text: days as days, whole numbers without a point."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()


def received_of(cells: Cells) -> Received:
    """What a row says; words and days that cannot be read are refused where they are checked."""
    plain: dict[str, Any] = {column.field: cells.get(column.field, "") for column in COLUMNS}
    return Received(
        **plain
        | {
            "channel": CHANNELS.get(_squeezed(plain["channel"]), ""),
            "consent": CONSENTS.get(_squeezed(plain["consent"]), "?"),
            "received_on": day_of(plain["received_on"]),
            "sender_address": plain["sender_address"].replace(" | ", "\n"),
        }
    )


def day_of(text: str) -> date | None:
    """14.12.2026 or 2026-12-14; None for anything else."""
    try:
        if found := _DAY.fullmatch(text.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _refused(sentence: Any) -> Invalid:
    return Invalid(sentence, field="file")
