"""A list of 10,000 ideas: its first page beside the one behind 7,980 rows, in each order, and the signs on the map."""

from random import Random
from typing import NamedTuple

from app import create_app
from modules.ideas.queries import found_ideas
from modules.ideas.selection import Selection
from participation.contributions.threads import SORTS
from participation.kernel.db import db, transaction
from participation.kernel.migrations import owners, upgrade
from participation.testing.world import World
from tests.benchmarks.loader import requests_per_second
from tests.benchmarks.planted import analyse
from tests.benchmarks.served import served

MODULE = "ideas"
IDEAS, ROWS = 10_000, 7_980
SEEDED = IDEAS * 5 // 4  # a fifth of what a seed makes are answers
MOST = 1.3  # times the cost of the first page
LIST, MAP = "/ort/ideen/ideas/a/", "/ort/ideen/ideas/a/points.json"
VIEW = "?bbox=7.03,50.65,7.21,50.78&zoom=13"


class Deep(NamedTuple):
    """Requests per second of the first page of an order, and of the one far down."""

    order: str
    first: float
    far: float

    @property
    def cost(self) -> float:
        """How many times the cost of the first page."""
        return self.first / self.far


def measured_deep(address: str, settings: dict[str, str], folder: str) -> tuple[list[Deep], float]:
    """Each order, and the requests per second of the map's signs."""
    cursors = _plant(address, folder)
    with served("app:create_app()", settings) as port:
        orders = [
            Deep(
                order,
                requests_per_second(port, f"{LIST}?sort={order}"),
                requests_per_second(port, f"{LIST}?sort={order}&after={cursor}"),
            )
            for order, cursor in cursors.items()
        ]
        return orders, requests_per_second(port, MAP + VIEW)


def _plant(address: str, folder: str) -> dict[str, str]:
    """Migrate, seed, and go down each order. Returns where it goes on after so many rows."""
    app = create_app({"database_url": address, "data_folder": folder})
    with app.app_context():
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
        world = World(app)
        procedure = world.procedure(world.tenant("ort"), module=MODULE, slug="ideen")
        with transaction():
            activity = world.activity(procedure)
            app.extensions["registry"].get(MODULE).seed(activity, Random(1), SEEDED)
        analyse()
        found: dict[str, str] = {}
        for order in SORTS:
            rows, after = 0, None
            while rows < ROWS:
                page = found_ideas(activity, Selection(), sort=order, after=after)
                rows, after = rows + len(page.items), page.next
            found[order] = str(after)
        db.session.remove()
        db.engine.dispose()
    return found


def written_deep(orders: list[Deep], signs: float) -> list[str]:
    """The part of the report on it."""
    lines = [
        "",
        f"## A list of {IDEAS:,} ideas, cache off",
        "",
        f"| Order | req/s of the first page | behind {ROWS:,} rows | cost |",
        "|---|---|---|---|",
    ]
    lines += [f"| {deep.order} | {deep.first:.0f} | {deep.far:.0f} | {deep.cost:.2f} |" for deep in orders]
    said = f"Promise: far down a page costs at most {MOST} times the first one. Signs of a view of the map: {signs:.0f}"
    return [*lines, "", f"{said} req/s.", ""]
