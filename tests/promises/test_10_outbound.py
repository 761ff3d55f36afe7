"""The server calls nobody: no code can, no page, job, import or rendering does, however an address is spelt.

One door leads out, `kernel/outbound.py`: closed by default, and open only for hosts that the operator names. The tricks
go into it with such a list, and into everything that takes an address.
"""

import ast
import io
import socket
import zipfile

import docx
import openpyxl
import pytest

from participation.contributions.intake_table import read_table
from participation.documents.reading import UnreadableFile, read
from participation.kernel.config import load
from participation.kernel.files import FileRefused, inspect
from participation.kernel.images import shrink
from participation.kernel.media import DOCUMENTS, PICTURES
from participation.kernel.outbound import NoAnswer, NotAllowed, fetch_json
from participation.kernel.outbox import work_off
from participation.kernel.refusal import Invalid
from participation.kernel.text import render, render_rich
from participation.openness.blocks import Document, Paragraph
from participation.openness.writing_pdf import write_pdf
from tests.promises.crawling import Walk
from tests.promises.odd_forms import ROOT
from tests.promises.outbound import TRICKS, Canary, watched
from tests.promises.upload_set import PDF, picture, related, saved, with_parts

CALLERS = {
    "aiohttp",
    "asyncio",
    "boto3",
    "ftplib",
    "grpc",
    "http",
    "httpcore",
    "httpx",
    "imaplib",
    "nntplib",
    "obstore",
    "paramiko",
    "poplib",
    "pycurl",
    "redis",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "webbrowser",
    "websocket",
    "websockets",
    "xmlrpc",
}
MAY_CALL = {
    "participation/kernel/mail.py": {"smtplib", "ssl"},  # the mail server of the configuration alone
    "participation/kernel/outbound.py": {"http", "ssl"},  # hosts of the configuration alone; none by default
}
LIKE_THE_NAME = (
    "http://geocoder.example@127.0.0.1:PORT/a",
    "http://geocoder.example:PORT/a",
    "http://geocoder.example.127.0.0.1.nip.example/a",
    "http://geocoder.example./a",
    "http://GEOCODER.example/a",
    "http://geocoder.example\\@127.0.0.1:PORT/a",
    "http://geocoder.example/a\r\nHost: 127.0.0.1",
    "http://geocoder.example /a",
    "ftp://geocoder.example/a",
    "//geocoder.example/a",
)
DESERIALISERS = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}


@pytest.fixture
def canary():
    made = Canary()
    yield made
    made.close()


def imported(path):
    """What a file imports, by its whole name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def product():
    """The code of the platform without its test kit, by path."""
    code = [
        ROOT / "app.py",
        *(path for folder in ("participation", "modules") for path in (ROOT / folder).rglob("*.py")),
    ]
    paths = {str(path.relative_to(ROOT)): path for path in code}
    return {name: path for name, path in paths.items() if "/tests/" not in name and "/testing/" not in name}


def uses(path, libraries):
    """Which of the libraries a file imports."""
    names = set(imported(path))
    return {library for library in libraries for name in names if name == library or name.startswith(f"{library}.")}


def test_no_code_can_call_another_machine_but_two_ports(figure):
    files = product()
    found = {name: uses(path, CALLERS) - MAY_CALL.get(name, set()) for name, path in files.items()}
    found = {name: libraries for name, libraries in found.items() if libraries}
    figure(f"{len(files)} files: {len(found)} import a library that could call, beside the two ports")
    assert found == {}


def test_by_default_no_host_may_be_called(app):
    assert load({"data_folder": app.config["SETTINGS"]["data_folder"]})["outbound_hosts"] == []
    assert load({"data_folder": app.config["SETTINGS"]["data_folder"]})["geocoder_url"] == ""


def test_with_an_allow_list_no_spelling_leads_elsewhere(app, canary, monkeypatch, figure):
    monkeypatch.setitem(app.config["SETTINGS"], "outbound_hosts", ["geocoder.example", "geocoder.example:8443"])
    refused = 0
    with watched() as heard:
        for trick in canary.tricks:
            with pytest.raises(NotAllowed):
                fetch_json(trick)
            refused += 1
        for trick in LIKE_THE_NAME:
            with pytest.raises(NotAllowed):
                fetch_json(trick.replace("PORT", str(canary.port)))
    figure(
        f"with an allow-list {refused} of {len(TRICKS)} tricks refused, and {len(LIKE_THE_NAME)} that resemble its name"
    )
    assert (canary.heard, heard) == ([], [])


def test_the_door_opens_for_the_host_that_is_named(app, canary, monkeypatch):
    """So that refusing means something: the listener is called, and says nothing that could be used."""
    monkeypatch.setitem(app.config["SETTINGS"], "outbound_hosts", [f"127.0.0.1:{canary.port}"])
    with pytest.raises(NoAnswer):
        fetch_json(f"http://127.0.0.1:{canary.port}/search")
    assert len(canary.heard) == 1


def test_nothing_stored_is_turned_into_code_or_objects_again():
    assert {name: uses(path, DESERIALISERS) for name, path in product().items() if uses(path, DESERIALISERS)} == {}


def test_no_page_and_no_job_calls_anybody(planted, figure, form, sized):
    places = sized(test=planted.few, quick=planted.few, full=None)
    pages = 0
    with watched() as heard:
        for role in sized(test=("visitor",), quick=("visitor", "resident", "operator"), full=sorted(planted.people)):
            pages += sum(1 for _page in Walk(planted.app, planted.client(role), places, quick=form != "full").pages())
        with planted.app.app_context():
            work_off()
    figure(f"{pages} pages and all jobs: {len(heard)} connections")
    assert pages > 30
    assert heard == []


def html(address):
    return (
        f'<!DOCTYPE html SYSTEM "{address}"><html><head><base href="{address}"><link rel="stylesheet" href="{address}">'
        f'<script src="{address}"></script></head><body background="{address}"><h1>A</h1><p>b<img src="{address}">'
        f'<iframe src="{address}"></iframe><svg><image href="{address}"/></svg><a ping="{address}">c</a>'
    ).encode()


def entity(address):
    """A Word document whose text is said to stand elsewhere."""
    words = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % b SYSTEM "{address}"> %b;]><a/>'.encode()
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(docx.Document()))) as sound, zipfile.ZipFile(made, "w") as changed:
        for name in sound.namelist():
            changed.writestr(name, words if name == "word/document.xml" else sound.read(name))
    return made.getvalue()


def table(address):
    """A table whose cells and links lead elsewhere."""
    book = openpyxl.Workbook()
    book.active.append(["Eingangsweg", "Eingegangen am", "Text"])
    book.active.append(["Brief", "14.12.2026", f'=WEBSERVICE("{address}")'])
    book.active.append(["Brief", "14.12.2026", f"='[{address}]a'!A1"])
    words = f'<Relationship Id="r1" Type="x/externalLinkPath" Target="{_xml(address)}" TargetMode="External"/>'
    relations = f"<Relationships>{words}</Relationships>"
    return with_parts(saved(book), {"xl/externalLinks/_rels/externalLink1.xml.rels": relations})


def _xml(address):
    return address.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def places():
    """Everything that is given an address: what it does with it."""
    return {
        "a contribution": lambda trick: render(f"[a]({trick}) ![b]({trick}) <{trick}> {trick}"),
        "a text of the staff": lambda trick: render_rich(f"[a]({trick}) ![b]({trick}) <{trick}>\n\n[c]: {trick}"),
        "a law in Markdown": lambda trick: read(f"# A\n\n![b]({trick}) [c]({trick})".encode(), "a.md"),
        "a law in HTML": lambda trick: read(html(trick), "a.html"),
        "a law in Word": lambda trick: read(related("image", _xml(trick)), "a.docx"),
        "a law in Word, by entity": lambda trick: read(entity(trick), "a.docx"),
        "a document": lambda trick: inspect(related("attachedTemplate", _xml(trick)), "a.docx", DOCUMENTS | PICTURES),
        "a PDF": lambda trick: inspect(PDF.replace(b"/Catalog", f"/Catalog/URI({trick})".encode()), "a.pdf", DOCUMENTS),
        "a table": lambda trick: list(read_table(table(trick), "a.xlsx").lines),
    }


def test_no_spelling_of_an_address_is_fetched(canary, figure):
    assert len(TRICKS) == 40
    refused = 0
    with watched() as heard:
        for use in places().values():
            for trick in canary.tricks:
                try:
                    use(trick)
                except (UnreadableFile, FileRefused, Invalid):
                    refused += 1
    figure(f"40 of 40 tricks in {len(places())} places that take an address: {len(canary.heard)} fetched")
    assert canary.heard == []
    assert heard == []
    assert refused > 0


def test_a_file_that_is_set_as_pdf_fetches_nothing(app, canary, tmp_path):
    said = [f'{trick} #image("{trick}") #read("{trick}") #link("{trick}")' for trick in canary.tricks]
    write_pdf(
        tmp_path / "a.pdf",
        Document(title="Titel", author="Amt", subject="", blocks=iter([Paragraph(words) for words in said])),
    )
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert canary.heard == []


def test_a_picture_that_names_an_address_fetches_nothing(canary):
    shrink(picture("JPEG", comment=html(canary.tricks[0])))
    with pytest.raises(FileRefused):
        shrink(b'<svg xmlns="http://www.w3.org/2000/svg"><image href="' + canary.tricks[0].encode() + b'"/></svg>')
    assert canary.heard == []


def test_the_canary_would_hear(canary):
    """So that silence means something."""
    with watched() as heard, socket.create_connection(("127.0.0.1", canary.port), 5) as caller:
        caller.recv(1)
    assert heard
    assert canary.heard
