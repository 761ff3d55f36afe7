"""Promise 21: what helps may fail. Reading and commenting go on about as fast, and what was away comes back."""

import re
import subprocess
import sys
import time
import tomllib

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import create_engine, text

from participation.kernel.config import ConfigSchema
from participation.search.models import SearchRow
from participation.testing.fixtures import _postgres_database
from participation.web.headers import POLICY
from tests.benchmarks.served import ROOT, Server, free_port
from tests.promises.visitors import FLOOR, Visitors, begin, p95, planted, statuses
from tests.promises.writers import settings_for

BACK = 30.0  # seconds
RATIO = 2.0
SEARCH = SearchRow.__tablename__
HELPERS = re.compile(r"redis|celery|memcached|opensearch|elasticsearch|meilisearch|tile", re.IGNORECASE)


def used_helpers():
    """What the installation could be told to use besides database, mail and files; empty is what the figure says."""
    settings = [name for name in ConfigSchema._declared_fields if HELPERS.search(name)]
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    return settings + [name for name in needed if HELPERS.search(name)] + re.findall(r"https?://\S+", POLICY)


def test_there_is_nothing_else_that_could_fail():
    assert used_helpers() == []


class Mailbox:
    """A mail server that can be switched off."""

    def __init__(self):
        self.port, self.came = free_port(), []
        self._controller = None

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the library's name
        self.came.append(envelope)
        return "250 OK"

    def on(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def off(self):
        if self._controller is not None:
            self._controller.stop()
        self._controller = None


class Place:
    """A site behind gunicorn with all its helpers, each with a switch."""

    def __init__(self, url, folder):
        self.url, self.data, self.mailbox = url, str(folder / "data"), Mailbox()
        self.site = planted(url, self.data)
        self.mailbox.on()
        mail = {"PARTICIPATION_MAIL_SERVER": "127.0.0.1", "PARTICIPATION_MAIL_PORT": str(self.mailbox.port)}
        self.settings = settings_for(url, self.data, WORKERS="2", **mail)
        self.server = Server("app:create_app()", self.settings)
        begin(self.server)

    def close(self):
        self.server.stop()
        self.mailbox.off()

    def rename(self, one, other):
        engine = create_engine(self.url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            connection.execute(text(f'ALTER TABLE "{one}" RENAME TO "{other}"'))
        engine.dispose()

    def readonly(self, how):
        environment = self.server._environment
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "readonly", how], cwd=ROOT, env=environment, check=True
        )

    def visited(self, seconds):
        with Visitors(self.server.port, self.site, pause=0.1) as visitors:
            time.sleep(seconds)
            soon(lambda: {row.what for row in visitors.seen} == {"read", "write"})
        return visitors.seen

    def ask(self, path):
        return Visitors(self.server.port, self.site).ask("read", "GET", path, 0)

    def found(self, word):
        return Visitors(self.server.port, self.site).page(f"/-/search?q={word}")

    def write(self, words):
        """By somebody who writes nothing else, so that nothing of it waits for a human."""
        return Visitors(self.server.port, self.site).write(len(self.site.keys) - 1, words)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    if request.param == "sqlite":
        made = Place(f"sqlite:///{tmp_path / 'site.db'}", tmp_path)
        yield made
        made.close()
    else:
        with _postgres_database("bends") as url:
            made = Place(url, tmp_path)
            yield made
            made.close()


def soon(is_so):
    """How many seconds it took until something was so; infinity after half a minute and a bit."""
    began = time.monotonic()
    while time.monotonic() - began < BACK + 5:
        if is_so():
            return time.monotonic() - began
        time.sleep(0.25)
    return float("inf")


@pytest.mark.waits
def test_mail_search_and_writing_away_in_turn(place, sized, figure, request):
    seconds = sized(test=2, quick=8, full=30)
    place.visited(2)  # the first answers of a process are slow, and would hide what comes
    normal = place.visited(seconds)
    assert {**dict.fromkeys(statuses(normal, "read")), **dict.fromkeys(statuses(normal, "write"))}.keys() == {200, 201}
    said, wrong = [f"{request.node.callspec.params['place']}"], []
    for name, off, on, back, writes in (
        ("mail", place.mailbox.off, place.mailbox.on, lambda: mail_again(place), {201}),
        (
            "search",
            lambda: place.rename(SEARCH, "away"),
            lambda: place.rename("away", SEARCH),
            lambda: search_again(place),
            {201},
        ),
        ("read-only", lambda: place.readonly("on"), lambda: place.readonly("off"), lambda: writing_again(place), {503}),
    ):
        off()
        time.sleep(1)
        seen = place.visited(seconds)
        on()
        after = back()
        ratio = max(p95(seen), FLOOR) / max(p95(normal), FLOOR)
        said.append(
            f"{name} off: p95 {p95(seen) * 1000:.0f} ms of {p95(normal) * 1000:.0f} normally, back in {after:.1f} s"
        )
        wrong += [f"{name}: reads answered {statuses(seen, 'read')}"] * (statuses(seen, "read") != {200})
        wrong += [f"{name}: comments answered {statuses(seen, 'write')}"] * (statuses(seen, "write") != writes)
        wrong += [f"{name}: {ratio:.1f} times slower"] * (ratio > RATIO) + [f"{name}: not back"] * (after > BACK)
    figure("; ".join(said) + "; Redis and tiles: not used by the product")
    assert not wrong, "\n".join(wrong)


def mail_again(place):
    """A mail that is due after the server is back arrives."""
    before = len(place.mailbox.came)
    place.write("Nach dem Ausfall des Mailservers.")
    return soon(lambda: len(place.mailbox.came) > before)


def search_again(place):
    """What is written after the index is back is found."""
    place.write("Der Sonnenblumenweg braucht Bänke.")
    return soon(lambda: "Sonnenblumenweg braucht" in re.sub("<[^>]+>", "", place.found("Sonnenblumenweg")))


def writing_again(place):
    """A comment is taken."""
    return soon(lambda: place.write("Nach den Wartungsarbeiten.").status == 201)
