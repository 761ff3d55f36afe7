"""The map says what the list says: the same selection, within its budget, cached like every public page."""

import json
from random import Random

import pytest

from modules.ideas.manifest import module
from modules.ideas.seeds import EAST, NORTH, SOUTH, WEST
from participation.contributions.clusters import TILE, WIDEST
from participation.kernel.db import db, transaction
from participation.tenants.map_sources import MapSource, set_map_source
from participation.tenants.models import Tenant
from participation.testing.queries import count_queries
from participation.web.headers import HEADERS, POLICY, features

BONN = "bbox=6.9,50.6,7.3,50.8&zoom=11"
KILOBYTES_60 = 60_000
ZOOMS = (10, 12, 13, 14, 16)


def told(answer):
    assert (answer.status_code, answer.mimetype) == (200, "application/geo+json")
    return json.loads(answer.get_data(as_text=True))


def titles(answer):
    return sorted(entry["title"] for sign in told(answer)["features"] for entry in sign["properties"]["named"])


@pytest.mark.requirement("RA-4.3-03")
def test_the_map_shows_the_selection_of_the_list(client, base, area, idea):
    idea("Breiter Weg", place="k1", at=(7.05, 50.7))
    idea("Mehr Licht", place="k2", at=(7.15, 50.75))
    idea("Ohne Ort", place="k2", words="Am Tunnel")
    points = f"{base}/ideas/a/points.json?{BONN}"
    assert titles(client.get(points)) == ["Breiter Weg", "Mehr Licht"]
    assert titles(client.get(f"{points}&at=k2")) == ["Mehr Licht"]
    assert titles(client.get(f"{points}&near=50.7,7.05&radius=250")) == ["Breiter Weg"]
    assert titles(client.get(f"{points}&district=Weststadt")) == ["Breiter Weg"]
    assert titles(client.get(f"{points}&state=answered")) == []
    page = client.get(f"{base}/ideas/a/?at=k2").get_data(as_text=True)
    assert f'data-points="{base}/ideas/a/points.json?at=k2"' in page
    assert 'data-kind="k2"' in page


def test_a_sign_leads_to_its_idea(client, base, idea):
    made = idea("Breiter Weg", at=(7.05, 50.7))
    (sign,) = told(client.get(f"{base}/ideas/a/points.json?{BONN}"))["features"]
    url = f"{base}/-/contributions/{made.reference}"
    assert sign["geometry"] == {"type": "Point", "coordinates": [7.05, 50.7]}
    assert sign["properties"] == {"number": 1, "named": [{"title": "Breiter Weg", "kind": "k1", "url": url}]}
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("query", ["bbox=1,2,3&zoom=4", "bbox=7,50,8,51", "zoom=3", "bbox=7,50,8,51&zoom=99"])
def test_a_bad_view_is_400_with_a_sentence(client, base, query):
    answer = client.get(f"{base}/ideas/a/points.json?{query}")
    assert answer.status_code == 400
    assert "Ausschnitt" in answer.text or "Maßstab" in answer.text


def test_the_map_begins_with_its_area(client, world, base, procedure, area):
    number = world.activity(procedure).id
    found = told(client.get(f"{base}/-/maps/{number}/areas.json"))
    assert found["bbox"] == [7.0, 50.6, 7.2, 50.8]
    assert [entry["properties"] for entry in found["features"]] == [
        {"kind": "area", "title": "Stadt"},
        {"kind": "district", "title": "Weststadt"},
    ]
    assert client.get(f"{base}/-/maps/{number + 999}/areas.json").status_code == 404


def test_without_an_area_it_begins_with_what_came_in(client, world, base, procedure, idea):
    address = f"{base}/-/maps/{world.activity(procedure).id}/areas.json"
    assert told(client.get(address))["bbox"] == [5.9, 47.3, 15.1, 55.1]
    idea("Eins", at=(7.05, 50.7))
    idea("Zwei", at=(7.15, 50.75))
    assert told(client.get(address))["bbox"] == [7.05, 50.7, 7.15, 50.75]


def test_visitors_get_signs_from_memory_until_something_changes(app, client, base, idea):
    cache = app.extensions["page_cache"]
    cache.is_on = True
    try:
        idea("Eins", at=(7.05, 50.7))
        points = f"{base}/ideas/a/points.json?{BONN}&at=k1"
        tag = client.get(points).headers["ETag"]
        assert client.get(points, headers={"If-None-Match": tag}).status_code == 304
        assert len(cache._pages) == 1
        client.get(points, headers={"Authorization": "Bearer x"})
        idea("Zwei", at=(7.15, 50.75))
        assert titles(client.get(points)) == ["Eins", "Zwei"]
    finally:
        cache.is_on = False
        cache.forget()


@pytest.mark.requirement("BX-12")
def test_ten_thousand_signs_keep_their_budget(world, client, record_property):
    procedure = world.procedure(module="ideas")
    with transaction():
        module.seed(world.activity(procedure), Random(5), 14_000)  # a fifth are answers, a tenth has no place
    base = f"/{procedure.tenant.slug}/{procedure.slug}/ideas/a/points.json"
    client.get("/healthz")  # own host names are read once a minute, by whoever comes first
    total = sum(sign["properties"]["number"] for sign in told(client.get(base))["features"])
    assert total >= 10_000
    sizes = {}
    for zoom in ZOOMS:
        degrees = 360 * WIDEST / TILE / 2**zoom * 0.99
        east, north = (WEST + EAST) / 2, (SOUTH + NORTH) / 2
        box = f"{east - degrees / 2},{north - degrees * 0.31},{east + degrees / 2},{north + degrees * 0.31}"
        with count_queries() as seen:
            answer = client.get(f"{base}?bbox={box}&zoom={zoom}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(seen) <= 3, "\n".join(statement[:150] for statement in seen)
        sizes[zoom] = len(answer.data)
    record_property("figure", f"{total} signs, {max(sizes.values())} bytes at most")
    assert max(sizes.values()) <= KILOBYTES_60, sizes


def test_only_pages_that_ask_for_a_place_may_ask_the_device(client, base, idea):
    made = idea("Eins", at=(7.05, 50.7))
    may = {
        path: client.get(f"{base}/{path}").headers["Permissions-Policy"]
        for path in ("ideas/a/new", "ideas/a/", f"-/contributions/{made.reference}", "")
    }
    assert may.pop("ideas/a/new") == features("geolocation")
    assert "geolocation=(self)" in features("geolocation")
    assert set(may.values()) == {HEADERS["Permissions-Policy"]}
    assert "geolocation=()" in HEADERS["Permissions-Policy"]


@pytest.mark.requirement("RA-5.1.7-01")
def test_a_map_service_widens_the_policy_by_one_host_where_a_map_is(world, client, base, procedure):
    other = world.procedure(module="ideas")
    with transaction():
        source = MapSource("xyz", "https://karten.example/{z}/{x}/{y}.png", "", "© Amt")
        set_map_source(db.session.get_one(Tenant, procedure.tenant_id), source)
    page = client.get(f"{base}/ideas/a/")
    assert page.headers["Content-Security-Policy"] == POLICY.replace(
        "img-src 'self' data:", "img-src 'self' data: https://karten.example"
    )
    assert 'data-tiles="https://karten.example/{z}/{x}/{y}.png"' in page.text
    assert "Die Karte lädt Bilder von karten.example." in page.text
    assert client.get(f"{base}/").headers["Content-Security-Policy"] == POLICY
    elsewhere = client.get(f"/{other.tenant.slug}/{other.slug}/ideas/a/")
    assert elsewhere.headers["Content-Security-Policy"] == POLICY
    assert "karten.example" not in elsewhere.text
