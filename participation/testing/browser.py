"""Journeys in a real browser: a server on a port of its own, and pages that are watched.

A page fails its test when it logs an error, breaks the Content-Security-Policy or Trusted Types, gets no answer for
a file, or asks a foreign host.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from participation.accounts.models import Person
from participation.accounts.sessions import open_session
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.mail import mail_folder
from participation.kernel.migrations import owners, upgrade
from participation.kernel.outbox import work_off
from participation.testing.fixtures import _postgres_database, fresh
from participation.testing.probe import PROBE
from participation.testing.world import World

CHROMIUM = "/usr/bin/chromium"
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}
PATIENCE_MS = 30_000  # a loaded machine is slow; nothing waits longer than it takes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey that fails is walked once more and named RERUN in the summary: a browser has a clock of its own."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the system. Where it is missing tests are skipped with a sentence; with CI=true they fail."""
    if not Path(CHROMIUM).exists():
        sentence = f"{CHROMIUM} is missing; install it: sudo apt-get install -y chromium"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(sentence)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGS))
        yield found
        found.close()


class Site:
    """A portal that answers at `url`; the test stands in its app context and plays the worker."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app, self.url, self.world = app, url, World(app)

    def mails(self, to: str = "") -> list[EmailMessage]:
        """Deliver what waits, then read the mails from the folder, oldest first; only those to an address, if named."""
        db.session.rollback()
        work_off()
        paths = sorted(mail_folder().glob("*.eml"))
        found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
        return [mail for mail in found if to in str(mail["To"])]

    def link(self, to: str) -> str:
        """The path of the link in the newest mail to an address."""
        body = self.mails(to)[-1].get_body(("plain",))
        assert body is not None
        links = [word for word in str(body.get_content()).split() if word.startswith(self.url)]
        return links[0].removeprefix(self.url)

    def work(self) -> None:
        """Let the worker do what waits: mails, the search index."""
        db.session.rollback()
        work_off()

    def clock_shifted(self, by: timedelta) -> None:
        """Move the clock of the server from the real time; the fixture sets it back."""
        clock.shift(by)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request: a failing journey shows its page, not the server's log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Leave it out."""


@contextmanager
def serving(database_url: str, data_folder: Path) -> Iterator[Site]:
    """A migrated portal, with the modules found and the probe, behind a server thread on a free port."""
    server = make_server("127.0.0.1", 0, lambda _environ, _start: [], threaded=True, request_handler=Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    folders = {"database_url": database_url, "data_folder": str(data_folder)}
    app = create_app({**folders, "base_url": url, "page_cache": True}, more_modules=[PROBE])
    with app.app_context():
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
    server.app = app
    thread = Thread(target=server.serve_forever, name="site", daemon=True)
    thread.start()
    try:
        yield Site(app, url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for all journeys, on SQLite."""
    folder = tmp_path_factory.mktemp("site")
    with serving(f"sqlite:///{folder / 'site.db'}", folder) as site:
        yield site


@pytest.fixture
def site(served: Site) -> Iterator[Site]:
    """The portal, empty at the beginning of each test, with the clock at the real time."""
    with served.app.app_context():
        yield served
        db.session.rollback()
    empty(served)


@pytest.fixture
def postgres_site(tmp_path: Path) -> Iterator[Site]:
    """The same on PostgreSQL: for the one journey that shows that it makes no difference."""
    with _postgres_database("journey") as url, serving(url, tmp_path) as site, site.app.app_context():
        yield site
        db.session.rollback()


def empty(site: Site) -> None:
    """Remove rows, mails and cached pages, and set the clock back."""
    clock.shift(timedelta(0))
    fresh(site.app)
    site.app.extensions["page_cache"].forget()


class Visitors:
    """Opens pages as different people on different devices, and notes what went wrong on any of them."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.problems: list[str] = []
        self.requests: list[str] = []
        self._open: list[BrowserContext] = []

    def __call__(
        self,
        site: Site,
        path: str = "/",
        *,
        person: Person | None = None,
        width: int = DESK["width"],
        height: int = DESK["height"],
        script: bool = True,
        dark: bool = False,
        locale: str = "de-DE",
    ) -> Page:
        """A page on a device of its own (own cookies and storage); with `person` somebody who is logged in."""
        context = self.browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            locale=locale,
            timezone_id="Europe/Berlin",
        )
        context.set_default_timeout(PATIENCE_MS)
        if person is not None:
            context.add_cookies([{"name": "s", "value": _key_of(person), "url": site.url}])
        self._open.append(context)
        page = context.new_page()
        self._watch(page, site)
        page.goto(path)
        return page

    def _watch(self, page: Page, site: Site) -> None:
        def said(message: ConsoleMessage) -> None:
            # what the server answered is judged by `answered`, where the kind of request is known
            if message.type == "error" and not message.text.startswith("Failed to load resource"):
                self.problems.append(f"{page.url}: {message.text}")

        def asked(request: Request) -> None:
            self.requests.append(request.url)
            if not request.url.startswith((f"{site.url}/", "data:")):
                self.problems.append(f"{page.url} asks {request.url}")

        def answered(response: Response) -> None:
            answers = response.request.is_navigation_request() or response.request.resource_type == "fetch"
            if response.status >= (500 if answers else 400):  # a refusal is an answer; a missing file is none
                self.problems.append(f"{page.url}: {response.status} for {response.url}")

        page.on("console", said)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("request", asked)
        page.on("response", answered)

    def close(self) -> None:
        """Close all devices."""
        for context in self._open:
            context.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visitors]:
    """`visit(site, path, width=360, script=False, …)`: a page on a new device, where nothing may go wrong."""
    visitors = Visitors(browser)
    yield visitors
    visitors.close()
    assert not visitors.problems, "\n".join(visitors.problems)


def _key_of(person: Person) -> str:
    with transaction():
        key, _csrf = open_session(person, device="Testgerät", staff=False, proven=True)
    return key
