"""A database with so many comments on one text, and the pages that show them."""

from datetime import timedelta
from random import Random

from sqlalchemy import select

from app import create_app
from participation.contributions.models import Contribution, PlaceCount
from participation.kernel.db import db, transaction
from participation.kernel.migrations import owners, upgrade
from participation.testing.world import World

MODULE = "text"


def plant(address: str, folder: str, number: int) -> dict[str, str]:
    """Migrate, seed, and name the pages: front page, procedure, text, the busiest paragraph, its busiest thread."""
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
        pages = _pages(world.activity(procedure).id)
        _analyse()
        db.session.remove()
        db.engine.dispose()
    return pages


def _pages(activity_id: int) -> dict[str, str]:
    busiest = select(PlaceCount.place).where(PlaceCount.activity_id == activity_id, PlaceCount.place.not_in(["", "*"]))
    place = db.session.scalar(busiest.order_by(PlaceCount.shown.desc(), PlaceCount.place))
    most = select(Contribution.reference).where(
        Contribution.activity_id == activity_id, Contribution.parent_id.is_(None)
    )
    thread = db.session.scalar(most.order_by(Contribution.replies.desc(), Contribution.id))
    return {
        "Front page": "/",
        "Procedure": "/ort/gesetz/",
        "Text": "/ort/gesetz/text/a/",
        "Paragraph with its threads": f"/ort/gesetz/text/a/at/{place}",
        "Thread": f"/ort/gesetz/-/contributions/{thread}",
    }


def _analyse() -> None:
    """What the database does by itself every now and then."""
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
