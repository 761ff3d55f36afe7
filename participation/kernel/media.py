"""What a file is, told by its content; the name only decides between kinds of plain text.

Known kinds are in MEDIA. Everything else is unfit, SVG, HTML, GIF and programs included. Office documents are
unpacked once to be sure that they are what their table of contents says.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from participation.kernel.pdf import acts


@dataclass(frozen=True)
class Media:
    type: str
    extension: str


MEDIA = {
    "pdf": Media("application/pdf", "pdf"),
    "docx": Media("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "odt": Media("application/vnd.oasis.opendocument.text", "odt"),
    "xlsx": Media("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "txt": Media("text/plain", "txt"),
    "md": Media("text/markdown", "md"),
    "png": Media("image/png", "png"),
    "jpeg": Media("image/jpeg", "jpg"),
    "webp": Media("image/webp", "webp"),
}
DOCUMENTS = frozenset({"pdf", "docx", "odt", "txt", "md"})
PICTURES = frozenset({"png", "jpeg", "webp"})

UNPACKED_BYTES = 100 * 2**20
UNPACKED_FILES = 1_000
UNPACKED_RATIO = 100
SNIFFED_BYTES = 1024  # browsers and PDF readers look this far for a type

ACTIVE = (b"<script", b"<html", b"<svg", b"<iframe", b"<!doctype", b"<?php")
TEXT_CONTROLS = frozenset(range(32)) - set(b"\t\n\r\f") | {127}
PROGRAM_SUFFIXES = frozenset({".bat", ".bin", ".cmd", ".dll", ".exe", ".hta", ".jar", ".js", ".scr", ".so", ".vbs"})
ARCHIVE_SUFFIXES = frozenset({".7z", ".docm", ".docx", ".gz", ".odt", ".rar", ".xlsm", ".zip"})
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
ODT_SCRIPTS = ("Basic/", "Scripts/")

UNKNOWN = _l("diese Art von Datei ist nicht vorgesehen")
MIXED = _l("die Datei gibt sich als etwas anderes aus, als sie ist")
ACTIVE_CONTENT = _l("sie enthält Makros oder Programme")
DAMAGED = _l("die Datei ist beschädigt")
REMOTE = _l("sie lädt beim Öffnen Inhalte von anderswo")
ENCRYPTED = _l("die Datei ist mit einem Kennwort geschützt")
TOO_LARGE_UNPACKED = _l("sie wird entpackt zu groß")
NOT_UTF8 = _l("der Text ist nicht als UTF-8 gespeichert")


class Unfit(Exception):
    """The content is refused; `why` is a clause to put into a sentence."""

    def __init__(self, why: LazyString) -> None:
        super().__init__(why)
        self.why = why


def kind_of(data: bytes, filename: str) -> str:
    """The key in MEDIA of a file's content. Raises Unfit when it is none of them, or two things at once."""
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    picture = _picture(data)
    if picture:
        _refuse_second_nature(data, data)
        return picture
    return _plain(data, PurePosixPath(filename).suffix.lower())


def is_picture(data: bytes) -> bool:
    """Whether a file begins as a picture of a kind we know."""
    return _picture(data) is not None


def _picture(data: bytes) -> str | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    return "webp" if data.startswith(b"RIFF") and data[8:12] == b"WEBP" else None


def _refuse_second_nature(data: bytes, searched: bytes) -> None:
    """Raise Unfit for what another program would open as a page, a PDF file or an archive.

    Four letters stand somewhere in one of a hundred photos by chance: those count only where a type is sniffed.
    """
    lower = searched.lower()
    page = any(mark in lower[: None if len(mark) > 4 else SNIFFED_BYTES] for mark in ACTIVE)
    pdf = b"%PDF-" in data[1:SNIFFED_BYTES]
    if page or pdf or zipfile.is_zipfile(BytesIO(data)):
        raise Unfit(MIXED)


def _pdf(data: bytes) -> str:
    _refuse_second_nature(data, data[:SNIFFED_BYTES])
    if b"%%EOF" not in data[-SNIFFED_BYTES:]:
        raise Unfit(DAMAGED)
    if acts(data):
        raise Unfit(ACTIVE_CONTENT)
    return "pdf"


def _plain(data: bytes, suffix: str) -> str:
    kind = {".txt": "txt", ".md": "md", ".markdown": "md"}.get(suffix)
    if kind is None or data.startswith(b"#!"):
        raise Unfit(UNKNOWN)
    if any(mark in data[:SNIFFED_BYTES].lower() for mark in ACTIVE):
        raise Unfit(MIXED)
    if not TEXT_CONTROLS.isdisjoint(data):
        raise Unfit(UNKNOWN)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unfit(NOT_UTF8) from None
    return kind


def _office(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _refuse_bombs(archive.infolist(), len(data))
            _refuse_programs(archive)
            _unpack(archive)
            return _office_kind(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, KeyError):
        raise Unfit(DAMAGED) from None


def _refuse_bombs(members: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > UNPACKED_FILES or unpacked > min(UNPACKED_BYTES, max(packed * UNPACKED_RATIO, 2**20)):
        raise Unfit(TOO_LARGE_UNPACKED)
    if any(member.flag_bits & 1 for member in members):
        raise Unfit(ENCRYPTED)


def _refuse_programs(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise Unfit(MIXED)
        if path.suffix.lower() in PROGRAM_SUFFIXES | ARCHIVE_SUFFIXES or name.startswith(ODT_SCRIPTS):
            raise Unfit(ACTIVE_CONTENT)


def _unpack(archive: zipfile.ZipFile) -> None:
    """Read every member to its end: sizes and checksums must be true, no XML may define entities or load anything."""
    for member in archive.infolist():
        if member.filename.startswith("word/") and member.filename.endswith(".rels"):
            _refuse_remote(archive.read(member))
        before = b""
        for chunk in _chunks(archive, member):
            if b"<!ENTITY" in before + chunk:
                raise Unfit(ACTIVE_CONTENT)
            before = chunk[-8:]


def _refuse_remote(relations: bytes) -> None:
    """Links may lead away; templates, pictures and objects from elsewhere are fetched when the file is opened."""
    for relation in RELATION.findall(relations):
        if b"external" in relation.lower() and b"/hyperlink" not in relation:
            raise Unfit(REMOTE)


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while chunk := stream.read(2**20):
            yield chunk


def _office_kind(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if {"mimetype", "content.xml"} <= names and archive.read("mimetype") == MEDIA["odt"].type.encode():
        return "odt"
    docx = {"[Content_Types].xml", "word/document.xml"} <= names
    if docx and b"wordprocessingml.document.main+xml" in archive.read("[Content_Types].xml"):
        return "docx"
    xlsx = {"[Content_Types].xml", "xl/workbook.xml"} <= names
    if xlsx and b"spreadsheetml.sheet.main+xml" in archive.read("[Content_Types].xml"):
        return "xlsx"
    raise Unfit(UNKNOWN)
