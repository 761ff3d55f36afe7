"""What other programs get: the command, downloads of a selection, a feed, lists with geometry, their description."""

import csv
import io
from pathlib import Path

import pytest

from modules.ideas.importing.writing import import_ideas
from participation.contributions.models import Contribution
from participation.kernel.db import db, transaction
from participation.procedures.queries import procedure_by_id

DATA = Path(__file__).parent / "data"
EXPORT = "/stadt/rad/-/exports/a/ideas"
LISTS = "/api/v1/tenants/stadt/procedures/rad/activities/ideas/a/resources"
IDEAS = """id;title;text;category;lat;lon;where;votes;date
1;Bank am Ufer;Zum Ausruhen;Wege;50,7352;7,0986;;3;13.9.2017
2;Mehr Licht;;Licht;50.7000;7.1500;;;14.9.2017
3;Irgendwo;Ohne Karte;Licht;;;Ecke Markt;;15.9.2017
"""
COMMENTS = "id,proposal_id,parent_id,text\nc1,1,,Ja\nc2,1,c1,Nein\nc3,2,,Gut\n"


@pytest.fixture(autouse=True)
def procedure(world):
    return world.procedure(world.tenant("stadt"), slug="rad", module="ideas")


@pytest.fixture
def filled(procedure):
    with transaction():
        whole = procedure_by_id(procedure.id)
        import_ideas(whole.activities[0], IDEAS.encode(), "ideen.csv", (COMMENTS.encode(), "k.csv"))


def run(runner, *words):
    return runner.invoke(args=["import", "ideas", *map(str, words), "--tenant", "stadt", "--procedure", "rad"])


def test_the_command_takes_both_files_over_and_reports(runner):
    done = run(runner, DATA / "proposals.csv", "--comments", DATA / "comments.csv")
    assert done.exit_code == 0, done.output
    assert "Read proposals.csv into /stadt/rad/ideas/a/" in done.output
    assert "25 ideas" in done.output
    assert "59 replies" in done.output
    assert db.session.query(Contribution).count() == 84


def test_the_command_names_each_bad_row_and_takes_nothing(runner, tmp_path):
    path = tmp_path / "ideen.csv"
    path.write_text("title,lat,lon\nGut,50.7,7.1\nA,7.0986,50.7352\nB,x,7\n")
    done = run(runner, path)
    assert done.exit_code == 1
    assert "Nothing was taken over" in done.output
    assert "Row 3: " in done.output
    assert "Row 4: " in done.output
    assert db.session.query(Contribution).count() == 0


def test_an_import_without_comments_refuses_them(runner, tmp_path):
    path = tmp_path / "text.md"
    path.write_text("# A")
    words = ["import", "text", str(path), "--comments", str(path), "--tenant", "stadt", "--procedure", "rad"]
    assert "takes no comments" in runner.invoke(args=words).output


def test_ideas_come_as_geojson(client, filled):
    answer = client.get(f"{EXPORT}.geojson?module=ideas")
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert answer.headers["Content-Disposition"].endswith('a-ideas.geojson"')
    found = answer.json
    assert (found["type"], found["activity"], len(found["features"])) == ("FeatureCollection", "Erstes Format", 6)
    bank = next(entry for entry in found["features"] if entry["properties"]["title"] == "Bank am Ufer")
    assert bank["geometry"] == {"type": "Point", "coordinates": [7.0986, 50.7352]}
    assert (bank["id"], bank["properties"]["imported"]) == (bank["properties"]["reference"], 3)
    assert not {"latitude", "longitude", "geometry"} & bank["properties"].keys()
    without = next(entry for entry in found["features"] if entry["properties"]["title"] == "Irgendwo")
    assert (without["geometry"], without["properties"]["where"]) == (None, "Ecke Markt")


def test_a_download_is_the_selection_of_the_page_with_its_answers(client, filled):
    page = client.get("/stadt/rad/ideas/a/?near=50.7352,7.0986&radius=300").text
    assert "ideas.geojson?module=ideas&amp;near=50.7352,7.0986&amp;radius=300" in page.replace("%2C", ",")
    answer = client.get(f"{EXPORT}.csv?module=ideas&near=50.7352,7.0986&radius=300")
    rows = list(csv.DictReader(io.StringIO(answer.text[1:], newline=""), delimiter=";"))
    assert [row["text"] for row in rows] == ["Zum Ausruhen", "Ja", "Nein"]
    assert len(client.get(f"{EXPORT}.json?module=ideas&q=Bank").json["rows"]) == 0  # not indexed before the worker ran
    assert len(client.get(f"{EXPORT}.json?module=ideas&state=open").json["rows"]) == 6


def test_an_export_without_places_is_not_offered_as_geojson(world, client):
    world.procedure(world.tenant("dorf"), slug="gesetz", module="text")
    assert client.get("/dorf/gesetz/-/exports/a/comments.geojson").status_code == 404


def test_a_feed_tells_the_ideas_of_one_format(client, filled):
    page = client.get("/stadt/rad/ideas/a/").text
    address = "/stadt/rad/-/activities/ideas/a/feed.atom"
    assert f'href="{address}"' in page
    feed = client.get(address)
    assert feed.content_type.startswith("application/atom+xml")
    assert feed.text.count("<entry>") == 3
    assert "Mehr Licht" in feed.text
    assert client.get("/stadt/rad/-/activities/ideas/b/feed.atom").status_code == 404


def test_lists_for_other_systems_have_geometry(client, filled):
    assert [entry["name"] for entry in client.get(LISTS).json] == ["ideas", "places", "services", "requests"]
    ideas = client.get(f"{LISTS}/ideas?limit=2").json
    assert [item["title"] for item in ideas["items"]] == ["Bank am Ufer", "Mehr Licht"]
    first = ideas["items"][0]
    assert (first["category"], first["imported"], first["score"], first["comments"]) == ("Wege", 3, 3, 2)
    assert first["geometry"] == {"type": "Point", "coordinates": [7.0986, 50.7352]}
    more = client.get(f"{LISTS}/ideas?limit=2&after={ideas['next']}").json
    assert [(item["title"], item["geometry"], item["where"]) for item in more["items"]] == [
        ("Irgendwo", None, "Ecke Markt")
    ]
    places = client.get(f"{LISTS}/places").json["items"]
    assert [(place["longitude"], place["where"]) for place in places] == [
        (7.0986, ""),
        (7.15, ""),
        (None, "Ecke Markt"),
    ]


def test_lists_are_narrowed_like_the_page(client, filled):
    near = client.get(f"{LISTS}/places?near=50.7352,7.0986&radius=300").json["items"]
    assert [place["title"] for place in near] == ["Bank am Ufer"]
    key = client.get("/stadt/rad/ideas/a/").text.split("at=")[1][:2]
    assert [item["title"] for item in client.get(f"{LISTS}/ideas?at={key}").json["items"]] == ["Bank am Ufer"]


def test_what_is_hidden_is_in_no_list(client, filled):
    with transaction():
        db.session.query(Contribution).filter_by(title="Mehr Licht").update({"state": "hidden"})
    for name in ("ideas", "places"):
        assert "Mehr Licht" not in client.get(f"{LISTS}/{name}").text
    assert "Mehr Licht" not in client.get(f"{EXPORT}.geojson").text


def test_their_description_names_fields_and_what_narrows_them(client):
    described = client.get("/api/v1/openapi.json").json
    schemas = described["components"]["schemas"]
    assert {"geometry", "imported", "category"} <= schemas["ideas.ideas"]["properties"].keys()
    kinds = schemas["Rows"]["properties"]["items"]["items"]["anyOf"]
    assert {"$ref": "#/components/schemas/ideas.places"} in kinds
    path = next(path for path in described["paths"] if path.endswith("/resources/{name}"))
    names = {parameter.get("name") for parameter in described["paths"][path]["get"]["parameters"]}
    assert {"near", "radius", "at", "after", "limit"} <= names
