"""Staff take ideas over in the browser: choose files, look at what would come of them, take all of it or nothing."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.db import db
from participation.kernel.events import EventRow
from participation.kernel.uploads import Upload

DATA = Path(__file__).parent / "data"
PROPOSALS, COMMENTS = ((DATA / name).read_bytes() for name in ("proposals.csv", "comments.csv"))
BASE = "/stadt/rad/ideas/a/setup/import"


@pytest.fixture
def tenant(world):
    return world.tenant("stadt")


@pytest.fixture(autouse=True)
def procedure(world, tenant):
    return world.procedure(tenant, slug="rad", module="ideas", stage="draft", begins=timedelta(days=9))


@pytest.fixture
def editor(world, client, tenant):
    person = world.staff(tenant, Role.EDITOR)
    world.log_in(client, person, staff=True)
    return person


def send(client, **files):
    """Choose files by name; the answer leads to the look."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(BASE).text)
    fields = {"csrf_token": found[1]} | {
        name: FileStorage(io.BytesIO(data), filename=f"{name}.csv") for name, data in files.items()
    }
    boundary, body = encode_multipart(fields)
    return client.post(BASE, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def press(client, address):
    """The button below the look."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)[1]
    return client.post(address, data={"csrf_token": token})


def kept():
    return db.session.scalar(select(func.count()).select_from(Contribution))


def test_files_are_looked_at_before_anything_is_taken_over(client, editor):
    answer = send(client, ideas=PROPOSALS, comments=COMMENTS)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert (page.status_code, page.headers["Cache-Control"], kept()) == (200, "no-store", 0)
    for words in ("25 Ideen", "59 Antworten", "16 Stimmen als Summe", "Neue Kategorien: ", "Spalten bleiben weg: "):
        assert words in page.text
    done = press(client, answer.location)
    assert (done.status_code, done.location) == (303, "/stadt/rad/ideas/a/?done=ideas-taken")
    assert kept() == 84
    assert db.session.query(Upload).count() == 0
    events = select(EventRow).where(EventRow.name == "contributions.contributions_imported")
    event = db.session.scalars(events.order_by(EventRow.id)).one()
    assert (event.actor_id, event.data["rows"]) == (editor.id, 84)
    assert client.get(answer.location).status_code == 404


def test_comments_may_come_later(client, editor):
    press(client, send(client, ideas=PROPOSALS).location)
    answer = send(client, comments=COMMENTS)
    assert "59 Antworten" in client.get(answer.location).text
    press(client, answer.location)
    assert kept() == 84


def test_bad_rows_are_named_and_there_is_no_button(client, editor):
    answer = send(client, ideas=b"title,lat,lon\nGut,50.7,7.1\nA,7.0986,50.7352\nB,91,7\n")
    page = client.get(answer.location).text
    assert "2 Zeilen mit Fehlern" in page
    assert "Zeile 3" in page
    assert "vertauscht" in page
    assert "Alles übernehmen" not in page
    assert press_anyway(client, answer.location).status_code == 422
    assert kept() == 0


def press_anyway(client, address):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(BASE).text)[1]
    return client.post(address, data={"csrf_token": token})


def test_a_file_that_is_none_gets_a_sentence(client, editor):
    answer = client.get(send(client, ideas=b'<?xml version="1.0"?><kml></kml>').location)
    assert (answer.status_code, "Das ist KML" in answer.text) == (422, True)
    answer = client.get(send(client, ideas=b"\x89PNG\x00<script>alert(1)</script>").location)
    assert (answer.status_code, "keine Tabelle" in answer.text) == (422, True)
    assert (send(client).status_code, send(client, ideas=b"").status_code) == (422, 422)


def test_a_file_that_is_too_large_is_refused_with_a_sentence(client, editor):
    for size in (11, 23):
        answer = send(client, ideas=b"x" * (size * 2**20))
        assert (answer.status_code, "Die Datei ist zu groß" in answer.text) == (422, True)


def test_the_same_file_again_has_nothing_to_take_over(client, editor):
    press(client, send(client, ideas=PROPOSALS).location)
    page = client.get(send(client, ideas=PROPOSALS).location).text
    assert "25 Zeilen sind schon hier" in page
    assert "nichts zu übernehmen" in page


def test_only_those_who_prepare_may_and_nobody_sees_the_files_of_others(world, app, client, tenant, editor):
    answer = send(client, ideas=PROPOSALS)
    other = app.test_client()
    world.log_in(other, world.staff(tenant, Role.EDITOR), staff=True)
    assert other.get(answer.location).status_code == 404
    moderator = app.test_client()
    world.log_in(moderator, world.staff(tenant, Role.MODERATOR), staff=True)
    assert moderator.get(BASE).status_code == 403
