"""Opening a DOCX with care: it is a ZIP archive of XML, and both can be made to explode."""

import io
import zipfile
from typing import Final

from flask_babel import lazy_gettext as _l

from participation.documents.reading.errors import UnreadableFile

UNPACKED_LIMIT: Final = 100 * 1024 * 1024
FILES_LIMIT: Final = 1_000
RATIO_LIMIT: Final = 100
_HARMLESS: Final = 1024 * 1024  # what unpacks to less is no bomb, however well it was packed
_MAIN_PART: Final = "word/document.xml"
_XML: Final = (".xml", ".rels")


def check_archive(data: bytes) -> None:
    """Raises UnreadableFile unless this is a Word document of sensible size and plain XML."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive)
            if _MAIN_PART not in archive.namelist():
                raise UnreadableFile(_l("Die Datei ist kein Word-Dokument (DOCX)."))
            for entry in archive.infolist():
                if entry.filename.lower().endswith(_XML):
                    _check_xml(archive.read(entry))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableFile(_l("Die Datei ist kein Word-Dokument (DOCX) oder sie ist beschädigt.")) from error


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """By the sizes the archive declares; more than declared is never unpacked."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    too_dense = unpacked > _HARMLESS and unpacked > RATIO_LIMIT * packed
    if len(entries) > FILES_LIMIT or unpacked > UNPACKED_LIMIT or too_dense:
        raise UnreadableFile(_l("Die Datei ist ungewöhnlich stark gepackt und wird deshalb nicht geöffnet."))


def _check_xml(content: bytes) -> None:
    """Word writes UTF-8 and never a document type; in UTF-16 one could be hidden from this search."""
    if b"\x00" in content or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnreadableFile(_l("Die Datei enthält XML-Anweisungen, die in Word-Dokumenten nicht vorkommen."))
