"""How the machine is: what waits to be delivered, what did not work, how far the log is sealed, room on the disk."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, NamedTuple

from sqlalchemy import func, select, update

from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import DeliveryRow, Event, EventRow, emit
from participation.kernel.migrations import Owners, current, heads
from participation.kernel.refusal import Unknown
from participation.kernel.seal import SealRow

MOST = 100
STUCK = ("failed", "orphaned")


@dataclass(frozen=True, kw_only=True)
class DeliveryRetried(Event):
    """Somebody had a delivery tried again that had failed."""

    name: ClassVar[str] = "kernel.delivery_retried"
    delivery_id: int


class Outbox(NamedTuple):
    """Deliveries that wait, since when the oldest is due (None: none is late), and how many are stuck."""

    waiting: int
    due_since: datetime | None
    stuck: int


class StuckDelivery(NamedTuple):
    """A delivery that failed ten times, or that nobody is there for any more (a module was removed)."""

    id: int
    event: str
    at: datetime
    handler: str
    attempts: int
    error: str
    state: str


class Seal(NamedTuple):
    """How far the log is sealed: when the newest sealed event was, and how many wait."""

    newest: datetime | None
    unsealed: int


def outbox() -> Outbox:
    """The state of the outbox; one query."""
    waiting, due = DeliveryRow.state == "waiting", DeliveryRow.run_at <= now()
    query = select(
        func.count().filter(waiting),
        func.min(DeliveryRow.run_at).filter(waiting, due),
        func.count().filter(DeliveryRow.state.in_(STUCK)),
    )
    return Outbox(*db.session.execute(query.select_from(DeliveryRow)).one())


def stuck_deliveries() -> list[StuckDelivery]:
    """What did not work, the newest first, at most a hundred."""
    query = select(
        DeliveryRow.id, EventRow.name, EventRow.at, DeliveryRow.handler, DeliveryRow.attempts, DeliveryRow.error,
        DeliveryRow.state,
    ).join(EventRow, EventRow.id == DeliveryRow.event_id)  # fmt: skip
    rows = db.session.execute(query.where(DeliveryRow.state.in_(STUCK)).order_by(DeliveryRow.id.desc()).limit(MOST))
    return [StuckDelivery(*row) for row in rows]


def retry(delivery_id: int, *, actor_id: int) -> None:
    """Have a delivery that is stuck tried again, ten times as at first. Raises Unknown."""
    stuck = update(DeliveryRow).where(DeliveryRow.id == delivery_id, DeliveryRow.state.in_(STUCK))
    again = stuck.values(state="waiting", attempts=0, run_at=now(), lease_until=None, done_at=None)
    if db.session.scalar(again.returning(DeliveryRow.id)) is None:
        raise Unknown
    emit(DeliveryRetried(actor_id=actor_id, delivery_id=delivery_id))


def seal() -> Seal:
    """How far the log is sealed; two queries."""
    missing = select(EventRow.id).outerjoin(SealRow, SealRow.event_id == EventRow.id).where(SealRow.id.is_(None))
    newest = select(EventRow.at).join(SealRow, SealRow.event_id == EventRow.id).order_by(SealRow.id.desc()).limit(1)
    return Seal(db.session.scalar(newest), db.session.scalar(select(func.count()).select_from(missing.subquery())) or 0)


def behind(histories: Owners) -> list[str]:
    """The owners of tables whose newest migration was not carried out."""
    newest = heads(histories)
    done = current(db.engine, histories)
    return [owner for owner, head in newest.items() if done[owner] != head]


def free_bytes(folder: Path) -> int:
    """Room on the disk on which the data lie."""
    return shutil.disk_usage(folder if folder.exists() else folder.parent).free
