"""Promise 3, row 40: no cache between the portal and two people ever shows one of them a page of the other."""

import http.client
import re

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from app import create_app
from participation.accounts.sessions import open_session
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.migrations import owners, upgrade
from participation.testing.world import World
from tests.benchmarks.served import Server
from tests.permission_scene import Scene
from tests.promises.nginx import proxied
from tests.promises.people import TOKEN
from tests.promises.sharing import SharedCache
from tests.promises.visitors import begin
from tests.promises.writers import settings_for
from tests.test_permissions import values_of

CACHING = """
        proxy_cache kept;
        proxy_cache_valid any 10m;
        add_header X-Cache $upstream_cache_status always;
"""
TWO = ("one", "two")
STYLES = re.compile(r'(?:href|src)="(/static/[^"]+)"')


class People:
    """Two people who are logged in, and a reader: their cookies, and whose page it is that somebody got."""

    def __init__(self, app, make):
        self.cookies, self.values = {"visitor": ""}, {}
        for who in TWO:
            person = make()
            with transaction():
                key, self.values[who] = open_session(person, device="Test", staff=True, proven=True)
            self.cookies[who] = f"{app.config['SESSION_COOKIE_NAME']}={key}"

    def owner(self, text):
        """Whose page it is: each page of a log-in holds the value of its forms, in its frame too; None for others."""
        found = TOKEN.search(text)
        value = URLSafeTimedSerializer("").loads_unsafe(found[1])[1] if found else None
        return next((who for who in TWO if self.values[who] == value), None)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_shared_cache_that_keeps_what_it_may_mixes_no_pages(world, make_app, figure):
    scene, app = Scene(world, "during"), make_app(page_cache=True)
    world.app = app
    client = FlaskClient(app, app.response_class, use_cookies=False)
    people = People(app, lambda: world.staff(scene.tenant, Role.TENANT_ADMIN))
    cache, mixed, kept, own = SharedCache(), [], [], 0
    for path in addresses(app, scene):
        for who in ("visitor", "one", "two", "visitor", "two", "one"):
            answer = cache.get(client, path, people.cookies[who])
            owner = people.owner(answer.get_data().decode("utf-8", "replace"))
            own += owner is not None
            mixed += [f"{path} for {who} is of {owner}"] * (owner not in (None, who))
            if owner is not None and not answer.cache_control.no_store:
                kept.append(f"{path}: {answer.headers['Cache-Control']}")
    figure(f"{own} pages of two people through a shared cache, {cache.hits} from it, {len(mixed)} mixed")
    assert own > 200, "pages for people say whose they are"
    assert cache.hits > 30, "a cache that keeps nothing mixes nothing"
    assert mixed == []
    assert kept == [], "what is for one reader is no-store"


def addresses(app, scene):
    """An address of every view that is opened, as it stands in the scene."""
    adapter = app.url_map.bind("localhost")
    known = {"tenant": scene.tenant.slug, "activity": "a", "path": "css/app.css", "reference": scene.reference}
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.endpoint.startswith("probe."):
            place = scene.places.get(rule.endpoint.partition(".")[0], scene.places["text"])
            yield adapter.build(rule.endpoint, values_of(rule, known | {"procedure": place.slug}), method="GET")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The port of an nginx that keeps pages, the cookies of two people, and where they go."""
    folder = tmp_path_factory.mktemp("caches")
    url, data = f"sqlite:///{folder / 'site.db'}", str(folder / "data")
    app = create_app({"database_url": url, "data_folder": data})
    with app.app_context():
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
        world = World(app)
        procedure = world.procedure(module="text")
        root = f"/{procedure.tenant.slug}"
        people = People(app, world.person)
        pages = ["/", "/-/settings", "/-/sessions", "/-/participation", f"{root}/", f"{root}/{procedure.slug}/"]
        db.session.remove()
        db.engine.dispose()
    server = Server("app:create_app()", settings_for(url, data, PARTICIPATION_PROXY_HOPS="1"))
    try:
        begin(server)
        with proxied(server.port, folder / "nginx", keeping=CACHING) as port:
            yield port, people, pages
    finally:
        server.stop()


@pytest.mark.waits
def test_a_proxy_that_keeps_pages_mixes_none(site, chance, sized, figure):
    port, people, pages = site
    asked, mixed, own, from_cache = 0, [], 0, 0
    for path in STYLES.findall(opened(port, "/", "")[1])[:4] * 2:
        from_cache += opened(port, path, "")[0] == "HIT"
    for turn in range(sized(test=1, quick=20, full=100)):
        home = f"127.0.1.{turn + 1}"  # each time from another address, none of them a flood
        for path in chance.sample(pages, len(pages)):
            for who in chance.sample(sorted(people.cookies), 3):
                owner, asked = people.owner(opened(port, path, people.cookies[who], home)[1]), asked + 1
                own += owner == who
                mixed += [f"{path} for {who} is of {owner}"] * (owner not in (None, who))
    figure(f"{asked} pages of two people and a reader through nginx with proxy_cache, {len(mixed)} mixed")
    assert from_cache >= 4, "the proxy keeps what it may"
    assert mixed == []
    assert own == asked * 2 // 3, "each of the two gets the own page"


def opened(port, path, cookies, home="127.0.0.1"):
    """What the cache says, and the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(home, 0))
    try:
        connection.request("GET", path, headers={"Cookie": cookies} if cookies else {})
        answer = connection.getresponse()
        return answer.headers.get("X-Cache"), answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
