"""The worker: claims deliveries with a lease, carries them out, says "done" in the same transaction as the effect."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy import not_, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel import readonly
from participation.kernel.clock import now
from participation.kernel.db import Base, db, ledger, transaction
from participation.kernel.events import Delivery, DeliveryRow, EventRow, Final, Handler, Handlers, handler_named
from participation.kernel.fan_out import fan_out

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
ELECTION = timedelta(seconds=30)  # of the embedded worker: where a process was killed, another follows soon
AHEAD = 2  # a lease that ends later than twice its length from now is of before the clock was set back
BATCH = 20
TRIES = 10
IDLE_SECONDS = 1.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class Periodic:
    """Work that comes again and again; exactly one worker does it at a time."""

    name: str
    every: timedelta
    run: Callable[[], object]


class LeaseRow(Base):
    """Who may do something that only one may do at a time, and until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(unique=True)
    holder: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime]


def work_off(stop: threading.Event | None = None) -> int:
    """Carry out everything that is due now, also what that brings about. Returns how many deliveries were done.

    Once `stop` is set, or in read-only mode, what is claimed is finished and nothing new is taken.
    """
    count = 0
    while not (stop and stop.is_set()) and not readonly.is_on() and (ids := claim()):
        with readonly.finishing():
            for delivery_id in ids:
                deliver(delivery_id)
                count += 1
    return count


def claim(limit: int = BATCH) -> list[int]:
    """Lease up to `limit` due deliveries; a lease that ran out (the worker was killed) is free again.

    Long work is claimed alone, when nothing else is due: behind it no lease of anything else may run out.
    """
    at = now()
    set_back = DeliveryRow.lease_until > at + AHEAD * LEASE
    free = or_(DeliveryRow.lease_until.is_(None), DeliveryRow.lease_until < at, set_back)
    due = (
        select(DeliveryRow.id)
        .where(DeliveryRow.state == "waiting", DeliveryRow.run_at <= at, free)
        .order_by(DeliveryRow.run_at, DeliveryRow.id)
        .limit(limit)
    )
    waiting = db.session.scalar(due.limit(1))  # a look without the write lock: mostly there is nothing to do
    db.session.rollback()
    if waiting is None:
        return []
    is_long = DeliveryRow.handler.in_(_long_handlers())
    with transaction():
        ids = list(db.session.scalars(due.where(not_(is_long)).with_for_update(skip_locked=True)))
        ids = ids or list(db.session.scalars(due.where(is_long).limit(1).with_for_update(skip_locked=True)))
        db.session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id.in_(ids))
            .values(lease_until=at + LEASE, attempts=DeliveryRow.attempts + 1)
        )
    return ids


def _long_handlers() -> list[str]:
    table: Handlers = current_app.extensions["handlers"]
    return [handler.name for group in table.values() for handler in group if handler.long]


def renew(delivery_id: int) -> None:
    """Say that long work is still going on, from outside its transaction: nobody else begins it meanwhile."""
    values = {"lease_until": now() + LEASE}
    with ledger() as connection:
        connection.execute(update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(**values))


def deliver(delivery_id: int) -> None:
    """Carry out one claimed delivery; on an error (but a `Final` one) it comes again after 1, 2, 4 … minutes."""
    row = db.session.get_one(DeliveryRow, delivery_id)
    handler = handler_named(row.handler)
    delivery = _delivery(row)
    db.session.rollback()
    if handler is None or delivery.event is None:
        return _finish(delivery_id, "orphaned")
    try:
        _carry_out(handler, delivery)
    except Exception as error:
        db.session.rollback()
        log.exception("delivery %s to %s failed", delivery_id, handler.name)
        _postpone(delivery_id, error)


def _delivery(row: DeliveryRow) -> Delivery:
    fact = db.session.get_one(EventRow, row.event_id)
    named = {"target": row.target, "handler": row.handler}
    return Delivery(id=row.id, event_id=fact.id, event=fact.event(), at=fact.at, **named)


def _carry_out(handler: Handler, delivery: Delivery) -> None:
    if handler.targets is not None and not delivery.target:
        with transaction():
            fan_out(handler, delivery)
            _mark(delivery.id, "done")
        return None
    if not handler.outside:
        with transaction():
            handler.run(delivery)
            _mark(delivery.id, "done")
        return None
    effects = list(handler.run(delivery) or ())
    db.session.rollback()  # nothing is held while a mail server thinks
    for effect in effects:
        effect()
    return _finish(delivery.id, "done")


def _finish(delivery_id: int, state: str) -> None:
    with transaction():
        _mark(delivery_id, state)


def _mark(delivery_id: int, state: str) -> None:
    values = {"state": state, "done_at": now(), "lease_until": None, "error": ""}
    db.session.execute(update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(**values))


def _postpone(delivery_id: int, error: Exception) -> None:
    with transaction():
        row = db.session.get_one(DeliveryRow, delivery_id)
        row.error = f"{type(error).__name__}"  # never the text: it may hold an address
        row.lease_until = None
        row.run_at = now() + timedelta(minutes=2 ** (row.attempts - 1))
        if row.attempts >= TRIES or isinstance(error, Final):
            row.state = "failed"


def hold(name: str, holder: str, length: timedelta) -> bool:
    """Take or renew a lease. True while this holder has it."""
    at = now()
    held = db.session.scalar(select(LeaseRow).where(LeaseRow.name == name))
    if held is not None and _holds(held.until, at, length) and (held.holder != holder or held.until - at > length / 2):
        mine = held.holder == holder
        db.session.rollback()
        return mine  # no write where nothing changes
    with transaction():
        row = db.session.scalar(select(LeaseRow).where(LeaseRow.name == name).with_for_update())
        if row is None:
            row = LeaseRow(name=name, holder=holder, until=at + length)
            db.session.add(row)
        elif row.holder == holder or not _holds(row.until, at, length):
            row.holder, row.until = holder, at + length
        return row.holder == holder


def _holds(until: datetime, at: datetime, length: timedelta) -> bool:
    return at < until <= at + AHEAD * length


def release(name: str, holder: str) -> None:
    """Give a lease back, so that another takes it at once; nothing where somebody else holds it."""
    with transaction():
        mine = (LeaseRow.name == name, LeaseRow.holder == holder)
        db.session.execute(update(LeaseRow).where(*mine).values(until=now()))


def run_periodics(holder: str) -> None:
    """Do each periodic task whose time has come; its lease row says when it comes again."""
    periodics: tuple[Periodic, ...] = current_app.extensions["periodics"]
    waiting = dict(db.session.execute(select(LeaseRow.name, LeaseRow.until)).all())
    db.session.rollback()
    for task in periodics:
        until = waiting.get(f"periodic:{task.name}")
        is_due = until is None or not _holds(until, now(), task.every)
        if is_due and hold(f"periodic:{task.name}", holder + secrets.token_hex(4), task.every):
            try:
                task.run()
            except Exception:
                log.exception("periodic task %s failed", task.name)
                db.session.rollback()


def work(app: Flask, stop: threading.Event, *, elected: bool) -> None:
    """Deliver until told to stop. With `elected`, only while this worker holds the lease of all embedded ones.

    A long round may outlast the election; then two work for a moment, and each delivery still has its own lease.
    In read-only mode it rests.
    """
    holder = secrets.token_hex(8)
    while not stop.is_set():
        with app.app_context(), _stumbling():
            if not readonly.is_on() and (not elected or hold("worker", holder, ELECTION)):
                run_periodics(holder)
                work_off(stop)
        stop.wait(IDLE_SECONDS)
    if elected:
        with app.app_context(), _stumbling(), readonly.finishing():
            release("worker", holder)


@contextmanager
def _stumbling() -> Iterator[None]:
    """An error is logged and the worker goes on."""
    try:
        yield
    except Exception:
        log.exception("the worker stumbled and goes on")


def start_embedded(app: Flask) -> Callable[[], None]:
    """Start the worker thread of this web process (after fork). Returns what ends it and waits a little for that."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(app, stop), kwargs={"elected": True}, name="worker", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(STOP_SECONDS)

    return end
