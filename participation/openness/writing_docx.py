"""A document as DOCX, written piece by piece in constant memory.

python-docx makes the frame with its real styles for headings, lists and tables; the body streams into it as XML of our
own, because python-docx keeps every cell of a table in memory.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from participation.kernel.clock import now
from participation.openness.blocks import Block, Document, Heading, Items, Paragraph, Table, paragraphs
from participation.openness.xml_text import writable

BODY = "word/document.xml"
MARK = "{{the body comes here}}"
LINE = 14_570  # twentieths of a point between the margins of an A4 page lying down
LOOK = '<w:tblLook w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
LANGUAGE = "de-DE"
PROPERTY = 255  # characters of what the file says of itself


def write_docx(target: Path, document: Document) -> None:
    """Write the document."""
    with ZipFile(_frame(document)) as frame, ZipFile(target, "w", ZIP_DEFLATED) as file:
        for name in frame.namelist():
            if name != BODY:
                file.writestr(name, frame.read(name))
        before, _mark, after = frame.read(BODY).decode().partition(f"<w:t>{MARK}</w:t>")
        head, tail = before.rpartition("<w:p>")[0], after.partition("</w:p>")[2]
        with file.open(BODY, "w", force_zip64=True) as body:
            body.write(head.encode())
            for block in document.blocks:
                for piece in _xml(block):
                    body.write(piece.encode())
            body.write(tail.encode())


def _frame(document: Document) -> IO[bytes]:
    """An empty document on A4 lying down: styles, language, title, page numbers."""
    empty = docx.Document()
    about, made = empty.core_properties, now().replace(tzinfo=None)
    about.title, about.author = document.title[:PROPERTY], document.author[:PROPERTY]
    about.subject, about.language, about.comments = document.subject[:PROPERTY], LANGUAGE, ""
    about.created = about.modified = made
    section = empty.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    normal = empty.styles["Normal"]
    normal.font.size, normal.paragraph_format.space_after = Pt(10), Pt(4)
    for spoken in empty.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:val"), LANGUAGE)
    empty.add_heading(document.title, level=0)
    empty.add_paragraph(MARK)
    stream = io.BytesIO()
    empty.save(stream)
    return stream


def _xml(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield _paragraph(block.text, f"Heading{block.level}")
    elif isinstance(block, Paragraph):
        yield from (_paragraph(line) for line in paragraphs(block.text))
    elif isinstance(block, Items):
        yield from (_paragraph(entry, "ListBullet") for entry in block.entries)
    else:
        yield from _table(block)


def _paragraph(text: str, style: str = "", bold: bool = False) -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    strong = "<w:rPr><w:b/></w:rPr>" if bold else ""
    words = escape(writable(text))
    return f'<w:p>{styled}<w:r>{strong}<w:t xml:space="preserve">{words}</w:t></w:r></w:p>'


def _table(table: Table) -> Iterator[str]:
    widths = [LINE * width // sum(table.widths) for width in table.widths]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    title = f'<w:tblCaption w:val="{escape(writable(table.title), {chr(34): "&quot;"})}"/>'
    yield '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
    yield f'<w:tblW w:w="{LINE}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{LOOK}{title}</w:tblPr>'
    yield f"<w:tblGrid>{columns}</w:tblGrid>"
    yield _row(table.heads, widths, head=True)
    for row in table.rows:
        yield _row(row, widths)
    yield "</w:tbl>" + _paragraph("")


def _row(cells: Sequence[str], widths: Sequence[int], head: bool = False) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    written = "".join(_cell(cell, width, head) for cell, width in zip(cells, widths, strict=True))
    return f"<w:tr><w:trPr>{repeated}</w:trPr>{written}</w:tr>"


def _cell(text: str, width: int, head: bool) -> str:
    lines = paragraphs(text) or [""]
    words = "".join(_paragraph(line, bold=head) for line in lines)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{words}</w:tc>'
