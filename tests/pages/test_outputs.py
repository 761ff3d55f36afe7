"""Outputs in the workspace and the public synopsis: who gets what, with which warning, and what the log says."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.outbox import work_off
from participation.openness.outputs.models import Output
from participation.results.models import Result


@pytest.fixture
def place(world):
    """A procedure with a contribution, a case worker, and the address of its outputs."""
    procedure = world.procedure(title="Der Platz", stage="evaluation")
    world.contribution(procedure, world.person("Annemarie Klarname"), source="Mehr Bäume.")
    worker = world.staff(procedure.tenant, Role.CASE_WORKER, procedure)
    return procedure, worker, f"/{procedure.tenant.slug}/{procedure.slug}/-/manage/outputs"


def post(client, url, page=None, **values):
    """Send a form as the page at `page` holds it."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page or url).text)[1]
    return client.post(url, data={"csrf_token": token} | values)


def done():
    db.session.rollback()
    work_off()
    return db.session.scalars(select(Output).order_by(Output.id.desc())).first()


def fetched():
    return list(
        db.session.scalars(
            select(EventRow.actor_id).where(EventRow.name == "openness.output_fetched").order_by(EventRow.id)
        )
    )


@pytest.mark.requirement("RA-4.1-09", "RA-4.4-05", "RA-3-29")
def test_one_click_makes_a_file_that_is_taken_with_a_line_in_the_log(world, client, place):
    _procedure, worker, url = place
    world.log_in(client, worker)
    assert "Noch nichts angefordert" in client.get(url).text
    asked = post(client, url, kind="synopsis", format="csv", names="pseudonymised")
    assert asked.status_code == 302
    page = client.get(asked.location)
    assert "Wartet" in page.text
    assert "Stand neu laden" in page.text
    number = done().id
    assert "Fertig" in client.get(url).text
    assert client.get(f"{url}/state").json == {str(number): {"state": "done", "percent": 99}}
    file = post(client, f"{url}/{number}/file", url)
    assert file.headers["Content-Disposition"].endswith("-synopse-pseudonymisiert.csv")
    rows = list(csv.DictReader(io.StringIO(file.text[1:], newline=""), delimiter=";"))
    assert [(row["contribution"], row["author"]) for row in rows] == [("Mehr Bäume.", "Person 1")]
    assert fetched() == [worker.id]


@pytest.mark.requirement("RA-4.4-05")
def test_names_leave_after_a_warning_with_a_reason_that_the_log_keeps(world, client, place):
    procedure, worker, url = place
    world.log_in(client, worker)
    warned = client.get(f"{url}/with-names?kind=synopsis&format=json")
    assert "Diese Datei nennt Menschen" in warned.text
    led = post(client, url, kind="synopsis", format="json", names="names")
    assert led.location.endswith("/with-names?kind=synopsis&format=json")
    assert post(client, led.location, reason="kurz").status_code == 422
    assert done() is None
    assert post(client, led.location, reason="Abschrift für die Akte 61-3").status_code == 302
    text = post(client, f"{url}/{done().id}/file", url).text
    assert "Annemarie Klarname" in text
    world.log_in(client, world.staff(procedure.tenant, Role.MANAGER))
    log = client.get(url.replace("outputs", "log/"), query_string={"kind": "outputs"}).text
    assert "Ausgabe heruntergeladen" in log
    assert "Abschrift für die Akte 61-3" in log
    assert "mit Namen" in log


def test_nobody_but_staff_of_the_procedure_gets_at_it(world, client, place):
    procedure, worker, url = place
    world.log_in(client, worker)
    post(client, url, kind="synopsis", format="csv", names="pseudonymised")
    number = done().id
    other = world.procedure(procedure.tenant)
    colleague = world.staff(other.tenant, Role.CASE_WORKER, other)
    strangers = (world.person(), colleague, world.staff(world.tenant(), Role.MANAGER))
    home = "/-/account/delete"
    for stranger in strangers:
        world.log_in(client, stranger)
        assert post(client, f"{url}/{number}/file", home).status_code in (403, 404)
        assert client.get(url).status_code in (403, 404)
    elsewhere = f"/{other.tenant.slug}/{other.slug}/-/manage/outputs"
    world.log_in(client, colleague)
    assert post(client, f"{elsewhere}/{number}/file", elsewhere).status_code == 404
    assert fetched() == []


def test_what_failed_is_said_and_can_be_tried_again_and_a_file_can_go_early(world, client, place):
    _procedure, worker, url = place
    world.log_in(client, worker)
    post(client, url, kind="synopsis", format="csv", names="public")
    with transaction():
        found = db.session.scalars(select(Output)).one()
        found.state, found.sentence, found.attempts = "failed", "Die Datei ließ sich nicht erstellen.", 3
        number = found.id
    page = client.get(url).text
    assert "Noch einmal versuchen" in page
    assert "Die Datei ließ sich nicht erstellen." in page
    assert post(client, f"{url}/{number}/again", url).status_code == 302
    assert done().state == "done"
    assert post(client, f"{url}/{number}/discard", url).status_code == 302
    assert post(client, f"{url}/{number}/file", url).status_code == 410
    assert "Abgelaufen" in client.get(url).text


def test_what_there_is_not_is_refused_in_words(world, client, place):
    _procedure, worker, url = place
    world.log_in(client, worker)
    answer = post(client, url, kind="archive", format="zip", names="public")
    assert answer.status_code == 422
    assert "Diese Ausgabe gibt es nicht" in answer.text
    assert client.get(f"{url}/with-names?kind=nothing&format=csv").status_code == 404
    assert post(client, f"{url}/99/file", url).status_code == 404


@pytest.fixture
def published(world, place):
    """The same procedure with a published result, and the address of its synopsis."""
    procedure = place[0]
    with transaction():
        where = {"tenant_id": procedure.tenant_id, "procedure_id": procedure.id}
        at = procedure.created_at
        db.session.add(Result(**where, number=1, state="published", decision="So.", computed_at=at, published_at=at))
    return place[2].replace("manage/outputs", "synopsis")


@pytest.mark.requirement("RA-3-29")
def test_everybody_reads_the_synopsis_of_a_published_result_in_pages(world, client, place, published, monkeypatch):
    monkeypatch.setattr("participation.pages.synopsis.PAGE", 2)
    for number in range(4):
        world.contribution(place[0], source=f"Text {number}")
    first = client.get(published)
    assert [words in first.text for words in ("Mehr Bäume.", "Text 0", "Text 1")] == [True, True, False]
    following = first.text.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    second = client.get(following)
    assert [words in second.text for words in ("Text 0", "Text 1", "Text 2")] == [False, True, True]
    data = client.get(f"{published}/data.csv")
    assert len(list(csv.DictReader(io.StringIO(data.text[1:]), delimiter=";"))) == 5
    assert len(client.get(f"{published}/data.json").json["rows"]) == 5


def test_without_a_published_result_there_is_no_public_synopsis(client, place):
    url = place[2].replace("manage/outputs", "synopsis")
    assert [client.get(f"{url}{path}").status_code for path in ("", "/data.csv", "/1/file")] == [404, 404, 404]
