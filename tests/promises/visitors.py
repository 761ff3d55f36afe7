"""People who read and write while something goes wrong, each from an address of their own, and their answers."""

import http.client
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.request import urlopen

from app import create_app
from participation.accounts.api_tokens import make_token
from participation.contributions.trust import KNOWN_AFTER
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.migrations import owners, upgrade
from participation.testing.kit import ContractKit
from participation.testing.world import World
from tests.benchmarks.served import Server

WRITES_EVERY = 10  # requests of a visitor
FLOOR = 0.05  # seconds: what is faster is noise of the machine, not a difference


class Site(NamedTuple):
    """What is there to read and where to write."""

    pages: list[str]
    contributions: str
    keys: list[str]
    body: dict[str, str]


class Seen(NamedTuple):
    """One answer."""

    what: str
    status: int
    seconds: float


def planted(database_url: str, data_folder: str, people: int = 8) -> Site:
    """A new database with a running procedure of the first module that people contribute to, and keys for programs."""
    app = create_app({"database_url": database_url, "data_folder": data_folder})
    with app.app_context():
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
        world = World(app)
        module = next(module for module in app.extensions["registry"] if module.contributions and module.seed)
        procedure = ContractKit(world=world, module=module).seeded(60)
        activity = world.activity(procedure)
        root = f"/{procedure.tenant.slug}/{procedure.slug}"
        pages = [
            "/",
            "/-/procedures",
            f"{root}/",
            f"{root}/{module.name}/{activity.slug}/",
            f"/{procedure.tenant.slug}/",
        ]
        keys = []
        for _ in range(people):
            person = world.person()
            with transaction():
                person.confirmed_at = now() - KNOWN_AFTER  # else what they write waits for a human
                keys.append(make_token(person, procedure.tenant_id, "Test"))
        interface = f"/api/v1/tenants/{procedure.tenant.slug}/procedures/{procedure.slug}/contributions"
        kind = module.contributions[0]
        body = {"module": module.name, "activity": activity.slug, "type": kind.name, "place": ""}
        body |= {"title": "Ein Titel"} if kind.titled else {}
        body |= {"category": next(iter(kind.categories(activity)))} if kind.categories else {}
        db.session.remove()
        db.engine.dispose()
    return Site([*pages, "/-/search?q=Weg", interface], interface, keys, body)


@dataclass
class Visitors:
    """So many people at once, for as long as the block lasts."""

    port: int
    site: Site
    number: int = 4
    pause: float = 0.05
    network: str = "127.0.1."
    seen: list[Seen] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Visitors":
        self._threads = [threading.Thread(target=self._visit, args=(index,)) for index in range(self.number)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _visit(self, index: int) -> None:
        count = index
        while not self._stop.is_set():
            count += 1
            if count % WRITES_EVERY == 0:
                self.seen.append(self.write(index, f"Beitrag {index} {count} {time.time()}"))
            else:
                self.seen.append(self.ask("read", "GET", self.site.pages[count % len(self.site.pages)], index))
            self._stop.wait(self.pause)

    def write(self, index: int, text: str) -> Seen:
        """Send a comment."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.site.keys[index]}"}
        body = json.dumps(self.site.body | {"text": text})
        return self.ask("write", "POST", self.site.contributions, index, body, headers)

    def page(self, path: str) -> str:
        """A page as text, "" where nobody answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.read().decode()
        except OSError:
            return ""

    def ask(self, what: str, method: str, path: str, index: int, body=None, headers=None) -> Seen:
        """One request on a connection of its own; status 0 where nobody answers."""
        began = time.monotonic()
        source = (f"{self.network}{index + 1}", 0)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20, source_address=source)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        return Seen(what, status, time.monotonic() - began)


def p95(seen: Sequence[Seen], what: str = "read") -> float:
    """The time within which 95 of 100 were answered."""
    times = sorted(row.seconds for row in seen if row.what == what)
    return times[int(len(times) * 0.95)] if times else float("inf")


def statuses(seen: Sequence[Seen], what: str) -> set[int]:
    """What was answered."""
    return {row.status for row in seen if row.what == what}


def begin(server: Server, seconds: float = 120) -> None:
    """Start a site and come back when it answers; a loaded machine is slow."""
    server.start_only()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=20).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the site does not answer")
