"""The gazetteer on its page, and the address that suggests names while somebody types."""

import io
import re

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from participation.contributions.place_names import change_places, place_count
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.geocoder import Spot
from participation.web import place_search
from tests.kernel.test_outbound import SPOT, listening

PAGE = "/stadt/-/settings/places"


@pytest.fixture
def tenant(world):
    return world.tenant("stadt")


@pytest.fixture
def admin(world, client, tenant):
    person = world.staff(tenant, Role.TENANT_ADMIN)
    world.log_in(client, person, staff=True)
    return person


@pytest.fixture
def places(tenant):
    with transaction():
        change_places(tenant, [Spot("Markt", (7.1023, 50.735)), Spot("Marktgarten", (7.11, 50.73))])


@pytest.fixture
def service(app, monkeypatch):
    with listening() as made:
        monkeypatch.setitem(app.config["SETTINGS"], "outbound_hosts", [made.host])
        monkeypatch.setitem(app.config["SETTINGS"], "geocoder_url", made.url)
        yield made


def token(client):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(PAGE).text)[1]


def send(client, data, name="orte.csv"):
    fields = {"csrf_token": token(client), "file": FileStorage(io.BytesIO(data), name)}
    boundary, body = encode_multipart(fields)
    return client.post(PAGE, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_a_table_takes_the_place_of_the_names_all_or_nothing(client, tenant, admin):
    assert "Noch ist kein Name hinterlegt" in client.get(PAGE).text
    good = "Name;Breite;Länge\nMarkt;50,735;7,1023\nHafen;50,7;7,1\n".encode()
    assert send(client, good).location == f"{PAGE}?done=places-taken"
    assert place_count(tenant.id) == 2
    answer = send(client, good + b"Nirgends;;\nTurm;7,1;50,7\n")
    assert answer.status_code == 422
    for words in ("2 Zeilen haben Fehler. Nichts wurde übernommen", "Nirgends", "vertauscht"):
        assert words in answer.text
    assert place_count(tenant.id) == 2
    assert "2 Namen sind hinterlegt" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Datei mit Inhalt"),
        (b"Name;Breite\na;50\n", "Länge"),
        ("Name;Breite;Länge\n".encode(), "keine Orte"),
        (b"PK\x03\x04 no table", "Nur"),
        (b"a" * (13 * 2**20), "zu groß"),
    ],
)
def test_a_file_that_is_no_table_is_refused_at_its_field(client, tenant, admin, places, data, words):
    answer = send(client, data)
    assert answer.status_code == 422
    assert re.search(r'id="file-error"', answer.text)
    assert words in answer.text or "Datei" in answer.text
    assert place_count(tenant.id) == 2


def test_names_are_removed_after_a_question(client, tenant, admin, places):
    assert "2 Namen werden entfernt" in client.get(f"{PAGE}/remove").text
    client.post(f"{PAGE}/remove", data={"csrf_token": token(client)})
    db.session.rollback()
    assert place_count(tenant.id) == 0


def test_names_are_suggested_to_everybody(client, tenant, places):
    found = client.get("/stadt/-/places?q=mark").json
    assert found["places"][0] == {"name": "Markt", "position": "50.735 7.1023"}
    assert found["sentence"] == "2 Orte gefunden."
    nothing = client.get("/stadt/-/places?q=nirgends").json
    assert nothing["places"] == []
    assert "nicht gefunden" in nothing["sentence"]
    assert client.get("/stadt/-/places").json["places"] == []


def test_the_geocoder_is_asked_only_on_request_and_for_what_the_names_do_not_have(client, tenant, places, service):
    service.says([SPOT])
    assert client.get("/stadt/-/places?q=musterweg").json["places"] == []
    assert client.get("/stadt/-/places?q=markt&ask=1").json["places"][0]["name"] == "Markt"
    assert service.asked == []
    found = client.get("/stadt/-/places?q=musterweg&ask=1").json
    assert found["places"] == [{"name": "Markt 1, Musterstadt", "position": "50.7352 7.0986"}]
    assert len(service.asked) == 1


def test_a_geocoder_that_is_away_or_asked_too_often_is_said(client, tenant, service, monkeypatch):
    service.answer = (500, b"", {})
    assert "antwortet gerade nicht" in client.get("/stadt/-/places?q=musterweg&ask=1").json["sentence"]
    monkeypatch.setattr(place_search, "AT_MOST", 2)
    sentences = [client.get(f"/stadt/-/places?q=weg{number}&ask=1").json["sentence"] for number in range(3)]
    assert "viele Suchen" in sentences[-1]
