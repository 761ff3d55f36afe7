"""Staff give a format its area and districts: a file, a look, then they are kept; and the other ways."""

import io
import json
import re
from dataclasses import replace

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from participation.contributions.areas import change_areas
from participation.contributions.locations import AREA, DISTRICT, Where, areas_of, put_location
from participation.interfaces import Role
from participation.kernel import geometry
from participation.kernel.db import db, transaction
from participation.kernel.uploads import Upload

SQUARE = [[7.0, 50.6], [7.2, 50.6], [7.2, 50.8], [7.0, 50.8], [7.0, 50.6]]
WEST = [[7.0, 50.6], [7.1, 50.6], [7.1, 50.8], [7.0, 50.8], [7.0, 50.6]]


def collection(**named):
    features = [
        {
            "type": "Feature",
            "properties": {"id": 5, "name": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for name, ring in named.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture
def drawn(app, monkeypatch):
    """The probe's notes lie on a map, for this test."""
    registry = app.extensions["registry"]
    entry = registry._found["probe"]
    kinds = tuple(replace(kind, drawn=("Point",)) for kind in entry.module.contributions)
    made = replace(entry, module=replace(entry.module, contributions=kinds))
    monkeypatch.setitem(registry._found, "probe", made)


@pytest.fixture
def procedure(world, drawn):
    return world.procedure(world.tenant("stadt"), slug="plan")


@pytest.fixture
def base(world, procedure):
    return f"/stadt/plan/-/manage/formats/{world.activity(procedure).id}/areas"


@pytest.fixture
def editor(world, client, procedure):
    person = world.staff(procedure.tenant, Role.EDITOR)
    world.log_in(client, person, staff=True)
    return person


def token(client, base):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(base).text)[1]


def send(client, base, data, kind="district", name="stadtteile.geojson"):
    fields = {"csrf_token": token(client, base), f"{kind}-file": FileStorage(io.BytesIO(data), name)}
    boundary, body = encode_multipart(fields)
    return client.post(f"{base}/{kind}/file", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def kept(world, procedure, kind=DISTRICT):
    db.session.rollback()
    return [area.title for area in areas_of(world.activity(world.again(procedure)), kind)]


@pytest.mark.requirement("RA-4.3-04")
def test_a_file_is_looked_at_before_it_is_kept(world, client, procedure, base, editor):
    idea = world.contribution(procedure)
    with transaction():
        put_location(world.again_contribution(idea), world.activity(procedure), Where(geometry.point(7.05, 50.7), ""))
    assert "Gebiet und Stadtteile" in client.get("/stadt/plan/-/manage/formats").text
    answer = send(client, base, collection(West=WEST, Stadt=SQUARE))
    assert answer.status_code == 303
    assert kept(world, procedure) == []
    look = client.get(answer.location).text
    for words in ("West", "Stadt", "7,0 × 22,2 km", "<svg", "2 Flächen übernehmen"):
        assert words in look
    numbered = client.get(f"{answer.location}?named=id").text
    assert "1 × 22,2 km" in numbered
    assert 'name="named" value="id"' in numbered
    take = answer.location.replace("/look/", "/take/")
    done = client.post(take, data={"csrf_token": token(client, base), "named": "name"})
    assert done.location == f"{base}?done=areas-taken"
    assert kept(world, procedure) == ["West", "Stadt"]
    assert world.again_contribution(idea).district == "West"
    assert "2 Stadtteile" in client.get(done.location).text
    assert db.session.query(Upload).count() == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<kml></kml>", "KML"),
        (b"", "Datei mit Inhalt"),
        (collection(West=[[7.0, 50.0], [7.1, 50.1], [7.1, 50.0], [7.0, 50.1]]), "kreuzt sich selbst"),
        (b" " * (11 * 2**20), "zu groß"),
        (b" " * (13 * 2**20), "zu groß"),
    ],
)
def test_a_refused_file_says_why_at_its_field_and_nothing_is_kept(world, client, procedure, base, editor, data, words):
    answer = send(client, base, data)
    assert answer.status_code == 422
    assert re.search(rf'id="district-file-error".*{words}', answer.text)
    assert kept(world, procedure) == []
    assert db.session.query(Upload).count() == 0


def test_an_area_is_typed_and_warns_of_what_lies_outside(world, client, procedure, base, editor):
    idea = world.contribution(procedure)
    with transaction():
        put_location(world.again_contribution(idea), world.activity(procedure), Where(geometry.point(8, 50.7), ""))
    lines = {"csrf_token": token(client, base), "area-position": "50.6 7.0\n50.6 7.2\n50.8 7.2\n50.8 7.0"}
    answer = client.post(f"{base}/area/drawn", data=lines)
    look = client.get(answer.location).text
    assert "1 Beitrag läge außerhalb" in look
    client.post(answer.location.replace("/look/", "/take/"), data={"csrf_token": token(client, base)})
    assert kept(world, procedure, AREA) == ["Erstes Format"]
    refused = client.post(f"{base}/area/drawn", data=lines | {"area-position": "hier"})
    assert refused.status_code == 422
    assert "lassen sich nicht lesen" in refused.text
    assert re.search(r">\s*hier</textarea>", refused.text)


def test_a_typed_district_joins_those_before(world, client, procedure, base, editor):
    with transaction():
        change_areas(world.activity(procedure), DISTRICT, [("West", {"type": "Polygon", "coordinates": [WEST]})])
    lines = "50.6 7.1\n50.6 7.2\n50.8 7.2"
    said = {"csrf_token": token(client, base), "district-position": lines, "district-title": "Ost"}
    nameless = client.post(f"{base}/district/drawn", data=said | {"district-title": " "})
    assert nameless.status_code == 422
    assert "Namen" in nameless.text
    answer = client.post(f"{base}/district/drawn", data=said)
    client.post(answer.location.replace("/look/", "/take/"), data={"csrf_token": token(client, base)})
    assert kept(world, procedure) == ["West", "Ost"]


def test_areas_are_downloaded_and_removed_after_a_question(world, client, procedure, base, editor):
    shape = {"type": "Polygon", "coordinates": [WEST]}
    with transaction():
        change_areas(world.activity(procedure), DISTRICT, [("West", shape)])
    file = client.get(f"{base}/district.geojson")
    assert file.json["features"][0] == {"type": "Feature", "properties": {"title": "West"}, "geometry": shape}
    assert "1 Stadtteil wird entfernt" in client.get(f"{base}/district/remove").text
    assert kept(world, procedure) == ["West"]
    done = client.post(f"{base}/district/remove", data={"csrf_token": token(client, base)})
    assert done.location == f"{base}?done=areas-gone"
    assert kept(world, procedure) == []


def test_what_is_over_stays_and_others_files_are_not_found(world, client, procedure, base, editor):
    answer = send(client, base, collection(West=WEST))
    with transaction():
        world.again(procedure).stage = "archived"
    taken = client.post(answer.location.replace("/look/", "/take/"), data={"csrf_token": token(client, base)})
    assert taken.status_code == 403
    assert kept(world, procedure) == []
    other = world.staff(procedure.tenant, Role.EDITOR)
    world.log_in(client, other, staff=True)
    assert client.get(answer.location).status_code == 404


def test_a_format_without_a_map_has_no_ground(world, client, procedure, base, editor, monkeypatch, app):
    entry = app.extensions["registry"]._found["probe"]
    kinds = tuple(replace(kind, drawn=()) for kind in entry.module.contributions)
    made = replace(entry, module=replace(entry.module, contributions=kinds))
    monkeypatch.setitem(app.extensions["registry"]._found, "probe", made)
    assert client.get(base).status_code == 404
    assert "Gebiet und Stadtteile" not in client.get("/stadt/plan/-/manage/formats").text
