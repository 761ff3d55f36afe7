"""Reading DOCX: headings by style or outline level, numbered lists, tables, footnotes."""

import io
import re
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from lxml.etree import XMLSyntaxError, _Element

from participation.documents.reading.archive import check_archive
from participation.documents.reading.blocks import Block, Cell, Source, escaped, quote, table
from participation.documents.reading.docx_lists import Numbering
from participation.documents.reading.docx_phrases import Phrase, phrase
from participation.documents.reading.docx_styles import Style, Styles
from participation.documents.reading.errors import UnreadableFile
from participation.documents.reading.nodes import Kind, Remark

_HEADING_STYLE = re.compile(r"(?i)(?:heading|überschrift|ueberschrift)\s*([1-9])$")
_TITLE_STYLE = re.compile(r"(?i)(?:title|titel)$")
_QUOTE_STYLE = re.compile(r"(?i)(?:intense )?(?:quote|zitat)|intensives zitat")
_CONTENTS_STYLE = re.compile(r"(?i)(?:toc|verzeichnis) ?(?:heading|\d)|inhaltsverzeichnisüberschrift")
_TYPED_MARKER = re.compile(r"(\d+[a-z]{0,2}\.|[a-z]{1,3}\)|[•–-])\s+(?=\S)")
_ABSATZ_LABEL = re.compile(r"\(\d+[a-z]{0,2}\)")


def read_docx(data: bytes) -> Source:
    """The blocks of a Word document. Raises UnreadableFile if it is none, or if it is built to do harm."""
    check_archive(data)
    try:
        return _Walk(docx.Document(io.BytesIO(data))).source()
    except (OpcError, XMLSyntaxError, KeyError, ValueError, AttributeError) as error:  # parts may be anything
        raise UnreadableFile(_l("Die Datei ist kein Word-Dokument (DOCX) oder sie ist beschädigt.")) from error


class _Walk:
    """One pass over the body of a document, then over its notes."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._styles = Styles(document)
        self._numbering = Numbering(document)
        self._source = Source(title=document.core_properties.title or "")
        self._addresses = {r: x.target_ref for r, x in document.part.rels.items() if x.is_external}
        self._position = 0
        self._said: set[str] = set()

    def source(self) -> Source:
        """The document taken apart."""
        for element in _pieces(self._document.element.body):
            if element.tag == qn("w:p"):
                self._position += 1
                self._paragraph(element)
            else:
                self._table(element)
        for kind, sign in (("footnotes", "f"), ("endnotes", "e")):
            self._notes(kind, sign)
        self._margins()
        return self._source

    def _paragraph(self, paragraph: _Element) -> None:
        styles = self._styles.of(paragraph)
        number = self._numbering.label(paragraph, styles)
        if any(_CONTENTS_STYLE.match(style.name) for style in styles):
            self._once(_l("Das Inhaltsverzeichnis wurde ausgelassen. Es entsteht neu aus den Überschriften."))
            return
        words = self._phrase(paragraph)
        level = _heading_level(paragraph, styles)
        if level is not None and words.html:
            label = escaped(number[0]) + " " if number and number[0] not in "•" else ""
            self._add(Kind.HEADING, label + words.html, level=level)
        elif words.html and any(_QUOTE_STYLE.fullmatch(style.name) for style in styles):
            self._add(Kind.QUOTE, quote([words.html]))
        elif words.html:
            self._plain(words.html, number, has_tab=paragraph.find(f".//{qn('w:tab')}") is not None)
        self._pictures(words)

    def _plain(self, html: str, number: tuple[str, int] | None, has_tab: bool) -> None:
        """A paragraph or list item; "(2)" numbers an Absatz, which is no item; a typed "1." needs a tab."""
        typed = _TYPED_MARKER.match(html) if has_tab and not number else None
        if number and _ABSATZ_LABEL.fullmatch(number[0]):
            self._add(Kind.PARAGRAPH, f"{number[0]} {html}")
        elif number:
            self._add(Kind.ITEM, html, level=number[1], label=number[0])
        elif typed:
            level = 2 if typed[1][0].isalpha() else 1
            self._add(Kind.ITEM, html[typed.end() :], level=level, label=typed[1])
        else:
            self._add(Kind.PARAGRAPH, html)

    def _pictures(self, words: Phrase) -> None:
        for description in words.pictures:
            if description:
                self._add(Kind.IMAGE, escaped(description))
            self._remark(
                _l("Ein Bild konnte nicht übernommen werden. An seiner Stelle steht der Alternativtext.")
                if description
                else _l("Ein Bild ohne Alternativtext konnte nicht übernommen werden.")
            )

    def _table(self, element: _Element) -> None:
        kept = [row for row in element.iter(qn("w:tr")) if _table_of(row) is element and not _is_struck(row)]
        rows = [self._row(row) for row in kept]
        if any(element is not inner for inner in element.iter(qn("w:tbl"))):
            self._remark(_l("Eine Tabelle in einer Tabelle wurde zu Text."))
        if any(cell.html for row in rows for cell in row):
            self._add(Kind.TABLE, table(rows))

    def _row(self, row: _Element) -> list[Cell]:
        is_head = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        return [self._cell(cell, is_head) for cell in row.iterchildren(qn("w:tc"))]

    def _cell(self, cell: _Element, is_head: bool) -> Cell:
        words = [self._phrase(p) for p in cell.iter(qn("w:p"))]
        for found in words:
            self._pictures(found)
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        width = span.get(qn("w:val"), "1") if span is not None else "1"
        if cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}") is not None:
            self._once(_l("Über mehrere Zeilen verbundene Zellen stehen nur in der ersten Zeile."))
        html = "<br>\n".join(found.html for found in words if found.html)
        return Cell(html, is_head=is_head, span=int(width) if width.isdecimal() else 1)

    def _notes(self, kind: str, sign: str) -> None:
        """Footnotes stand in a part of their own, which python-docx does not read."""
        for part in self._parts(kind):
            addresses = {r: x.target_ref for r, x in part.rels.items() if x.is_external}
            for note in parse_xml(part.blob):
                if note.get(qn("w:type"), "normal") == "normal":
                    words = [phrase(p, addresses).html for p in note.iter(qn("w:p"))]
                    name = f"{sign}{note.get(qn('w:id'), '')}"
                    self._add(Kind.FOOTNOTE, "<br>\n".join(filter(None, words)), name=name)

    def _margins(self) -> None:
        """Says what a document holds besides its body."""
        if any("".join(parse_xml(part.blob).itertext()).strip() for part in self._parts("header", "footer")):
            self._once(_l("Kopf- und Fußzeilen wurden ausgelassen."))
        if self._parts("comments"):
            self._once(_l("Kommentare aus Word wurden ausgelassen."))

    def _parts(self, *kinds: str) -> list[Part]:
        relations = self._document.part.rels.values()
        return [r.target_part for r in relations if not r.is_external and r.reltype.rpartition("/")[2] in kinds]

    def _phrase(self, paragraph: _Element) -> Phrase:
        words = phrase(paragraph, self._addresses)
        if words.has_text_box:
            self._remark(_l("Ein Textfeld konnte nicht übernommen werden."))
        if words.has_changes:
            self._once(_l("Das Dokument enthält nachverfolgte Änderungen. Gelesen wurde der Text mit ihnen."))
        return words

    def _add(self, kind: Kind, html: str, level: int = 0, label: str = "", name: str = "") -> None:
        block = Block(kind=kind, html=html, level=level, label=label, name=name, where=self._where())
        self._source.blocks.append(block)

    def _once(self, what: LazyString) -> None:
        if str(what) not in self._said:
            self._said.add(str(what))
            self._remark(what)

    def _remark(self, what: LazyString) -> None:
        self._source.remarks.append(Remark(self._where(), what))

    def _where(self) -> LazyString:
        return _l("Absatz %(number)s", number=self._position)


def _pieces(body: _Element) -> Iterator[_Element]:
    """Paragraphs and tables in order, also those inside content controls."""
    for child in body:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo"), qn("w:customXml")):
            yield from _pieces(child)


def _is_struck(row: _Element) -> bool:
    """Whether a row of a table was deleted while changes were tracked."""
    return row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def _table_of(row: _Element) -> _Element | None:
    return next(row.iterancestors(qn("w:tbl")), None)


def _heading_level(paragraph: _Element, styles: list[Style]) -> int | None:
    """0 for the title, 1 to 6 for headings, None for text: by the paragraph's own outline level, else by its
    style's name, else by its style's outline level.
    """
    own = _outline(paragraph)
    if own is not None:
        return own
    for style in styles:
        if _TITLE_STYLE.match(style.name):
            return 0
        if found := _HEADING_STYLE.match(style.name):
            return min(int(found[1]), 6)
    return next((level for style in styles if (level := _outline(style.element))), None)


def _outline(element: _Element) -> int | None:
    level = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    number = level.get(qn("w:val"), "9") if level is not None else "9"
    return min(int(number) + 1, 6) if number.isdecimal() and int(number) < 9 else None
