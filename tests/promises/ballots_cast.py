"""People who vote by the forms of the pages: they look at the questions, check what they chose, cast it.

A voter does not know whether the site is a process of its own or answers in this one: it is given how to ask.
"""

import http.client
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from flask import Flask
from sqlalchemy import insert

from app import create_app
from modules.ballot.tests.conftest import make_vote
from participation.accounts.models import Person
from participation.accounts.sessions import open_session
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.migrations import owners, upgrade
from participation.testing.lint import LintingClient
from participation.testing.world import HASH, World

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
RECEIPT = re.compile(r"receipt__number[^>]*>\s*([0-9A-Z]{5}-[0-9A-Z]{5})")
CHOICES = (
    {"q1": ["yes"], "q2": ["o1"], "q3": ["o1", "o2"]},
    {"q1": ["no"], "q2": ["o3"], "q3": ["o4"]},
    {"q1": ["abstain"], "q2": ["o2"]},
    {"q3": ["o2", "o3"]},
)
WAYS = ("account", "email")
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


class Answer(NamedTuple):
    """What somebody was answered."""

    status: int
    location: str
    body: str


Ask = Callable[[str, str, Mapping[str, Sequence[str]] | None], Answer]  # method, path, fields


class Site(NamedTuple):
    """Where people vote, answer a poll and support a contribution, and the cookies of those who may."""

    ballot: str
    poll: str
    rated: str
    cookies: list[str]


def furnished(world: World, people: int) -> Site:
    """A running vote, a running poll and a contribution of one authority, and so many people for whom all of it is."""
    tenant = world.tenant("stadt", name="Stadt")
    make_vote(world, tenant, slug="abstimmung", identity=WAYS)
    make_vote(world, tenant, slug="umfrage", identity=WAYS, settings={"effect": "opinion", "body": ""})
    talk = world.procedure(tenant, slug="gespraech", module="text", kinds=["consultation"])
    rated = f"/stadt/gespraech/-/contributions/{world.contribution(talk).reference}/rate"
    return Site("/stadt/abstimmung/ballot/a/", "/stadt/umfrage/ballot/a/", rated, cookies_of(people))


def cookies_of(people: int, mark: str = "", *, all_with_password: bool = False) -> list[str]:
    """The cookies of so many new people, in one transaction; every third has no password, only a confirmed address."""
    one = {"created_at": now(), "confirmed_at": now(), "is_operator": False}
    rows = [
        one
        | {
            "email": f"waehlt-{number}{mark}@uebung.example",
            "display_name": f"Wählerin {number}",
            "password_hash": HASH if all_with_password or number % 3 < 2 else None,
        }
        for number in range(people)
    ]
    with transaction():
        made = db.session.scalars(insert(Person).returning(Person, sort_by_parameter_order=True), rows).all()
        return [open_session(person, device="Test", staff=False)[0] for person in made]


def furnished_at(database_url: str, data_folder: str, people: int) -> Site:
    """The same on a new database."""
    app = create_app({"database_url": database_url, "data_folder": data_folder})
    with app.app_context():
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
        site = furnished(World(app), people)
        db.session.remove()
        db.engine.dispose()
    return site


def by_socket(port: int, cookie: str = "") -> Ask:
    """Ask a site that listens, each time on a connection of its own. Raises OSError, HTTPException where it is gone."""

    def ask(method: str, path: str, fields: Mapping[str, Sequence[str]] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            headers = HEADERS | ({"Cookie": f"s={cookie}"} if cookie else {})
            connection.request(method, path, urlencode(fields, doseq=True) if fields else None, headers)
            got = connection.getresponse()
            return Answer(got.status, urlsplit(got.headers.get("Location", "")).path, got.read().decode())
        finally:
            connection.close()

    return ask


def by_call(app: Flask, cookie: str) -> Ask:
    """Ask an app of this process, each time with a browser of its own."""

    def ask(method: str, path: str, fields: Mapping[str, Sequence[str]] | None = None) -> Answer:
        client = LintingClient(app, app.response_class, use_cookies=True)
        client.set_cookie(str(app.config["SESSION_COOKIE_NAME"]), cookie)
        got = client.open(path, method=method, data=fields)
        return Answer(got.status_code, urlsplit(got.location or "").path, got.get_data(as_text=True))

    return ask


class Voter:
    """Somebody with a log-in, however many windows are open."""

    def __init__(self, ask: Ask, site: Site) -> None:
        self.ask, self.site = ask, site
        self._token = ""

    @property
    def token(self) -> str:
        """What each form of this log-in carries; read once."""
        if not self._token:
            page = self.ask("GET", self.site.ballot, None)
            found = TOKEN.search(page.body)
            assert found, f"{page.status}: {page.body[:500]}"
            self._token = found[1]
        return self._token

    def check(self, vote: str, choices: Mapping[str, Sequence[str]]) -> int:
        """The first step: what was chosen is shown once more."""
        return self.ask("POST", f"{vote}review", choices).status

    def cast(self, vote: str, choices: Mapping[str, Sequence[str]]) -> int:
        """The second step: it counts."""
        return self.ask("POST", f"{vote}cast", {**choices, "csrf_token": [self.token]}).status

    def receipt(self, vote: str) -> str:
        """The number that the receipt shows; "" where there is none."""
        found = RECEIPT.search(self.ask("GET", f"{vote}receipt", None).body)
        return found[1] if found else ""

    def rate(self, value: str) -> int:
        """Support a contribution, or not."""
        return self.ask("POST", self.site.rated, {"value": [value], "csrf_token": [self.token]}).status
