"""What somebody with the database in hand can do to the log. No rule of ours stops it; the chain has to tell.

Each way takes the position of a link and gives the statements; they run with keys asleep and are taken back afterwards.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from string import Template
from typing import ClassVar

from sqlalchemy import select, text

from participation.kernel.db import db, is_sqlite, transaction
from participation.kernel.events import Event, EventRow, emit_many
from participation.kernel.seal import SealRow, seal_events

TENANT = 7


@dataclass(frozen=True, kw_only=True)
class Noted(Event):
    """A fact of the tests."""

    name: ClassVar[str] = "tests.noted_in_chain"
    thing_id: int = 0


def long_chain(number: int) -> None:
    """So many sealed facts."""
    with transaction():
        emit_many([Noted(tenant_id=TENANT, procedure_id=1, actor_id=2, thing_id=thing) for thing in range(number)])
    while seal_events():
        pass


NAMES = {  # what stands for what in the statements
    "event": "(SELECT event_id FROM event_seal WHERE tenant_id = 7 AND position = $at)",
    "other": "(SELECT event_id FROM event_seal WHERE tenant_id = 7 AND position = $next)",
    "mine": "tenant_id = 7 AND position",
    "far": "1000000",  # where links wait while others move
}
CHANGES: dict[str, tuple[str, ...]] = {
    "name changed": ("UPDATE event SET name = 'tests.other' WHERE id = $event",),
    "time changed": ("UPDATE event SET at = '2020-01-01 00:00:00.000000' WHERE id = $event",),
    "content changed": ("UPDATE event SET data = '{\"thing_id\": -1}' WHERE id = $event",),
    "actor changed": ("UPDATE event SET actor_id = 99 WHERE id = $event",),
    "procedure changed": ("UPDATE event SET procedure_id = 99 WHERE id = $event",),
    "moved to another authority": ("UPDATE event SET tenant_id = 8 WHERE id = $event",),
    "event removed": ("DELETE FROM event WHERE id = $event",),
    "event and link removed": (
        "DELETE FROM event WHERE id = $event",
        "DELETE FROM event_seal WHERE $mine = $at",
    ),
    "removed and closed up": (
        "DELETE FROM event WHERE id = $event",
        "DELETE FROM event_seal WHERE $mine = $at",
        "UPDATE event_seal SET position = position + $far WHERE $mine > $at",
        "UPDATE event_seal SET position = position - $far - 1 WHERE $mine > $far",
    ),
    "put in with a forged link": (
        "UPDATE event_seal SET position = position + $far WHERE $mine >= $at",
        "UPDATE event_seal SET position = position - $far + 1 WHERE $mine >= $far",
        "INSERT INTO event (id, tenant_id, name, at, data) VALUES ($far, 7, 'tests.x', '2026-01-01 00:00:00', '{}')",
        "INSERT INTO event_seal (id, tenant_id, position, event_id, hash) VALUES ($far, 7, $at, $far, 'x')",
    ),
    "two contents swapped": (
        "UPDATE event SET data = '{\"thing_id\": $at}' WHERE id = $event",
        "UPDATE event SET data = '{\"thing_id\": $before}' WHERE id = $other",
    ),
    "two links swapped": (
        "UPDATE event_seal SET position = $far WHERE $mine = $at",
        "UPDATE event_seal SET position = $at WHERE $mine = $next",
        "UPDATE event_seal SET position = $next WHERE $mine = $far",
    ),
    "link forged": ("UPDATE event_seal SET hash = 'x' WHERE $mine = $at",),
}
CUTS = {
    "end cut off": (
        "DELETE FROM event WHERE id IN (SELECT event_id FROM event_seal WHERE $mine >= $at)",
        "DELETE FROM event_seal WHERE $mine >= $at",
    ),
    "seals of the end cut off": ("DELETE FROM event_seal WHERE $mine >= $at",),
}


@contextmanager
def done(statements: tuple[str, ...], at: int) -> Iterator[None]:
    """The statements at a position, until the end of the block."""
    connection = db.session.connection()
    connection.execute(
        text("PRAGMA defer_foreign_keys=ON" if is_sqlite() else "SET LOCAL session_replication_role = replica")
    )
    places = {"at": at, "next": at + 1, "before": at - 1}
    for statement in statements:
        connection.exec_driver_sql(Template(Template(statement).safe_substitute(NAMES)).substitute(places))
    try:
        yield
    finally:
        db.session.rollback()


def made_anew(at: int, link: Callable[[str, EventRow], str]) -> None:
    """The cleverest way: change a fact, and make every link from there on anew. The chain is whole afterwards."""
    query = select(SealRow, EventRow).join(EventRow, EventRow.id == SealRow.event_id)
    rows = db.session.execute(query.where(SealRow.tenant_id == TENANT).order_by(SealRow.position)).all()
    before = rows[at - 2][0].hash
    rows[at - 1][1].actor_id = 99
    for seal, event in rows[at - 1 :]:
        seal.hash = before = link(before, event)
