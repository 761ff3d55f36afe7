"""What cannot be read is refused with a sentence; what is large is read in time."""

import io
import time
import zipfile

import docx
import pytest

from participation.documents.reading import UnreadableFile, read

TYPES = "[Content_Types].xml"


def sentence(data: bytes, filename: str) -> str:
    with pytest.raises(UnreadableFile) as raised:
        read(data, filename)
    return str(raised.value.sentence)


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def document_with(part: str, content: bytes) -> bytes:
    """A sound document in which one part is replaced."""
    buffer, changed = io.BytesIO(), io.BytesIO()
    docx.Document().save(buffer)
    with zipfile.ZipFile(buffer) as sound, zipfile.ZipFile(changed, "w") as packed:
        for name in sound.namelist():
            packed.writestr(name, content if name == part else sound.read(name))
    return changed.getvalue()


@pytest.mark.parametrize("data", [b"", b"Hallo", b"%PDF-1.7", b"PK\x03\x04kaputt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_docx_is_refused(data: bytes) -> None:
    assert sentence(data, "a.docx").startswith("Die Datei ist kein Word-Dokument (DOCX)")


def test_another_archive_is_no_docx() -> None:
    assert sentence(archive(a=b"b"), "a.docx") == "Die Datei ist kein Word-Dokument (DOCX)."


@pytest.mark.parametrize("part", [TYPES, "_rels/.rels", "word/document.xml", "word/styles.xml", "word/numbering.xml"])
@pytest.mark.parametrize("content", [b"", b"<a", b"<a/>"])
def test_a_damaged_docx_is_refused_or_read_without_a_crash(part: str, content: bytes) -> None:
    assert sentence(document_with(part, content), "a.docx")


@pytest.mark.parametrize("name", ["a.pdf", "a.doc", "a", "a.docx.exe", "docx"])
def test_an_unknown_ending_is_refused_with_those_that_are_known(name: str) -> None:
    assert ".docx" in sentence(b"x", name)


def test_broken_utf8_is_refused_with_its_place() -> None:
    assert "bei Byte 5." in sentence(b"# Gr\xfc\xdfe", "a.md")
    assert "bei Byte 4." in sentence(b"\xef\xbb\xbf\xff", "a.html")


@pytest.mark.parametrize("filename", ["a.md", "a.html"])
@pytest.mark.parametrize("data", [b"", b" \n\n ", b"\xef\xbb\xbf"])
def test_an_empty_text_is_refused(filename: str, data: bytes) -> None:
    assert sentence(data, filename) == "Die Datei enthält keinen Text."


def test_an_empty_document_is_refused() -> None:
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    assert sentence(buffer.getvalue(), "a.docx") == "Die Datei enthält keinen Text."


@pytest.mark.parametrize(
    "data",
    [
        archive(word__document_xml=b" " * 20_000_000),
        archive(**{f"part{number}": b"" for number in range(1_001)}),
        archive(**{f"part{number}": bytes(26_000_000) for number in range(4)}),
    ],
    ids=["ratio", "files", "size"],
)
def test_a_zip_bomb_is_refused_before_it_is_unpacked(data: bytes) -> None:
    begin = time.process_time()
    assert "stark gepackt" in sentence(data, "a.docx")
    assert time.process_time() - begin < 5  # a guard against blowing up, no promise of speed


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>',
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
    ],
)
def test_xml_entities_are_refused(content: bytes) -> None:
    assert "XML-Anweisungen" in sentence(document_with("word/document.xml", content), "a.docx")


def test_a_text_with_nul_is_refused() -> None:
    assert "nicht speichern" in sentence(b"# A\n\nb\x00c", "a.md")
    assert "nicht speichern" in sentence(b"<p>b\x00c", "a.html")


def test_more_nodes_than_a_page_can_hold_are_refused() -> None:
    assert "10000 Absätze" in sentence(b"# A\n\n" + b"x\n\n" * 10_001, "a.md")


def test_a_huge_file_is_refused() -> None:
    assert "20 MB" in sentence(b"x" * (20 * 2**20 + 1), "a.md")


def large_markdown() -> bytes:
    return (
        "# Gesetz\n\n" + "\n\n".join(f"## § {n}\n\n(1) Ein *Absatz*. " + "wort " * 60 for n in range(2_000))
    ).encode()


def large_html() -> bytes:
    return ("<h1>Gesetz</h1>" + "".join(f"<p>({n}) Ein <b>Absatz</b>. {'wort ' * 60}" for n in range(2_000))).encode()


def large_docx() -> bytes:
    document, buffer = docx.Document(), io.BytesIO()
    for n in range(2_000):
        document.add_paragraph(f"({n}) Ein Absatz. {'wort ' * 60}")
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "filename"), [(large_markdown(), "a.md"), (large_html(), "a.html"), (large_docx(), "a.docx")]
)
def test_two_thousand_paragraphs_are_read_in_two_seconds(data: bytes, filename: str) -> None:
    begin = time.process_time()
    assert len(read(data, filename).nodes) > 2_000
    assert time.process_time() - begin < 20  # a guard against blowing up, no promise of speed
