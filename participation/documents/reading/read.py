"""The way in: which reader a file needs, and what is refused."""

import re
from pathlib import PurePath
from typing import Final

from flask_babel import lazy_gettext as _l

from participation.documents.reading.assemble import assemble
from participation.documents.reading.blocks import Source
from participation.documents.reading.docx import read_docx
from participation.documents.reading.errors import UnreadableFile
from participation.documents.reading.html import read_html
from participation.documents.reading.markdown import read_markdown
from participation.documents.reading.nodes import Reading
from participation.kernel.text import BrokenText, check_storable, normalise_name

ENDINGS: Final = (".md", ".markdown", ".html", ".htm", ".docx")
SIZE_LIMIT: Final = 20 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


def read(data: bytes, filename: str) -> Reading:
    """The file as nodes. The ending of `filename` says the format; its stem is the title if it has none.
    Raises UnreadableFile with a sentence for everything that cannot be read.
    """
    path = PurePath(filename.replace("\\", "/"))
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        sentence = _l("Diese Dateiart wird nicht gelesen. Möglich sind %(endings)s.", endings=", ".join(ENDINGS))
        raise UnreadableFile(sentence)
    if len(data) > SIZE_LIMIT:
        raise UnreadableFile(_l("Die Datei ist größer als %(limit)s MB.", limit=SIZE_LIMIT // 2**20))
    try:
        return assemble(_source(data, ending), _title_from(path.stem))
    except BrokenText as broken:
        raise UnreadableFile(broken.sentence) from broken


def _source(data: bytes, ending: str) -> Source:
    if ending == ".docx":
        return read_docx(data)
    text = _decoded(data)
    return read_markdown(text) if ending in (".md", ".markdown") else read_html(text)


def _decoded(data: bytes) -> str:
    body = data.removeprefix(_BOM)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        place = error.start + len(data) - len(body) + 1
        sentence = _l("Die Datei ist kein gültiges UTF-8. Der erste Fehler steht bei Byte %(place)s.", place=place)
        raise UnreadableFile(sentence) from error
    check_storable(text)  # parsers would silently replace what this refuses
    return re.sub("\r\n|\r", "\n", text)


def _title_from(stem: str) -> str:
    return normalise_name(stem.replace("_", " ")) or "Text"
