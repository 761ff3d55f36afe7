"""Staff read a text from a file after a look at it, and correct its sections by hand."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from participation.contributions.counters import recount
from participation.documents import importing, outlines
from participation.documents.models import Document, DocumentVersion
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.uploads import Upload
from participation.procedures.phases import change_phase

LAW = "# Gesetz zur Probe\n\n## § 1 Zweck\n\n(1) Dieses Gesetz dient der Probe.\n\n(2) Es tritt in Kraft.\n".encode()
NEW = "# Gesetz zur Probe\n\n## § 1 Zweck\n\n(1) Dieses Gesetz dient der Sache.\n".encode()
BASE = "/stadt/gesetz/text/a/prepare"


@pytest.fixture
def tenant(world):
    return world.tenant("stadt")


@pytest.fixture
def procedure(world, tenant):
    return world.procedure(tenant, slug="gesetz", module="text", stage="draft", begins=timedelta(days=9))


@pytest.fixture
def editor(world, client, tenant, procedure):
    person = world.staff(tenant, Role.EDITOR)
    world.log_in(client, person, staff=True)
    return person


@pytest.fixture
def text(world, procedure):
    with transaction():
        importing.import_text(world.activity(procedure), LAW, "probe.md")
    return world.again(procedure)


def token(client):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(BASE).text)[1]


def send(client, data=LAW, name="probe.md", **more):
    fields = {"csrf_token": token(client), "file": FileStorage(io.BytesIO(data), name)} | more
    boundary, body = encode_multipart(fields)
    return client.post(f"{BASE}/file", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def take(client, answer, number):
    key = answer.location.rpartition("=")[2]
    return client.post(f"{BASE}/text", data={"csrf_token": token(client), "upload": key, "number": str(number)})


def correct(client, key, do="save", **more):
    page = client.get(f"{BASE}/section/{key}").text
    hidden = dict(re.findall(r'name="(csrf_token|number)" type="hidden" value="([^"]+)"', page))
    words = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1].strip()
    kind = re.search(r'checked[^>]*name="kind"[^>]*value="(\w+)"', page)[1]
    label = re.search(r'name="label" type="text" value="([^"]*)"', page)[1]
    fields = hidden | {"text": words, "kind": kind, "label": label, "do": do} | more
    return client.post(f"{BASE}/section/{key}", data=fields)


def words_of(world, procedure):
    return [
        text for _key, _section, kind, text in outlines.section_texts(world.activity(procedure)) if kind != "heading"
    ]


@pytest.mark.requirement("RA-4.1-06")
def test_a_file_is_looked_at_before_it_becomes_the_text(world, client, editor, procedure):
    answer = send(client)
    assert answer.status_code == 303
    assert db.session.query(DocumentVersion).count() == 0
    page = client.get(answer.location).text
    assert "1 Paragraf" in page
    assert "Dieses Gesetz dient der Probe." in page
    assert take(client, answer, 0).location == f"{BASE}?done=text-taken"
    assert words_of(world, procedure) == ["(1) Dieses Gesetz dient der Probe.", "(2) Es tritt in Kraft."]
    assert db.session.query(Upload).count() == 0


@pytest.mark.requirement("RA-4.1-06")
def test_a_file_nobody_can_read_is_refused_with_a_sentence(world, client, editor, procedure):
    answer = client.get(send(client, b"\x00\xff", "probe.md").location)
    assert answer.status_code == 422
    assert "kein gültiges UTF-8" in answer.text
    assert send(client, b"", "leer.md").status_code == 422
    assert client.post(f"{BASE}/file", data={"csrf_token": token(client)}).status_code == 422
    assert send(client, b"x" * (23 * 2**20), "gross.md").status_code == 413
    assert db.session.query(DocumentVersion).count() == 0


def test_the_upload_of_somebody_else_is_404(world, app, client, tenant, editor):
    answer = send(client)
    other = app.test_client()
    world.log_in(other, world.staff(tenant, Role.EDITOR), staff=True)
    assert other.get(answer.location).status_code == 404


@pytest.mark.requirement("RA-4.1-06")
def test_a_corrected_section_is_a_new_version_with_the_same_key(world, client, editor, text):
    answer = correct(client, "p1-abs2", text="(2) Es tritt morgen in Kraft.")
    assert answer.status_code == 303
    outline = outlines.outline_of(world.activity(text))
    assert outline.number == 2
    assert outline.line("p1-abs2") is not None
    assert words_of(world, text)[1] == "(2) Es tritt morgen in Kraft."


@pytest.mark.requirement("RA-4.1-06")
def test_sections_are_split_joined_inserted_and_removed(world, client, editor, text):
    correct(client, "p1-abs2", "split", text="(2) Es tritt\n\nin Kraft.")
    assert words_of(world, text)[1:] == ["(2) Es tritt", "in Kraft."]
    correct(client, "p1-abs2", "join")
    assert words_of(world, text)[1:] == ["(2) Es tritt\nin Kraft."]
    correct(client, "p1-abs1", "insert", text="Ein Einschub.")
    assert words_of(world, text)[1] == "Ein Einschub."
    correct(client, "p1-abs2", "remove")
    assert words_of(world, text) == ["(1) Dieses Gesetz dient der Probe.", "Ein Einschub."]


def test_a_split_without_an_empty_line_and_a_missing_neighbour_are_said(world, client, editor, text):
    for do, sentence in (("split", "leere Zeile"), ("join", "kein Abschnitt mehr")):
        answer = correct(client, "p1-abs2", do)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert correct(client, "titel", "remove").status_code == 422
    assert outlines.outline_of(world.activity(text)).number == 1


def test_a_section_with_comments_is_not_removed(world, client, editor, text):
    world.contribution(text, place="p1-abs2")
    with transaction():
        recount()
    answer = correct(client, "p1-abs2", "remove")
    assert answer.status_code == 422
    assert "gibt es Kommentare" in answer.text
    assert correct(client, "p1-abs1", "join").status_code == 422
    assert "1 Kommentar steht an einem Abschnitt" in client.get(send(client, NEW).location).text


def test_two_editors_see_both_versions_and_nothing_is_overwritten(world, client, editor, text):
    page = client.get(f"{BASE}/section/p1-abs2").text
    hidden = dict(re.findall(r'name="(csrf_token|number)" type="hidden" value="([^"]+)"', page))
    correct(client, "p1-abs2", text="Der erste Stand.")
    late = hidden | {"text": "Der zweite Stand.", "label": "", "kind": "paragraph", "do": "save"}
    answer = client.post(f"{BASE}/section/p1-abs2", data=late)
    assert answer.status_code == 409
    assert "Der erste Stand." in answer.text
    assert "Der zweite Stand." in answer.text
    assert words_of(world, text)[1] == "Der erste Stand."
    meant = late | {"number": re.search(r'name="number" type="hidden" value="(\d+)"', answer.text)[1]}
    assert client.post(f"{BASE}/section/p1-abs2", data=meant).status_code == 303
    assert words_of(world, text)[1] == "Der zweite Stand."


def test_a_file_is_not_taken_over_a_version_that_was_not_seen(world, client, editor, text):
    answer = send(client, NEW)
    correct(client, "p1-abs2", text="Der erste Stand.")
    assert take(client, answer, 1).status_code == 409
    assert outlines.outline_of(world.activity(text)).number == 2


@pytest.mark.requirement("LP-10")
def test_while_a_statutory_period_runs_nothing_is_replaced(world, client, editor, text):
    before = send(client, NEW)
    with transaction():
        change_phase(world.phase(text), statutory=True)
    with transaction():
        phase = world.phase(text)
        phase.begins_at -= timedelta(days=10)
        phase.activity.procedure.stage = "running"
    assert "gesetzliche Frist" in client.get(BASE).text
    assert correct(client, "p1-abs2", text="(2) Anders.").location.startswith(f"{BASE}?section=p1-abs2&done=draft-")
    stamp = str(outlines.working_outline_of(world.activity(text)).stamp)
    assert take(client, before, stamp).location == f"{BASE}?done=draft-taken"
    page = client.get("/stadt/gesetz/-/manage/versions")
    assert "gesetzliche Frist" in page.text
    number = db.session.scalar(select(Document.id))
    review = client.get(f"/stadt/gesetz/-/manage/versions/{number}/publish").text
    hidden = dict(re.findall(r'name="(csrf_token|revision)" type="hidden" value="([^"]+)"', review))
    hidden.setdefault("csrf_token", token(client))
    answer = client.post(
        f"/stadt/gesetz/-/manage/versions/{number}/publish", data=hidden | {"checked": "y", "revision": "1"}
    )
    assert answer.status_code == 403
    assert words_of(world, text) == ["(1) Dieses Gesetz dient der Probe.", "(2) Es tritt in Kraft."]
    assert outlines.outline_of(world.activity(text)).number == 1


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.CASE_WORKER])
def test_only_editors_and_managers_prepare_a_text(world, client, tenant, text, role):
    world.log_in(client, world.staff(tenant, role), staff=True)
    assert client.get(BASE).status_code == 403
    assert client.get(f"{BASE}/section/p1-abs2").status_code == 403
