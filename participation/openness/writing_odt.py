"""A document as ODT (OpenDocument 1.3), written piece by piece in constant memory.

odfdo holds a whole document in memory; with tables of many thousand rows that is hundreds of megabytes. So the four
files of the package are written here; the tests open them with odfdo.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from participation.kernel.clock import now
from participation.openness.blocks import Block, Document, Heading, Items, Paragraph, Table, paragraphs
from participation.openness.xml_text import writable

MIME = "application/vnd.oasis.opendocument.text"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACES = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = " ".join(
    f'xmlns:{short}="{SPACES}:{long}:1.0"'
    for short, long in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("meta", "meta"),
        ("fo", "xsl-fo-compatible"),
    )
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"'  # fmt: skip
MANIFEST = (
    f'{HEAD}<manifest:manifest xmlns:manifest="{SPACES}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MIME}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{name}.xml" manifest:media-type="text/xml"/>'
        for name in ("content", "styles", "meta")
    )
    + "</manifest:manifest>"
)


def _heading_style(level: int, size: int) -> str:
    return (
        f'<style:style style:name="Heading_20_{level}" style:display-name="Heading {level}" style:family="paragraph" '
        f'style:parent-style-name="Standard" style:default-outline-level="{level}">'
        '<style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"/>'
        f'<style:text-properties fo:font-size="{size}pt" fo:font-weight="bold"/></style:style>'
    )


STYLES = f"""{HEAD}<office:document-styles {NAMES}><office:styles>
<style:default-style style:family="paragraph"><style:text-properties fo:language="de" fo:country="DE"
 fo:font-size="10pt" fo:font-family="'Liberation Sans', Arial, sans-serif"/></style:default-style>
<style:style style:name="Standard" style:family="paragraph">
<style:paragraph-properties fo:margin-bottom="0.12cm"/></style:style>
<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Standard">
<style:text-properties fo:font-size="20pt" fo:font-weight="bold"/></style:style>
{"".join(_heading_style(level, size) for level, size in ((1, 16), (2, 13), (3, 11)))}
<style:style style:name="Table_20_Heading" style:display-name="Table Heading" style:family="paragraph"
 style:parent-style-name="Standard"><style:text-properties fo:font-weight="bold"/></style:style>
<text:list-style style:name="List"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>
</office:styles><office:automatic-styles><style:page-layout style:name="lying"><style:page-layout-properties
 fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape" fo:margin="2cm"/><style:footer-style/>
</style:page-layout></office:automatic-styles><office:master-styles>
<style:master-page style:name="Standard" style:page-layout-name="lying"><style:footer>
<text:p text:style-name="Standard"><text:page-number text:select-page="current"/></text:p>
</style:footer></style:master-page>
</office:master-styles></office:document-styles>"""
CELLS = (
    '<office:automatic-styles><style:style style:name="cell" style:family="table-cell"><style:table-cell-properties '
    'fo:border="0.5pt solid #808080" fo:padding="0.1cm"/></style:style>'
    '<style:style style:name="line" style:family="table"><style:table-properties style:width="25.7cm" '
    'table:align="margins"/></style:style>'
    + "".join(
        f'<style:style style:name="column{width}" style:family="table-column"><style:table-column-properties '
        f'style:rel-column-width="{width}*"/></style:style>'
        for width in range(1, 11)
    )
    + "</office:automatic-styles>"
)


def write_odt(target: Path, document: Document) -> None:
    """Write the document."""
    with ZipFile(target, "w", ZIP_DEFLATED) as file:
        file.writestr("mimetype", MIME, ZIP_STORED)
        file.writestr("META-INF/manifest.xml", MANIFEST)
        file.writestr("styles.xml", STYLES)
        file.writestr("meta.xml", _meta(document))
        with file.open("content.xml", "w", force_zip64=True) as body:
            for piece in _content(document):
                body.write(piece.encode())


def _meta(document: Document) -> str:
    said = (("dc:title", document.title), ("dc:creator", document.author), ("dc:subject", document.subject))
    entries = "".join(f"<{name}>{escape(writable(value))}</{name}>" for name, value in said)
    at = now().strftime("%Y-%m-%dT%H:%M:%S")
    return (
        f"{HEAD}<office:document-meta {NAMES}><office:meta>{entries}<dc:language>de-DE</dc:language>"
        f"<meta:creation-date>{at}</meta:creation-date></office:meta></office:document-meta>"
    )


def _content(document: Document) -> Iterator[str]:
    yield f"{HEAD}<office:document-content {NAMES}>{CELLS}<office:body><office:text>"
    yield _paragraph(document.title, "Title")
    for number, block in enumerate(document.blocks):
        yield from _xml(block, number)
    yield "</office:text></office:body></office:document-content>"


def _xml(block: Block, number: int) -> Iterator[str]:
    if isinstance(block, Heading):
        style = f'text:style-name="Heading_20_{block.level}" text:outline-level="{block.level}"'
        yield f"<text:h {style}>{_words(block.text)}</text:h>"
    elif isinstance(block, Paragraph):
        yield from (_paragraph(line) for line in paragraphs(block.text))
    elif isinstance(block, Items):
        entries = "".join(f"<text:list-item>{_paragraph(entry)}</text:list-item>" for entry in block.entries)
        yield f'<text:list text:style-name="List">{entries}</text:list>'
    else:
        yield from _table(block, number)


def _table(table: Table, number: int) -> Iterator[str]:
    name = quoteattr(writable(f"{number}: {table.title}"))
    columns = "".join(f'<table:table-column table:style-name="column{width}"/>' for width in table.widths)
    yield f'<table:table table:name={name} table:style-name="line">{columns}'
    yield f"<table:table-header-rows>{_row(table.heads, 'Table_20_Heading')}</table:table-header-rows>"
    for row in table.rows:
        yield _row(row, "Standard")
    yield "</table:table>" + _paragraph("")


def _row(cells: Sequence[str], style: str) -> str:
    return f"<table:table-row>{''.join(_cell(cell, style) for cell in cells)}</table:table-row>"


def _cell(text: str, style: str) -> str:
    words = "".join(_paragraph(line, style) for line in paragraphs(text) or [""])
    return f'<table:table-cell table:style-name="cell" office:value-type="string">{words}</table:table-cell>'


def _paragraph(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{_words(text)}</text:p>'


def _words(text: str) -> str:
    """The text with its blanks: several of them, and tabs, would become one."""
    plain = escape(writable(text)).replace("\t", "<text:tab/>")
    return plain.replace("  ", " <text:s/>")
