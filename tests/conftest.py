"""What the core's own tests share beside the kit: further apps on the same database, handlers of a test's own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from app import create_app
from participation.kernel.db import db
from participation.kernel.events import Event, Handler
from participation.testing.lint import LintingClient
from participation.testing.probe import PROBE


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make promises` asks of the tests in `tests/promises`; here, because only this file is read in time."""
    group = parser.getgroup("promises")
    group.addoption("--promise-form", default="test", choices=("test", "quick", "full"), help="how much is measured")
    group.addoption("--promise-seed", default=20260, type=int, help="replays a failure")
    group.addoption("--promise-figures", default="", help="a file for what was measured")


@pytest.fixture
def make_app(app: Flask) -> Iterator[Callable[..., Flask]]:
    """Makes another app on the database of `app`: with settings, modules or views of the test's own."""
    made: list[Flask] = []

    def make(*, more_modules: Any = (PROBE,), **overrides: Any) -> Flask:
        same = {name: app.config["SETTINGS"][name] for name in ("database_url", "data_folder")}
        other = create_app(same | overrides, more_modules=more_modules)
        other.test_client_class = LintingClient
        made.append(other)
        return other

    yield make
    for other in made:
        with other.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def listen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Event], Handler], None]:
    """`listen(Happened, handler)`: for this test, nobody else listens to the event."""

    def add(event: type[Event], *handlers: Handler) -> None:
        monkeypatch.setitem(app.extensions["handlers"], event, handlers)

    return add


@pytest.fixture
def in_threads(app: Flask) -> Callable[[int, Callable[[], object]], list[Any]]:
    """`in_threads(4, work)` runs `work` in so many threads at once, each with a session of its own."""
    return lambda number, work: run_in_threads(app, number, work)


def run_in_threads(app: Flask, number: int, work: Callable[[], object]) -> list[Any]:
    """What `work` answered in each thread; an error of a thread is raised here."""
    barrier = Barrier(number)

    def one() -> object:
        with app.app_context():
            barrier.wait(10)
            return work()

    with ThreadPoolExecutor(number) as pool:
        futures = [pool.submit(copy_context().run, one) for _ in range(number)]
        return [future.result(60) for future in futures]
