"""Notices, questions and documents of a procedure."""

from datetime import timedelta
from io import BytesIO

import pytest

from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import db, transaction
from participation.procedures import entries
from participation.procedures.content import dump, load
from participation.procedures.entries import Entry, Fields

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def desk(world, client):
    procedure = world.procedure()
    world.log_in(client, world.staff(procedure.tenant, Role.EDITOR), staff=True)
    return procedure


def at(procedure, path=""):
    return f"/{procedure.tenant.slug}/{procedure.slug}/-/manage/contents{path}"


def send(client, url, **values):
    page = client.get(url).get_data(as_text=True)
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    fields = {"audience": "both", "when": "now", "version": "0"}
    return client.post(url, data=fields | {"csrf_token": token} | values, content_type="multipart/form-data")


def public(client, procedure):
    client.delete_cookie("s")
    return client.get(f"/{procedure.tenant.slug}/{procedure.slug}/").get_data(as_text=True)


@pytest.mark.requirement("RA-3-16")
def test_an_editor_writes_a_notice_and_a_question_and_everybody_reads_them(desk, client):
    assert send(client, at(desk, "/new/notice"), title="Neuer Termin", source="Wir treffen uns.").status_code == 302
    send(client, at(desk, "/new/question"), title="Wer darf mitmachen?", source="Alle.")
    assert "Neuer Termin" in client.get(at(desk)).get_data(as_text=True)
    page = public(client, desk)
    assert "Wir treffen uns." in page
    assert "Wer darf mitmachen?" in page


@pytest.mark.requirement("RA-3-16")
def test_a_notice_appears_on_its_day(desk, client):
    day = today() + timedelta(days=3)
    send(client, at(desk, "/new/notice"), title="Später", source="Erst dann.", when="on", day=day.isoformat())
    send(client, at(desk, "/new/notice"), title="Nie", source="Noch nicht.", when="later")
    assert "Erst dann." not in public(client, desk)
    shown = entries.public_entries(desk, institution=False, on=day)
    assert [entry.title for entry in shown] == ["Später"]


@pytest.mark.requirement("RA-3-17")
def test_a_notice_for_institutions_is_not_for_the_public(desk, client):
    send(client, at(desk, "/new/notice"), title="Intern", source="Nur für TöB.", audience="institutions")
    assert "Nur für TöB." not in public(client, desk)
    assert [entry.title for entry in entries.public_entries(desk, institution=True)] == ["Intern"]


@pytest.mark.requirement("RA-4.1-07")
def test_a_document_is_uploaded_and_downloaded_without_a_log_in(desk, client):
    file = (BytesIO(PDF), "Gutachten.pdf")
    assert send(client, at(desk, "/new/document"), title="Gutachten", file=file).status_code == 302
    page = public(client, desk)
    address = page.partition("/-/documents/")[2].partition('"')[0]
    answer = client.get(f"/{desk.tenant.slug}/{desk.slug}/-/documents/{address}")
    assert answer.data == PDF
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_program_is_refused_at_its_field_and_what_was_typed_stays(desk, client):
    file = (BytesIO(b"MZ\x90\x00 program"), "setup.exe")
    answer = send(client, at(desk, "/new/document"), title="Programm", file=file)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Programm"' in page
    assert 'id="file-error"' in page


def test_of_two_editors_the_second_sees_both_texts(desk, client):
    with transaction():
        entry = entries.add_entry(desk, "notice", Fields("Titel", "Erster Stand.", "both", today()))
    number = entry.id
    with transaction():
        entries.change_entry(desk, entry, Fields("Titel", "Von jemand anderem.", "both", today()), version=1)
    answer = send(client, at(desk, f"/{number}"), title="Titel", source="Mein Text.", version="1")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Von jemand anderem." in page
    assert "Mein Text." in page
    assert db.session.get(Entry, number).source == "Von jemand anderem."


@pytest.mark.requirement("LP-10")
def test_while_a_statutory_period_runs_a_public_document_is_not_replaced(desk, world, client):
    send(client, at(desk, "/new/document"), title="Plan", file=(BytesIO(PDF), "plan.pdf"))
    with transaction():
        world.phase(desk).statutory = True
    entry = entries.entries_of(desk)[0]
    file = (BytesIO(PDF + b" "), "neu.pdf")
    answer = send(client, at(desk, f"/{entry.id}"), title="Plan", version="1", file=file)
    assert answer.status_code == 422
    assert "gesetzliche Frist" in answer.get_data(as_text=True)
    assert client.post(at(desk, f"/{entry.id}/remove")).status_code in (400, 422)


def test_entries_go_with_a_copy_and_are_not_public_there(desk, world, client):
    send(client, at(desk, "/new/document"), title="Gutachten", file=(BytesIO(PDF), "g.pdf"))
    send(client, at(desk, "/new/notice"), title="Neu", source="Text")
    data = dump(world.again(desk))
    with transaction():
        copy = load(desk.tenant, data, slug="kopie").procedure
    found = entries.entries_of(copy)
    assert [(entry.kind, entry.publish_on) for entry in found] == [("notice", None), ("document", None)]
    assert found[1].stored_name != entries.entries_of(desk)[1].stored_name


def test_a_moderator_edits_nothing(desk, world, client):
    world.log_in(client, world.staff(desk.tenant, Role.MODERATOR), staff=True)
    assert client.get(at(desk)).status_code == 403


def test_a_document_of_another_procedure_or_day_is_not_there(desk, world, client):
    send(client, at(desk, "/new/document"), title="Später", when="later", file=(BytesIO(PDF), "g.pdf"))
    number = entries.entries_of(desk)[0].id
    other = world.procedure(desk.tenant)
    client.delete_cookie("s")
    for procedure in (desk, other):
        assert client.get(f"/{procedure.tenant.slug}/{procedure.slug}/-/documents/{number}").status_code == 404
    assert now()
