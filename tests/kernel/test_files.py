"""The file store, and what it takes in."""

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest
from docx import Document
from PIL import Image

from participation.kernel.files import FileRefused, FileStore, UnknownFile, display_name, inspect
from participation.kernel.media import DOCUMENTS, MEDIA, PICTURES

EVERYTHING = DOCUMENTS | PICTURES
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return made.getvalue()


def added(document: bytes, name: str, data: bytes) -> bytes:
    made = io.BytesIO(document)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


def docx() -> bytes:
    made = io.BytesIO()
    document = Document()
    document.add_paragraph("Stellungnahme zum Radweg")
    document.save(made)
    return made.getvalue()


def odt() -> bytes:
    return zipped(**{"mimetype": MEDIA["odt"].type.encode(), "content.xml": b"<office:document-content/>"})


def picture(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(made, kind)
    return made.getvalue()


SAMPLES = {
    "pdf": PDF,
    "docx": docx(),
    "odt": odt(),
    "txt": "Grüße aus Köln\n".encode(),
    "md": b"# Radweg\n",
    "png": picture("PNG"),
    "jpeg": picture("JPEG"),
    "webp": picture("WEBP"),
}


# the store


def test_a_stored_file_comes_back_byte_for_byte(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    name = store.put(PDF)
    with store.open(name) as stream:
        assert stream.read() == PDF


def test_a_stored_name_is_random_and_lies_two_folders_deep(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    first, second = store.put(PDF), store.put(PDF)
    assert first != second
    assert len(first) == 32
    assert (tmp_path / first[:2] / first[2:4] / first).is_file()


def test_nobody_else_on_the_machine_may_read_a_stored_file(tmp_path: Path) -> None:
    name = FileStore(tmp_path).put(PDF)
    assert (tmp_path / name[:2] / name[2:4] / name).stat().st_mode & 0o077 == 0


def test_a_deleted_file_is_gone_and_may_be_deleted_again(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    name = store.put(PDF)
    store.delete(name)
    store.delete(name)
    with pytest.raises(UnknownFile):
        store.open(name)


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        FileStore(tmp_path).put(PDF)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "a" * 31,
        "A" * 32,
        "a" * 32 + "\n",
        "a" * 30 + "/a",
        "a" * 32 + "\0",
    ],
)
def test_a_name_that_is_not_ours_reaches_no_file(tmp_path: Path, name: str) -> None:
    store = FileStore(tmp_path)
    with pytest.raises(UnknownFile):
        store.open(name)
    with pytest.raises(UnknownFile):
        store.delete(name)


# what a file is


@pytest.mark.requirement("RA-3-13")
@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_file_is_what_its_content_says(kind: str) -> None:
    seen = inspect(SAMPLES[kind], f"Anlage.{kind}", EVERYTHING)
    assert (seen.media_type, seen.extension) == (MEDIA[kind].type, MEDIA[kind].extension)
    assert seen.display_name == f"Anlage.{MEDIA[kind].extension}"


def test_a_wrong_extension_is_corrected() -> None:
    assert inspect(SAMPLES["png"], "Foto.exe", PICTURES).display_name == "Foto.png"


def test_a_kind_that_is_not_allowed_here_is_refused() -> None:
    with pytest.raises(FileRefused, match="nicht vorgesehen"):
        inspect(PDF, "Plan.pdf", PICTURES)


REFUSED = {
    "empty": (b"", "leer.pdf"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "bild.svg"),
    "svg as text": (b'<?xml version="1.0"?><svg/>', "bild.txt"),
    "html": (b"<!DOCTYPE html><title>x</title>", "seite.html"),
    "html as text": (b"\n  <HTML><script>x()</script>", "notiz.txt"),
    "gif": (picture("GIF"), "bild.gif"),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(40), "programm.txt"),
    "windows program": (b"MZ\x90\x00" + bytes(40), "programm.pdf"),
    "shell script": (b"#!/bin/sh\nrm -r x\n", "notiz.txt"),
    "text with another name": (b"alert(1)", "skript.js"),
    "text in latin-1": ("Grüße".encode("latin-1"), "notiz.txt"),
    "text with controls": (b"a\x1b[2Jb", "notiz.txt"),
    "pdf without an end": (b"%PDF-1.7\n" + bytes(2000), "halb.pdf"),
    "pdf and html": (b"%PDF-1.7\n<html><script>x()</script>\n%%EOF", "doppelt.pdf"),
    "pdf and zip": (PDF + zipped(a=b"x"), "doppelt.pdf"),
    "jpeg and html": (SAMPLES["jpeg"] + b"<html><script>x()</script>", "doppelt.jpg"),
    "png and zip": (SAMPLES["png"] + zipped(a=b"x"), "doppelt.png"),
    "webp and pdf": (SAMPLES["webp"][:30] + PDF, "doppelt.webp"),
    "plain zip": (zipped(a=b"x"), "archiv.docx"),
    "spreadsheet": (
        zipped(**{"[Content_Types].xml": b"spreadsheetml", "xl__workbook.xml": b""}),
        "tabelle.docx",
    ),
    "docx with macro": (added(docx(), "word/vbaProject.bin", b"x"), "makro.docx"),
    "odt with macro": (added(odt(), "Basic/Standard/Module1.xml", b"x"), "makro.odt"),
    "docx with program": (added(docx(), "word/media/a.EXE", b"MZ"), "makro.docx"),
    "archive in archive": (added(docx(), "word/inner.zip", zipped(a=b"x")), "matroschka.docx"),
    "path trick in archive": (added(docx(), "../../etc/cron.d/x", b"x"), "pfad.docx"),
    "entities in docx": (added(docx(), "word/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]>'), "lol.docx"),
    "bomb by ratio": (added(docx(), "word/null.xml", bytes(60 * 2**20)), "bombe.docx"),
    "bomb by count": (zipped(**{f"f{number}": b"" for number in range(1_001)}), "bombe.docx"),
    "half a docx": (docx()[:3_000], "halb.docx"),
}


@pytest.mark.requirement("RA-5.1.7-01")
@pytest.mark.parametrize("case", sorted(REFUSED))
def test_a_dangerous_or_broken_file_is_refused(case: str) -> None:
    data, name = REFUSED[case]
    with pytest.raises(FileRefused):
        inspect(data, name, EVERYTHING)


def test_a_member_whose_checksum_is_wrong_is_refused() -> None:
    stored = bytearray(zipped(**{"mimetype": MEDIA["odt"].type.encode(), "content.xml": b"<office/>"}))
    place = stored.index(b"content.xml") + len(b"content.xml")
    stored[place] ^= 0xFF
    with pytest.raises(FileRefused):
        inspect(bytes(stored), "kaputt.odt", DOCUMENTS)


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(FileRefused, match="zu groß"):
        inspect(PDF, "Plan.pdf", DOCUMENTS, at_most=len(PDF) - 1)


def test_a_refusal_is_a_sentence_of_the_glossary_with_types_and_size() -> None:
    with pytest.raises(FileRefused) as caught:
        inspect(b"", "leer.pdf", PICTURES)
    words = caught.value.sentence._kwargs  # without an application there is no catalogue to translate with
    assert (str(words["why"]), words["types"], words["size"]) == (
        "die Datei ist leer",
        "JPEG, PNG, WEBP",
        "20 MB",
    )


# names


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Plan.PDF", "Plan.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\fakepath\\Plan.pdf", "Plan.pdf"),
        ("Rechnung\u202efdp.exe", "Rechnungfdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie- x.pdf"),
        ('"><img src=x>.pdf', "---img src=x-.pdf"),
        ("zero\u200bwidth\x00.pdf", "zerowidth.pdf"),
        ("\ud800.pdf", "Datei.pdf"),
        ("...", "Datei.pdf"),
        ("", "Datei.pdf"),
        (".htaccess", "Datei.pdf"),
        ("Entwurf 2.1 vom 3.4.pdf", "Entwurf 2.1 vom 3.4.pdf"),
    ],
)
def test_a_shown_name_is_harmless(given: str, shown: str) -> None:
    assert display_name(given, "pdf") == shown


def test_a_shown_name_is_composed_and_at_most_120_characters_long() -> None:
    name = display_name(unicodedata.normalize("NFD", "ü") * 300, "pdf")
    assert name == "ü" * 116 + ".pdf"
