"""What the promises share: how much of a test is asked for, its seed, and where it writes what it measured.

`make test` asks for the form "test": everything that needs no waiting. `make promises` asks for "quick" or "full".
"""

import json
import random
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests.promises.planted import planted, planted_once  # noqa: F401 - fixtures of the promises on pages

HERE = Path(__file__).parent
PROMISES = tomllib.loads((HERE / "promises.toml").read_text("utf-8"))
FORMS = ("test", "quick", "full")

T = TypeVar("T")


def number_of(path: Path) -> str:
    """The number of the promise that a file keeps: `test_07_accounts.py` has "07"."""
    return path.name.removeprefix("test_")[:2]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that wait, kill or flood are left to `make promises`; they are left out by name, never skipped."""
    if config.getoption("promise_form") != "test":
        return
    waiting = [item for item in items if item.get_closest_marker("waits")]
    if waiting:
        config.hook.pytest_deselected(items=waiting)
        items[:] = [item for item in items if not item.get_closest_marker("waits")]


@pytest.fixture(scope="session")
def form(request: pytest.FixtureRequest) -> str:
    """How much is asked for: "test", "quick" or "full"."""
    return request.config.getoption("promise_form")


@pytest.fixture(scope="session")
def sized(form: str) -> Callable[..., T]:
    """`sized(test=5, quick=50, full=500)`: the size of the form that is asked for."""
    return lambda **sizes: sizes[form]


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this run; `make promises SEED=…` replays a failure. It stands in the line of a failed promise."""
    return int(request.config.getoption("promise_seed"))


@pytest.fixture
def chance(seed: int) -> random.Random:
    """A random source of its own for each test."""
    return random.Random(seed)


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Iterator[Callable[[str], None]]:
    """`figure("0 lost of 20,000, 200 kills")`: what was measured, said before it is asserted. Last one counts."""
    said: list[str] = []
    yield said.append
    path = request.config.getoption("promise_figures")
    if path and said:
        engine = request.node.callspec.params.get("database") if hasattr(request.node, "callspec") else None
        row = {"number": number_of(request.path), "figure": said[-1], "engine": engine}
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
