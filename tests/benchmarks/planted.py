"""A database with so many comments on one text, and the pages that show them."""

from datetime import timedelta
from random import Random

from app import create_app
from participation.kernel.db import db, transaction
from participation.kernel.migrations import owners, upgrade
from participation.procedures.models import Procedure
from participation.testing.world import World

MODULE = "text"
PLACE = "p1-abs1"
ENOUGH = 30  # comments; a page shows 20


def plant(address: str, folder: str, number: int) -> dict[str, str]:
    """Migrate, seed, and name the pages: front page, procedure, text, a full paragraph, a full thread."""
    app = create_app({"database_url": address, "data_folder": folder})
    with app.app_context():
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
        world = World(app)
        tenant = world.tenant("ort")
        for _ in range(11):
            world.procedure(tenant, module=MODULE)
        procedure = world.procedure(tenant, module=MODULE, slug="gesetz", lasts=timedelta(days=300))
        with transaction():
            app.extensions["registry"].get(MODULE).seed(world.activity(procedure), Random(1), number)
        pages = _pages(_full_pages(world, procedure))
        analyse()
        db.session.remove()
        db.engine.dispose()
    return pages


def _full_pages(world: World, procedure: Procedure) -> str:
    """Fill the first page of a paragraph and of a thread, so that both sizes of data show the same: 20 comments."""
    person = world.person()
    root = world.contribution(procedure, person, place=PLACE)
    for _ in range(ENOUGH):
        world.contribution(procedure, person, place=PLACE)
        world.contribution(procedure, person, parent=root)
    return root.reference


def _pages(thread: str) -> dict[str, str]:
    return {
        "Front page": "/",
        "Procedure": "/ort/gesetz/",
        "Text": "/ort/gesetz/text/a/",
        "Paragraph with its threads": f"/ort/gesetz/text/a/at/{PLACE}",
        "Thread": f"/ort/gesetz/-/contributions/{thread}",
    }


def analyse() -> None:
    """What the database does by itself every now and then."""
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
