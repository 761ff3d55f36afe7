"""Reads files as spreadsheets do, and finds cells that would be calculated."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl

SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
FORMULAS = [
    f"{before}{sign}cmd|'/C calc'!A0 {number}"
    for number, (before, sign) in enumerate(
        [
            (before, sign)
            for before in ("", " ", "\u00a0", "Ja\n", "Ja\n\n ", "Ja, ", "Ja;", "Ja\t", "'", '"')
            for sign in SIGNS
        ]
    )
]
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?|[+-]\d\d:\d\d|\d{4}-.*")
LIVE = re.compile(r"[ \u00a0]*[=+\-@＝＋－＠\t\r]")
OURS = re.compile(r"(^|[\r\n\t,;])'(?='*[ \u00a0]*[=+\-@\t＝＋－＠])|^'(?='*[ \u00a0]*[\t\r\n])")


def live(cell: str) -> bool:
    """Whether a spreadsheet would take a cell of a text file for a formula."""
    return bool(LIVE.match(cell)) and not NUMBER.fullmatch(cell.strip()) and cell.strip(" \u00a0") not in SIGNS


def cells_of_csv(text: str, delimiter: str) -> list[str]:
    """The cells, as a spreadsheet finds them that expects this separator."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    return [cell for row in rows for cell in row]


def live_in_csv(text: str) -> list[str]:
    """Cells that would be calculated, whichever separator a spreadsheet expects."""
    return [
        f"{delimiter!r}: {cell[:60]!r}" for delimiter in ";,\t" for cell in cells_of_csv(text, delimiter) if live(cell)
    ]


def as_typed(cell: str) -> str:
    """A cell of our CSV without the apostrophes that we put there."""
    return OURS.sub(lambda found: found[1] or "", cell)


def live_in_xlsx(path: Path) -> list[str]:
    """Formulas and links of a workbook; every text must be one."""
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    named = [f"name {name}" for name in book.defined_names]
    return named + [f"{cell.coordinate}: {cell.value!r}" for cell in cells if cell.data_type == "f" or cell.hyperlink]


def live_in_document(path: Path) -> list[str]:
    """Fields, links to data, scripts and objects of DOCX, ODT and ODS."""
    found = []
    with zipfile.ZipFile(path) as file:
        for name in file.namelist():
            if re.search(r"macro|script|vba|embeddings|externalLink", name, re.IGNORECASE):
                found.append(name)
            if name.endswith((".xml", ".rels")):
                found += [f"{name}: {each}" for each in _active(ElementTree.fromstring(file.read(name)))]
    return found


def _active(root: ElementTree.Element) -> list[str]:
    active = {
        "instrText",
        "fldSimple",
        "formula",
        "object",
        "script",
        "event-listener",
        "dde-source",
        "database-display",
    }
    found = []
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2]
        words = "".join(element.itertext()) if tag == "instrText" else element.get(next(iter(element.attrib), ""), "")
        if tag in active and not re.fullmatch(r"\s*(PAGE|NUMPAGES|TOC.*|STYLEREF.*)\s*(\\\*.*)?", words or ""):
            found.append(tag)
        if any(name.endswith("}formula") for name in element.attrib):
            found.append("a formula")
        if element.get("TargetMode") == "External" and "foreign" in (element.get("Target") or ""):
            found.append(f"a link to {element.get('Target')}")
    return found


def live_in(path: Path) -> list[str]:
    """What of a file is alive, whatever kind of file it is."""
    kind = path.suffix
    if kind == ".csv":
        return live_in_csv(path.read_text("utf-8"))
    if kind == ".xlsx":
        return live_in_xlsx(path)
    if kind in (".docx", ".odt", ".ods"):
        return live_in_document(path)
    if kind == ".json":
        json.loads(path.read_text("utf-8"))
        return []
    if kind == ".pdf":
        body = path.read_bytes()
        return [
            name.decode()
            for name in (b"/JavaScript", b"/JS ", b"/Launch", b"/OpenAction", b"/EmbeddedFile ")
            if name in body
        ]
    return _live_in_archive(path) if kind == ".zip" else [f"an unknown kind of file: {kind}"]


def _live_in_archive(path: Path) -> list[str]:
    found = []
    with zipfile.ZipFile(path) as file:
        for number, name in enumerate(file.namelist()):
            inner = path.with_name(f"inner{number}{Path(name).suffix}")
            if inner.suffix in (".csv", ".xlsx", ".docx", ".odt", ".ods", ".pdf", ".json"):
                inner.write_bytes(file.read(name))
                found += [f"{name}: {each}" for each in live_in(inner)]
    return found


def texts_of(path: Path) -> str:
    """All words of a file, on one line, without what we put before formulas."""
    if path.suffix == ".csv":
        return " ".join(" ".join(map(as_typed, cells_of_csv(path.read_text("utf-8"), ";"))).split())
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        return " ".join(" ".join(map(str, cells)).split())
    if path.suffix in (".docx", ".odt"):
        with zipfile.ZipFile(path) as file:
            name = "word/document.xml" if path.suffix == ".docx" else "content.xml"
            return " ".join(" ".join(ElementTree.fromstring(file.read(name)).itertext()).split())
    return " ".join(_strings(json.loads(path.read_text("utf-8"))).split())


def _strings(data: object) -> str:
    if isinstance(data, dict):
        return " ".join(map(_strings, data.values()))
    return " ".join(map(_strings, data)) if isinstance(data, list) else str(data)
