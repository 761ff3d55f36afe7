"""Staff take ideas over in the browser: choose files, look at what would come of them, take all of it or nothing."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from modules.ideas.models import Category
from participation.contributions.location_models import Location
from participation.contributions.locations import AREA, keep_areas
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel import geometry, uploads
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.uploads import Upload
from participation.procedures.models import Participant

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


def send(client, address=BASE, *, ending="csv", **files):
    """Choose files by name; the answer leads to the look."""
    fields = {"csrf_token": token_of(client)} | {
        name: FileStorage(io.BytesIO(data), filename=f"{name}.{ending}") for name, data in files.items()
    }
    boundary, body = encode_multipart(fields)
    return client.post(address, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def token_of(client):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(BASE).text)[1]


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
    return client.post(address, data={"csrf_token": token_of(client)})


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


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Größere Bänke</name>
<Point><coordinates>7.0986,50.7352</coordinates></Point></Placemark></Document></kml>"""
POINTS = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"title": "Gut"}, "geometry": geometry.point(7.0986, 50.7352)},
        {"type": "Feature", "properties": {"title": "A"}, "geometry": geometry.point(50.7352, 7.0986)},
    ],
}
GOOD = "title;category;lat;lon\nGut;Plätze;50,7352;7,0986\n"
BAD_FILES = {
    "KML": (KML.encode(), "kml", "Das ist KML"),
    "KML as GeoJSON": (KML.encode("utf-8-sig"), "geojson", "Das ist KML"),
    "KML of Windows": (KML.encode("cp1252"), "kml", "als GeoJSON oder als CSV mit lat und lon"),
    "packed KML": (b"PK\x03\x04" + b"\x00" * 26 + b"doc.kml", "kmz", "Das ist KMZ"),
    "swapped GeoJSON": (json.dumps(POINTS).encode(), "geojson", "vertauscht"),
    "swapped table": (GOOD.encode("cp1252") + b"A;Wege;7,0986;50,7352\r\n", "csv", "vertauscht"),
    "broken GeoJSON": (b'{"type": "FeatureCollection", "features": [', "geojson", "lässt sich nicht lesen"),
    "no title": ("name;straße\r\nA;B\r\n".encode("cp1252"), "csv", "fehlen Spalten: title"),
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("has_area", [False, True])
def test_a_bad_file_gets_its_sentence_a_way_back_and_nothing_of_it_stays(
    world, procedure, client, editor, name, has_area
):
    if has_area:
        around = {"type": "Polygon", "coordinates": [[[7, 50], [8, 50], [8, 51], [7, 51], [7, 50]]]}
        with transaction():
            keep_areas(world.activity(procedure), AREA, [("Stadt", around)])
    data, ending, words = BAD_FILES[name]
    answer = send(client, ending=ending, ideas=data)
    page = client.get(answer.location)
    assert words in page.text
    assert BASE + "?ideas=" in page.text
    assert "Alles übernehmen" not in page.text
    assert press_anyway(client, answer.location).status_code == 422
    assert all(nothing_of(table) for table in (Contribution, Category, Participant, Location))


def nothing_of(table):
    return db.session.scalar(select(func.count()).select_from(table)) == 0


def test_a_good_file_beside_a_bad_one_is_not_taken_over_either(client, editor):
    answer = send(client, ideas=GOOD.encode(), comments=KML.encode())
    page = client.get(answer.location)
    assert (page.status_code, "Das ist KML" in page.text) == (422, True)
    answer = send(client, ideas=GOOD.encode(), comments=b"id,proposal_id,text\nc1,9,Ja\n")
    assert "Die Idee „9“ steht nicht in der Datei" in client.get(answer.location).text
    assert press_anyway(client, answer.location).status_code == 422
    assert all(nothing_of(table) for table in (Contribution, Category, Participant, Location))


def test_what_was_chosen_stays_while_another_file_is_corrected(client, editor):
    bad = b"id,proposal_id,text\nc1,9,Ja\n"
    first = send(client, ideas=b"id;title\n1;Gut\n", comments=bad)
    back = re.search(rf'href="({BASE}\?[^"]+)"', client.get(first.location).text)[1].replace("&amp;", "&")
    page = client.get(back)
    assert (page.headers["Cache-Control"], "ideas.csv, comments.csv" in page.text) == ("no-store", True)
    again = send(client, back, comments=bad.replace(b"9", b"1"))
    assert "1 Antwort" in client.get(again.location).text
    assert db.session.query(Upload).count() == 2
    assert send(client, back, comments=b"").status_code == 422
    assert client.get(send(client, back.replace("comments=", "comments=0")).location).status_code == 200
    press(client, again.location)
    assert (kept(), db.session.query(Upload).count()) == (2, 0)


def test_too_many_files_at_once_are_said_at_the_field(client, editor, monkeypatch):
    monkeypatch.setattr(uploads, "OPEN_UPLOADS", 1)
    answer = send(client, ideas=PROPOSALS, comments=COMMENTS)
    assert (answer.status_code, "Sie haben viele Dateien begonnen" in answer.text) == (422, True)
    assert db.session.query(Upload).count() == 0


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_a_table_as_windows_writes_it_arrives_with_its_umlauts(client, editor, encoding):
    table = "Titel;Beschreibung;Kategorie;Breite;Länge\r\nGrößere Bänke;Für Ältere – überall;Plätze;50,7352;7,0986\r\n"
    answer = send(client, ideas=table.encode(encoding))
    assert "Neue Kategorien: Plätze" in client.get(answer.location).text
    press(client, answer.location)
    idea, kept = db.session.query(Contribution).one(), db.session.query(Location).one()
    assert (idea.title, idea.source) == ("Größere Bänke", "Für Ältere – überall")
    assert (kept.latitude, kept.longitude) == (50.7352, 7.0986)


class Long:
    """A body that nobody holds in memory, and how much of it was read."""

    def __init__(self, head):
        self.head, self.read_so_far = head, 0

    def read(self, size=-1):
        data, self.head = self.head[:size] or b"x" * size, self.head[size:]
        self.read_so_far += len(data)
        return data


def test_a_file_of_200_megabytes_is_refused_before_all_of_it_is_read(client, editor):
    part, size = 'Content-Disposition: form-data; name="%s"', 200 * 2**20
    head = f"--b\r\n{part % 'csrf_token'}\r\n\r\n{token_of(client)}\r\n--b\r\n{part % 'ideas'}; "
    body = Long(f'{head}filename="ideen.csv"\r\n\r\n'.encode())
    sent = {"CONTENT_TYPE": 'multipart/form-data; boundary="b"', "CONTENT_LENGTH": str(size), "wsgi.input": body}
    answer = client.post(BASE, environ_overrides=sent)
    assert (answer.status_code, "Die Datei ist zu groß" in answer.text) == (422, True)
    assert body.read_so_far < size / 2
    assert (kept(), db.session.query(Upload).count()) == (0, 0)


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
