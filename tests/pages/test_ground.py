"""The page on which an authority names its map service."""

import re

import pytest

from participation.interfaces import Role
from participation.kernel.db import db
from participation.tenants.map_sources import MapSource, map_source
from participation.tenants.models import Tenant

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
GOOD = {
    "kind": "wms",
    "url": " https://geo.musterau.example/wms ",
    "layers": "stadtplan",
    "attribution": "© Vermessungsamt Musterau",
}


@pytest.fixture
def tenant(world):
    return world.tenant(name="Stadt Musterau")


@pytest.fixture
def address(world, tenant, client):
    world.log_in(client, world.staff(tenant, Role.TENANT_ADMIN))
    return f"/{tenant.slug}/-/settings/map"


def sent(client, address, **values):
    return client.post(address, data={"csrf_token": TOKEN.search(client.get(address).text)[1], **values})


def kept(tenant):
    db.session.expire_all()
    return map_source(db.session.get_one(Tenant, tenant.id))


def test_a_service_is_named_shown_and_left_again(client, tenant, address):
    assert sent(client, address, **GOOD).status_code == 302
    assert kept(tenant) == MapSource(**{name: value.strip() for name, value in GOOD.items()})
    page = client.get(address)
    assert 'data-tile-kind="wms"' in page.text
    assert "img-src 'self' data: https://geo.musterau.example;" in page.headers["Content-Security-Policy"]
    assert "geo.musterau.example" in client.get(f"/{tenant.slug}/-/settings/portal").text
    assert sent(client, address, **GOOD | {"kind": "none"}).status_code == 302
    assert kept(tenant) == MapSource()
    assert "data-map" not in client.get(address).text


def test_what_cannot_be_taken_is_shown_again_with_a_sentence(client, tenant, address):
    answer = sent(client, address, **GOOD | {"url": "http://geo.musterau.example/wms"})
    assert answer.status_code == 422
    assert "Die Adresse beginnt mit https://" in answer.text
    assert 'value="http://geo.musterau.example/wms"' in answer.text
    assert kept(tenant) == MapSource()
    assert sent(client, address, **GOOD | {"kind": "kml"}).status_code == 422
    assert sent(client, address, **GOOD | {"attribution": "a" * 300}).status_code == 422


def test_only_who_administers_the_authority_may(client, world, tenant):
    world.log_in(client, world.staff(tenant, Role.MODERATOR))
    assert client.get(f"/{tenant.slug}/-/settings/map").status_code == 403
