"""Reading a plan, speaking to a point, a line, an area, a paragraph or to nothing of these, and setting it up."""

import io
import json
import re

import pytest
from PIL import Image

from modules.plan import checks, queries, services
from modules.plan.tests.conftest import SHAPES, token
from participation.contributions.locations import locations_of
from participation.contributions.models import Contribution
from participation.contributions.ratings import rate
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Invalid, Refused
from participation.testing.queries import count_queries

FIELDS = {"module": "plan", "activity": "a", "type": "plan.statement", "place": "", "text": "Der Weg fehlt."}
LINE = "50.73 7.05\n50.74 7.06"
RING = '{"type": "Polygon", "coordinates": [[[7.0, 50.7], [7.1, 50.7], [7.1, 50.8], [7.0, 50.7]]]}'


@pytest.fixture
def send(client, base):
    """`send(position=…)` sends a statement as somebody logged in and gives its row."""

    def post(**more):
        csrf = token(client.get(f"{base}/plan/a/new").get_data(as_text=True))
        kept = client.post(f"{base}/-/drafts", data=FIELDS | more | {"csrf_token": csrf})
        page = client.get(kept.location).get_data(as_text=True)
        sent = client.post(kept.location, data=FIELDS | more | {"csrf_token": token(page), "do": "send"})
        assert sent.status_code == 303, sent.get_data(as_text=True)
        return db.session.query(Contribution).order_by(Contribution.id.desc()).first()

    return post


@pytest.mark.requirement("RA-4.2-01")
def test_the_plan_shows_its_legend_and_its_documents(client, base, procedure):
    with count_queries() as sent:
        page = client.get(f"{base}/plan/a/").get_data(as_text=True)
    assert len(sent) <= 5
    for words in (
        "layer-sign layer--1",
        "Baufelder",
        "Blau umrandet.",
        "Baufeld 1",
        "Die Linden bleiben stehen.",
        "0 Stellungnahmen",
    ):
        assert words in page
    assert re.search(r'href="[^"]+/plan/a/at/[^"]+"', page)


@pytest.mark.requirement("RA-4.2-02")
@pytest.mark.parametrize(
    ("position", "kind"), [("50.73 7.05", "Point"), (LINE, "LineString"), (RING, "Polygon"), ("", None)]
)
def test_a_statement_belongs_to_a_point_a_line_an_area_or_to_nothing(world, client, base, send, position, kind):
    world.log_in(client, world.person("Erika Beispiel"))
    row = send(position=position)
    location = locations_of([row.id]).get(row.id)
    assert (location.geometry["type"] if location else None) == kind
    about = "map" if kind else "whole"
    page = client.get(f"{base}/plan/a/statements?about={about}").get_data(as_text=True)
    assert "Der Weg fehlt." in page
    other = client.get(f"{base}/plan/a/statements?about=text").get_data(as_text=True)
    assert "Der Weg fehlt." not in other


def test_a_statement_on_a_paragraph_is_counted_beside_it(world, client, procedure, base, send):
    text = queries.text_of(world.activity(procedure))
    key = next(row.key for row in text.rows if "Linden" in row.html)
    world.log_in(client, world.person("Erika Beispiel"))
    send(place=key, where="Bei der dritten Linde")
    counts = queries.counts_of(world.activity(procedure))
    assert counts == (1, 1, 1, 0)
    assert queries.row_at(world.activity(procedure), key).number == 1
    page = client.get(f"{base}/plan/a/at/{key}").get_data(as_text=True)
    assert "Der Weg fehlt." in page
    assert client.get(f"{base}/plan/a/at/nothing").status_code == 404
    listed = client.get(f"{base}/plan/a/statements").get_data(as_text=True)
    assert "Bei der dritten Linde" in listed


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<kml></kml>", "kein GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": [7]}', "Objekt 1"),
        (SHAPES.replace("[7.1, 50.8], [7.0, 50.8]", "[7.0, 50.8], [7.1, 50.8]"), "kreuzt sich selbst"),
        (SHAPES.replace("7.1, 50.8", "7.1, 950.8"), "nicht auf der Erde"),
    ],
)
def test_geometries_that_cannot_be_used_are_refused_whole(world, procedure, source, words):
    with pytest.raises(Invalid) as refused, transaction():
        services.add_shapes(world.activity(procedure), title="Neu", legend="Neu.", source=source)
    assert words in str(refused.value.sentence)
    assert len(queries.layers_of(world.activity(procedure))) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://karten.example/wms",
        "https://user:word@karten.example/wms",
        "javascript:alert(1)",
        "https://",
        "https://karten.example; script-src *",
        "https://karten.example/wms#x",
    ],
)
def test_a_map_service_has_an_https_address(world, procedure, address):
    with pytest.raises(Invalid), transaction():
        services.add_service(world.activity(procedure), title="Luft", legend="Luft.", address=address, layers="a")


def picture():
    held = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(held, "PNG")
    return held.getvalue()


def test_staff_place_a_picture_and_read_the_documents_in(world, client, procedure, base):
    world.log_in(client, world.staff(procedure.tenant, Role.MANAGER), staff=True)
    path = f"{base}/plan/a/setup"
    csrf = token(client.get(path).get_data(as_text=True))
    said = {"csrf_token": csrf, "title": "Entwurf", "legend": "Der Platz von oben.", "kind": "picture"}
    corners = {"south_west": "50.71 7.08", "north_east": "50.74 7.12"}
    for wrong in ({"south_west": "unten"}, {"south_west": "50.75 7.08"}, {"title": ""}, {"legend": ""}):
        file = {"file": (io.BytesIO(picture()), "plan.png")}
        answer = client.post(path, data=said | corners | wrong | file, content_type="multipart/form-data")
        assert answer.status_code == 422, wrong
    script = {"file": (io.BytesIO(b"<script>alert(1)</script>"), "plan.png")}
    assert client.post(path, data=said | corners | script, content_type="multipart/form-data").status_code == 422
    file = {"file": (io.BytesIO(picture()), "plan.png")}
    assert client.post(path, data=said | corners | file, content_type="multipart/form-data").status_code == 303
    layer = queries.layers_of(world.activity(procedure))[-1]
    key = layer.key
    assert (layer.kind, layer.bounds) == ("picture", [7.08, 50.71, 7.12, 50.74])
    shown = client.get(f"{base}/plan/a/picture?layer={key}")
    assert (shown.status_code, shown.mimetype[:6]) == (200, "image/")
    listed = json.loads(client.get(f"{base}/plan/a/layers.json").get_data(as_text=True))["layers"]
    assert [entry["kind"] for entry in listed] == ["geojson", "picture"]
    assert client.post(f"{path}/{key}/remove", data={"csrf_token": csrf}).status_code == 303
    assert client.get(f"{base}/plan/a/picture?layer={key}").status_code == 404


def test_statements_are_rated_only_where_the_plan_says_so(world, procedure):
    made, person = world.contribution(procedure, source="Der Weg fehlt."), world.person()
    by, who = world.participant(procedure, person), world.viewer(person, procedure)
    with pytest.raises(Refused), transaction():
        rate(world.again_contribution(made), world.activity(procedure), "agree", who=who, by=by)


def test_a_plan_without_anything_to_look_at_is_not_published(world):
    made = world.procedure(module="plan")
    empty = world.activity(made)
    assert [check.blocking for check in checks.missing(empty)] == [True]
    with transaction():
        services.add_shapes(world.activity(made), title="Baufelder", legend="Blau.", source=SHAPES)
    assert [check.blocking for check in checks.missing(world.activity(made))] == [False]
