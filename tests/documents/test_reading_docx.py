"""Word documents become nodes; these are made by python-docx, and by hand where it cannot."""

import io
import zipfile

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph
from PIL import Image

from participation.documents.reading import Kind, Reading, read

FOOTNOTES = (
    '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> Siehe </w:t></w:r>'
    "<w:r><w:rPr><w:b/></w:rPr><w:t>dort</w:t></w:r></w:p></w:footnote></w:footnotes>"
)


def reading_of(document: Document) -> Reading:
    buffer = io.BytesIO()
    document.save(buffer)
    return read(buffer.getvalue(), "entwurf.docx")


def lines(reading: Reading) -> list[tuple[str, str, str]]:
    return [(node.kind.value, node.key, node.text) for node in reading.nodes]


def remarks(reading: Reading) -> list[tuple[str, str]]:
    return [(str(remark.where), str(remark.what)) for remark in reading.remarks]


def add_footnotes(document: Document, paragraph: Paragraph) -> None:
    part = Part(PackURI("/word/footnotes.xml"), "application/xml", FOOTNOTES.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), "2")
    paragraph.add_run()._r.append(reference)


def add_numbering(document: Document, pattern: str, form: str) -> str:
    """A list of one level with this pattern; the id to name in paragraphs."""
    root = document.part.numbering_part.element
    root.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            f'<w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl></w:abstractNum>'
        ),
    )
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    return "90"


def number(paragraph: Paragraph, list_id: str) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{list_id}"/></w:numPr>'))


@pytest.mark.requirement("RA-4.1-06")
def test_a_document_becomes_nodes() -> None:
    document = docx.Document()
    document.add_heading("Klimaplan", 0)
    document.add_heading("Ziele", 1)
    document.add_paragraph("Wir wollen ").add_run("weniger").bold = True
    document.add_paragraph("Bus", style="List Bullet")
    document.add_paragraph("Rad", style="List Number")
    document.add_paragraph("Wege", style="List Number 2")
    document.add_paragraph("Bahn", style="List Number")
    document.add_heading("Mittel", 2)
    document.add_paragraph("So sagte jemand", style="Quote")
    reading = reading_of(document)
    assert lines(reading) == [
        ("heading", "titel", "Klimaplan"),
        ("heading", "ziele", "Ziele"),
        ("paragraph", "ziele-abs1", "Wir wollen weniger"),
        ("item", "ziele-abs1-pkt1", "Bus"),
        ("item", "ziele-abs1-nr1", "Rad"),
        ("item", "ziele-abs1-nr1-nr1", "Wege"),
        ("item", "ziele-abs1-nr2", "Bahn"),
        ("heading", "mittel", "Mittel"),
        ("quote", "mittel-zitat1", "So sagte jemand"),
    ]
    assert reading.nodes[2].html == "Wir wollen <strong>weniger</strong>"
    assert reading.by_level() == {1: 1, 2: 1, 3: 1}
    assert remarks(reading) == []


def test_german_style_names_and_outline_levels_are_headings() -> None:
    document = docx.Document()
    document.styles.add_style("Überschrift 1", WD_STYLE_TYPE.PARAGRAPH)
    document.styles.add_style("Amtlich", WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Überschrift 1"]
    document.add_paragraph("Eins", style="Überschrift 1")
    document.add_paragraph("Zwei", style="Amtlich")
    level = parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="1"/>')
    document.add_paragraph("Drei")._p.get_or_add_pPr().append(level)
    reading = reading_of(document)
    assert [(node.text, node.level) for node in reading.nodes] == [
        ("entwurf", 1),
        ("Eins", 2),
        ("Zwei", 2),
        ("Drei", 3),
    ]


def test_the_numbers_word_counts_are_written_out() -> None:
    document = docx.Document()
    document.add_heading("Gesetz", 0)
    document.add_heading("§ 1 Zweck", 1)
    absatz = add_numbering(document, "(%1)", "decimal")
    for words in ("Erstens.", "Zweitens."):
        number(document.add_paragraph(words), absatz)
    document.add_paragraph("1.\tgetippt")
    reading = reading_of(document)
    assert lines(reading)[2:] == [
        ("paragraph", "p1-abs1", "(1) Erstens."),
        ("paragraph", "p1-abs2", "(2) Zweitens."),
        ("item", "p1-abs2-nr1", "getippt"),
    ]
    assert reading.counts()["absaetze"] == 2


def test_lettered_lists_count_in_letters() -> None:
    document = docx.Document()
    document.add_heading("A", 0)
    letters = add_numbering(document, "%1)", "lowerLetter")
    for words in ("x", "y"):
        number(document.add_paragraph(words), letters)
    assert [node.label for node in reading_of(document).nodes[1:]] == ["a)", "b)"]


def test_footnotes_are_read_from_their_own_part() -> None:
    document = docx.Document()
    document.add_heading("A", 0)
    add_footnotes(document, document.add_paragraph("Text"))
    reading = reading_of(document)
    assert lines(reading)[1:] == [
        ("paragraph", "titel-abs1", "Text[1]"),
        ("footnote", "titel-fn1", "Siehe dort"),
    ]
    assert reading.nodes[2].html == "Siehe <strong>dort</strong>"
    assert reading.counts()["footnote_references"] == 1


def test_tables_become_nodes() -> None:
    document = docx.Document()
    document.add_heading("A", 0)
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, "abcd", strict=True):
        cell.text = words
    reading = reading_of(document)
    assert reading.nodes[1].kind is Kind.TABLE
    assert reading.nodes[1].text == "a b\nc d"


def test_a_picture_leaves_its_alternative_text_and_a_remark() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    document = docx.Document()
    document.add_heading("A", 0)
    for description in ("Karte des Parks", ""):
        picture.seek(0)
        run = document.add_paragraph().add_run()
        run.add_picture(picture)
        next(run._r.iter(qn("wp:docPr"))).set("descr", description)
    reading = reading_of(document)
    assert lines(reading)[1:] == [("image", "titel-bild1", "Karte des Parks")]
    assert remarks(reading) == [
        ("Absatz 2", "Ein Bild konnte nicht übernommen werden. An seiner Stelle steht der Alternativtext."),
        ("Absatz 3", "Ein Bild ohne Alternativtext konnte nicht übernommen werden."),
    ]


def test_tracked_changes_are_read_as_accepted_and_remarked() -> None:
    document = docx.Document()
    document.add_heading("A", 0)
    paragraph = document.add_paragraph("Alt ")
    for tag, words in (("ins", "<w:t>neu</w:t>"), ("del", "<w:delText>weg</w:delText>")):
        paragraph._p.append(parse_xml(f"<w:{tag} {nsdecls('w')}><w:r>{words}</w:r></w:{tag}>"))
    reading = reading_of(document)
    assert reading.nodes[1].text == "Alt neu"
    assert "nachverfolgte Änderungen" in remarks(reading)[0][1]


@pytest.mark.requirement("RA-4.1-06")
def test_paragraphs_and_rows_that_were_struck_or_moved_are_read_once_where_they_stand_now() -> None:
    document = docx.Document()
    document.add_heading("A", 0)
    for tag, words in (("moveFrom", "wandert"), ("del", "weg")):
        name = "delText" if tag == "del" else "t"
        piece = f"<w:{tag} {nsdecls('w')}><w:r><w:{name}>{words}</w:{name}></w:r></w:{tag}>"
        document.add_paragraph()._p.append(parse_xml(piece))
    document.add_paragraph("Bleibt.")
    moved = f"<w:moveTo {nsdecls('w')}><w:r><w:t>wandert</w:t></w:r></w:moveTo>"
    document.add_paragraph()._p.append(parse_xml(moved))
    table = document.add_table(2, 1)
    for row, words in zip(table.rows, ("bleibt", "gestrichen"), strict=True):
        row.cells[0].text = words
    table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {nsdecls('w')}/>"))
    reading = reading_of(document)
    assert [node.text for node in reading.nodes[1:3]] == ["Bleibt.", "wandert"]
    assert "gestrichen" not in reading.nodes[-1].text
    assert [what for _where, what in remarks(reading)] == [
        "Das Dokument enthält nachverfolgte Änderungen. Gelesen wurde der Text mit ihnen."
    ]


def test_links_headers_and_content_controls_are_handled() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Seite"
    document.add_heading("A", 0)
    link = document.part.relate_to("https://a.de/", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    document.element.body.insert(
        1,
        parse_xml(
            f"<w:sdt {nsdecls('w', 'r')}><w:sdtContent><w:p><w:hyperlink r:id='{link}'>"
            "<w:r><w:t>dort</w:t></w:r></w:hyperlink></w:p></w:sdtContent></w:sdt>"
        ),
    )
    reading = reading_of(document)
    assert reading.nodes[1].html == '<a href="https://a.de/" rel="noopener">dort</a>'
    assert [what for _, what in remarks(reading)] == ["Kopf- und Fußzeilen wurden ausgelassen."]


def test_styles_based_on_each_other_end() -> None:
    document = docx.Document()
    one, two = (document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) for name in ("Eins", "Zwei"))
    one.base_style, two.base_style = two, one
    document.add_paragraph("Text", style="Eins")
    assert reading_of(document).nodes[1].text == "Text"


def test_markup_in_a_document_stays_text() -> None:
    document = docx.Document()
    document.add_paragraph("<script>x</script> [^1]")
    assert reading_of(document).nodes[1].html == "&lt;script&gt;x&lt;/script&gt; [^1]"


def test_zipfile_order_does_not_matter() -> None:
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Text")
    document.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        parts = [(entry, archive.read(entry)) for entry in archive.infolist()]
    turned = io.BytesIO()
    with zipfile.ZipFile(turned, "w") as archive:
        for entry, content in reversed(parts):
            archive.writestr(entry, content)
    assert read(turned.getvalue(), "a.docx").nodes[1].text == "Text"
