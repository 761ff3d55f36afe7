"""Map services of an authority: what may be one, what not, and what the policy is widened by."""

import pytest

from participation.kernel.db import db, transaction
from participation.kernel.refusal import Invalid
from participation.tenants.map_sources import MapSource, map_source, set_map_source
from participation.tenants.models import Tenant

GOOD = {
    "xyz": MapSource("xyz", "https://karten.example/{z}/{x}/{y}.png?schluessel=a-1", "", "© Amt"),
    "port": MapSource("xyz", "https://karten.example:8443/{z}/{x}/{y}.png", "", "© Amt"),
    "wms": MapSource("wms", "https://geo.musterstadt.example/wms?map=stadt", "stadtplan,wege", "© Amt"),
    "wmts": MapSource("wmts", "https://geo.example/web/{TileMatrix}/{TileRow}/{TileCol}.png", "", "© Amt"),
}
BAD_ADDRESSES = [
    "", "karten.example/{z}/{x}/{y}", "http://karten.example/{z}/{x}/{y}.png", "javascript:{z}{x}{y}",
    "data:image/png,{z}{x}{y}", "//karten.example/{z}/{x}/{y}", "https://wer:was@karten.example/{z}/{x}/{y}",
    "https://wer@karten.example/{z}/{x}/{y}", "https://:@karten.example/{z}/{x}/{y}", "https://*.example/{z}/{x}/{y}",
    "https://{s}.karten.example/{z}/{x}/{y}", "https://{z}.example/{x}/{y}", "https:///{z}/{x}/{y}",
    "https://localhost/{z}/{x}/{y}", "https://127.0.0.1/{z}/{x}/{y}", "https://[::1]/{z}/{x}/{y}",
    "https://karten.example;script-src/{z}/{x}/{y}", "https://karten.example/{z}/{x}/{y}; script-src *",
    "https://karten.example/{z}/{x}/{y} https://andere.example", "https://karten.example,andere.example/{z}/{x}/{y}",
    "https://karten.example/{z}/{x}/{y}.png#{z}", "https://karten.example:99999/{z}/{x}/{y}",
    "https://karten.example:/{z}/{x}/{y}", "https://KARTEN.example/{z}/{x}/{y}", "https://kärten.example/{z}/{x}/{y}",
    "https://karten.example/{z}/{x}", "https://karten.example/{z}/{x}/{y}/{y}", "https://karten.example/{z}/{x}/{y}{r}",
    "https://karten.example/{z}/{x}/{y}}", "https://karten.example/{z}/{x}/{y}\n", 'https://karten.example/{z}/{x}/{y}"',
    "https://karten.example/" + "a" * 500 + "{z}{x}{y}",
]  # fmt: skip


def keep(tenant, source):
    with transaction():
        set_map_source(db.session.get_one(Tenant, tenant.id), source)
    return map_source(db.session.get_one(Tenant, tenant.id))


@pytest.fixture
def tenant(world):
    return world.tenant()


@pytest.mark.parametrize("source", GOOD.values(), ids=GOOD)
def test_a_service_is_kept_with_its_origin(tenant, source):
    kept = keep(tenant, source)
    assert kept == source
    assert (kept.origin + "/") in kept.url
    assert kept.host in kept.origin


def test_without_a_service_no_other_origin_is_named(tenant):
    assert (map_source(tenant), map_source(tenant).origin, map_source(tenant).host) == (MapSource(), "", "")
    keep(tenant, GOOD["xyz"])
    assert keep(tenant, MapSource("none", "https://karten.example/{z}/{x}/{y}")) == MapSource()


def test_a_tile_of_a_wmts_is_asked_for_by_the_same_numbers():
    assert GOOD["wmts"].tiles == "https://geo.example/web/{z}/{y}/{x}.png"
    assert GOOD["wms"].tiles == GOOD["wms"].url


@pytest.mark.parametrize("url", BAD_ADDRESSES)
def test_an_address_that_is_unsafe_or_odd_is_refused(tenant, url):
    with pytest.raises(Invalid) as refused:
        keep(tenant, GOOD["xyz"]._replace(url=url))
    assert refused.value.field == "url"
    assert map_source(tenant) == MapSource()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "kml"}, "kind"), ({"attribution": ""}, "attribution"), ({"attribution": "a" * 201}, "attribution"),
        ({"attribution": "a\nb"}, "attribution"), ({"kind": "wms"}, "url"),
        ({"kind": "wms", "url": "https://karten.example/wms"}, "layers"),
        ({"kind": "wms", "url": "https://karten.example/wms", "layers": "a b"}, "layers"),
        ({"kind": "wmts"}, "url"),
    ],
)  # fmt: skip
def test_what_else_is_missing_is_said_at_its_field(tenant, values, field):
    with pytest.raises(Invalid) as refused:
        keep(tenant, GOOD["xyz"]._replace(**values))
    assert refused.value.field == field
