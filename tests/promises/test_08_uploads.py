"""Uploads are harmless: sixty files that should do harm, forty hostile names, and every door that takes a file."""

import ast
import io
import re
import resource
import subprocess
import sys

import pytest
from PIL import Image

from participation.contributions import attachments
from participation.contributions.intake_table import read_table
from participation.documents.reading import UnreadableFile, read
from participation.interfaces import Role
from participation.kernel import darkroom, images
from participation.kernel.db import db
from participation.kernel.files import STORED_NAME, FileRefused, display_name, file_store, inspect
from participation.kernel.images import page_of, shrink
from participation.kernel.media import DOCUMENTS, MEDIA, PICTURES
from participation.kernel.refusal import Invalid
from participation.procedures.entries import Entry
from participation.testing.pdf import packed_bomb, pdf
from participation.web.bodies import room_of
from tests.promises.odd_forms import ROOT
from tests.promises.upload_set import MARK, NAMES, PDF, SCRIPT, harmful, picture

HARMFUL = harmful()
# Templates with a field for files, and what becomes of a file there. A new one has to be named, and tried below.
FIELDS = {
    "pages/administration/look.html": "made anew",
    "pages/manage/picture.html": "made anew",
    "pages/contributions/draft.html": "kept",
    "pages/contents/form.html": "kept",
    "pages/intake/form.html": "kept",
    "pages/intake/choose.html": "read",
    "pages/keywords/index.html": "read",
    "pages/people/_people.html": "read",
    "text/prepare.html": "read",
    "ideas/import.html": "read",
    "pages/areas/show.html": "read",
    "pages/places/gazetteer.html": "read",
    "plan/setup.html": "made anew",  # its picture, a page of its PDF; its text is read
}
# Views that take more than a form, for a file; and code that puts bytes into the store.
VIEWS = {
    "contributions.draft",
    "contents.add",
    "contents.change",
    "intake.new",
    "intake.change",
    "intake.choose",
    "manage.picture",
    "text.send_file",
    "areas.send_file",
    "ideas.choose_files",
    "places.gazetteer",
    "plan.add",
    "plan.read_text",
}
STORING = {
    "participation/pages/contribution_files.py",
    "participation/pages/content_forms.py",
    "participation/pages/intake_forms.py",
    "modules/plan/seeds.py",
    "modules/plan/setup_views.py",
    "participation/procedures/entries.py",
    "participation/results/store.py",
    "participation/openness/outputs/making.py",
}
UNSAFE = (SCRIPT, b"alert(1)", MARK, b"MZ\x90", b"\x7fELF", b"<!ENTITY", b"/JavaScript", b"onload=", b"PK\x03\x04")


def doors():
    """Each way a file takes before it is stored or read: a function of bytes and name; it refuses by an exception."""
    kept = DOCUMENTS | PICTURES
    return {
        "a file with a contribution": lambda data, name: attachments.checked(data, name).data,
        "a document of the staff, a scan": lambda data, name: _anew(inspect(data, name, kept), data),
        "a picture, a logo": lambda data, _name: shrink(data, longest=480).data,
        "a plan, as PDF or picture": lambda data, _name: page_of(data, longest=480).data,
        "a table of letters": lambda data, name: [line.cells for line in read_table(data, name).lines] and b"",
        "a text of a law": lambda data, name: read(data, name) and b"",
    }


def _anew(found, data):
    return shrink(data).data if found.media_type.startswith("image/") else data


def test_no_file_of_the_set_comes_out_of_a_door_as_it_went_in(figure):
    assert len(HARMFUL) == 60
    through, unsafe = 0, []
    for door, take in doors().items():
        for name, data in HARMFUL.items():
            try:
                out = take(data, name)
            except (FileRefused, Invalid, UnreadableFile):
                continue
            through += 1
            if any(mark in out for mark in UNSAFE):
                unsafe.append(f"{name} by {door}")
    figure(f"60 files by {len(doors())} ways: {len(unsafe)} stored unsafe, {through} made anew or read as plain text")
    assert unsafe == []
    assert through < 25  # the pictures with a place; pictures with something behind them, made anew


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_back_without_its_place(kind):
    made = shrink(HARMFUL[f"located.{kind.lower()}"])
    assert MARK not in made.data
    assert dict(Image.open(io.BytesIO(made.data)).getexif()) == {}


def test_pictures_are_decoded_in_a_process_of_their_own_with_little_memory(monkeypatch, figure):
    data, seen, run = picture("PNG", (6_000, 5_000)), [], subprocess.run
    monkeypatch.setattr(images.subprocess, "run", lambda command, **more: seen.append(command) or run(command, **more))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = shrink(data)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert seen[0][:3] == (sys.executable, "-m", "participation.kernel.darkroom")
    assert max(made.width, made.height) == 1_600
    assert darkroom.MEMORY <= 512 * 2**20
    program = "from participation.kernel import darkroom; darkroom.limit(); bytearray(600 * 2**20)"
    limited = run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    figure(f"30 megapixels in a helper process: {grown // 1024} MB more in ours; it gets at most 512 MB")
    assert b"MemoryError" in limited.stderr
    assert grown < 50 * 1024


def test_a_page_of_a_pdf_is_drawn_in_a_process_of_its_own_and_nothing_else_of_the_file_comes_back(monkeypatch, figure):
    data, seen, run = pdf(box="0 0 2384 3370", words=b"/Note(" + MARK + b")"), [], subprocess.run
    monkeypatch.setattr(images.subprocess, "run", lambda command, **more: seen.append(command) or run(command, **more))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = page_of(data, longest=4_000)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert seen[0][:3] == (sys.executable, "-m", "participation.kernel.darkroom_pages")
    assert (made.width, made.height) == (2_830, 4_000)
    assert MARK in data
    assert MARK not in made.data
    figure(f"a page of A0 in a helper process: {grown // 1024} MB more in ours")
    assert grown < 50 * 1024


def test_pages_that_are_bombs_are_refused_with_little_memory(figure):
    bombs = [packed_bomb(900), pdf(box="0 0 14400 14400"), pdf(box="0 0 1000000000 1000000000"), pdf(box="0 0 0 0")]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for bomb in bombs:
        with pytest.raises(FileRefused):
            page_of(bomb, longest=4_000)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    figure(f"{len(bombs)} PDF files of monstrous pages: refused, {grown} MB more memory")
    assert grown <= 50


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_bombs_are_refused_with_little_memory(app, figure):
    before, bombs = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, [name for name in HARMFUL if "bomb" in name]
    for name in bombs:
        with pytest.raises(FileRefused):
            inspect(HARMFUL[name], name, DOCUMENTS | {"xlsx"})
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    figure(f"{len(bombs)} archives of 101 MB unpacked: refused, {grown} MB more memory")
    assert grown <= 50


def test_no_hostile_name_survives():
    assert len(set(NAMES)) == 40
    for name in NAMES:
        for media in MEDIA.values():
            shown = display_name(name, media.extension)
            assert shown.endswith(f".{media.extension}")
            assert len(shown) <= 120
            assert not set('<>:"|?*\\/\r\n\x00\u202e\u2066\u200b') & set(shown), name
            assert not shown.startswith("."), name


def test_every_place_that_takes_or_stores_files_is_known(app, figure):
    folders = (ROOT / "templates", *(ROOT / "modules").glob("*/templates"))
    found = {
        str(path.relative_to(folder))
        for folder in folders
        for path in folder.rglob("*.html")
        if re.search(r"multipart/form-data|type=\"file\"", path.read_text("utf-8"))
    } - {"components/upload.html"}
    assert found == set(FIELDS), "name it in FIELDS, and let the set go through it"
    views = {endpoint for endpoint, view in app.view_functions.items() if (room_of(view) and room_of(view).file)}
    assert views == VIEWS
    code = [path for folder in ("participation", "modules") for path in (ROOT / folder).rglob("*.py")]
    assert {str(path.relative_to(ROOT)) for path in code if "tests" not in path.parts and _stores(path)} <= STORING
    spec = app.test_client().get("/api/v1/openapi.json").json["paths"]
    kinds = {
        kind
        for path in spec.values()
        for call in path.values()
        if isinstance(call, dict)
        for kind in call.get("requestBody", {}).get("content", {})
    }
    assert kinds == {"application/json"}
    figure(f"{len(found)} fields for files, {len(views)} views with room for one, 0 calls of the interface")


def _stores(path):
    """Whether code calls `put` or `take` of the store."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    names = [call for call in calls if isinstance(call, ast.Attribute) and call.attr in ("put", "take")]
    return any("file_store" in ast.unparse(call.value) for call in names)


class Desk:
    """Somebody who may use every field for files of a procedure."""

    def __init__(self, world, client):
        self.procedure = world.procedure(world.tenant("stadt"), slug="plan", module="text", stage="draft", kinds=[])
        ideas = world.procedure(self.procedure.tenant, slug="rad", module="ideas", stage="draft")
        self.ideas = world.activity(ideas).id
        world.procedure(self.procedure.tenant, slug="platz", module="plan", stage="draft")
        self.client = client
        world.log_in(client, world.staff(self.procedure.tenant, Role.TENANT_ADMIN), staff=True)

    def send(self, path, field, data, name, **fields):
        """A file with the fields a form needs."""
        values = {
            "title": "Titel",
            "audience": "both",
            "when": "now",
            "version": "0",
            "picture_alt": "Bild",
            "name": "Amt",
            "colour": "#00538a",
            "contact_email": "a@b.example",
            "logo_alt": "Logo",
            "legend": "Legende",
            "kind": "picture",
            "south_west": "50.71 7.08",
            "north_east": "50.74 7.12",
        }
        sent = values | fields | {field: (io.BytesIO(data), name)}
        answer = self.client.post(path.format(ideas=self.ideas), data=sent, content_type="multipart/form-data")
        db.session.rollback()
        return answer


@pytest.fixture
def desk(world, client, monkeypatch):
    monkeypatch.setattr("flask_wtf.csrf.validate_csrf", lambda *_values, **_more: None)
    return Desk(world, client)


PLACES = {
    "/stadt/plan/-/manage/contents/new/document": "file",
    "/stadt/plan/-/manage/picture": "picture",
    "/stadt/-/settings/look": "logo",
    "/stadt/plan/text/a/prepare/file": "file",
    "/stadt/platz/plan/a/setup": "file",
    "/stadt/platz/plan/a/setup/text": "file",
    "/stadt/rad/ideas/a/setup/import": "file",
    "/stadt/rad/-/manage/formats/{ideas}/areas/area/file": "file",
    "/stadt/-/settings/places": "file",
}
SOME = ("script.svg", "png-with-page.png", "page.html", "program.pdf", "macro.docx", "script.pdf", "nested.zip")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", PLACES)
def test_a_page_refuses_what_the_door_refuses_and_stores_nothing_of_it(desk, path):
    store = file_store().root
    before = {file for file in store.rglob("*") if file.is_file()}
    for name in SOME:
        answer = desk.send(path, PLACES[path], HARMFUL[name], name)
        shown = desk.client.get(answer.location) if answer.status_code in (302, 303) else answer
        assert shown.status_code in (200, 422), (name, shown.status_code)
        assert b"alert(1)" not in shown.data
    added = {file for file in store.rglob("*") if file.is_file()} - before  # a picture that was made anew
    assert not added or path.endswith("/plan/a/setup")
    assert not [word for file in added for word in UNSAFE if word in file.read_bytes()]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_stored_file_is_sent_as_an_attachment_that_can_do_nothing(desk):
    for name in NAMES[::4]:
        desk.send("/stadt/plan/-/manage/contents/new/document", "file", PDF, f"{name}.pdf")
    stored = {row.id: row.stored_name for row in db.session.query(Entry).where(Entry.stored_name.is_not(None))}
    assert len(set(stored.values())) == len(stored) > 0
    assert all(STORED_NAME.fullmatch(name) for name in stored.values())
    for number in stored:
        answer = desk.client.get(f"/stadt/plan/-/documents/{number}")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert not set("\r\n\x00") & set(answer.headers["Content-Disposition"])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["../x", "..%2f..%2fsecret", "%2e%2e/%2e%2e/etc/passwd", "a" * 31, "A" * 32, "a" * 33])
def test_no_spelling_of_a_name_reaches_another_file(desk, name):
    for path in (f"/stadt/plan/-/files/{name}", f"/stadt/plan/-/documents/{name}", f"/static/{name}"):
        assert desk.client.get(path).status_code == 404
