"""The page cache: true pages from memory, nobody else's pages, nothing that is over."""

from datetime import timedelta

import pytest

from participation.kernel.clock import now
from participation.kernel.db import transaction
from participation.kernel.versions import raise_version
from participation.web.cache import key_of, versions_of


@pytest.fixture
def cache(app):
    """The cache of the app, switched on for this test and emptied afterwards."""
    page_cache = app.extensions["page_cache"]
    page_cache.is_on = True
    yield page_cache
    page_cache.is_on = False
    page_cache.forget()


def page_of(world, procedure):
    return f"/{procedure.tenant.slug}/{procedure.slug}/probe/a/"


def test_a_page_is_answered_from_memory_until_its_procedure_changes(cache, world, client):
    procedure = world.again(world.procedure())
    address = page_of(world, procedure)
    assert client.get(address).status_code == 200
    assert len(cache._pages) == 1
    kept = next(iter(cache._pages.values()))
    assert cache._is_true(kept)
    again = client.get(address)
    assert again.headers["ETag"] == dict(kept.headers)["ETag"]
    assert again.headers["Content-Security-Policy"].startswith("default-src 'none'")
    with transaction():
        raise_version(f"procedure:{procedure.id}")
    assert not cache._is_true(kept)
    assert client.get(address).status_code == 200


def test_a_reader_who_has_the_page_gets_304_without_a_body(cache, world, client):
    address = page_of(world, world.again(world.procedure()))
    tag = client.get(address).headers["ETag"]
    answer = client.get(address, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_page_ends_with_the_phase_it_shows(cache, world, client, at):
    procedure = world.again(world.procedure(lasts=timedelta(days=5, hours=1)))
    client.get(page_of(world, procedure))
    kept = next(iter(cache._pages.values()))
    assert kept.until <= world.phase(procedure).ends_at
    assert kept.until > now()


def test_whoever_has_a_cookie_gets_a_page_of_their_own(cache, world, client):
    address = page_of(world, world.again(world.procedure()))
    world.log_in(client, world.person())
    client.get(address)
    assert not cache._pages


def test_odd_arguments_are_not_kept(cache, world, client):
    address = page_of(world, world.again(world.procedure()))
    for query in ("?x=1", "?sort=" + "a" * 400):
        client.get(address + query)
    assert not cache._pages


def test_the_key_tells_language_host_and_encoding_apart():
    base = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SCRIPT_NAME": "", "HTTP_HOST": "a.example"}
    others = [{"SCRIPT_NAME": "/en"}, {"HTTP_HOST": "b.example"}, {"HTTP_ACCEPT_ENCODING": "gzip"}]
    keys = {key_of(base), *(key_of(base | other) for other in others)}
    assert len(keys) == 4
    assert key_of(base | {"REQUEST_METHOD": "POST"}) is None


def test_a_scope_that_never_changed_has_version_zero(app):
    from participation.kernel.db import db

    assert versions_of(db.session.connection(), ["installation", "tenant:1"]) == {"installation": 0, "tenant:1": 0}
