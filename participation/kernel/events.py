"""Facts. A service emits; the fact and one delivery per interested handler are in the same transaction."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from flask import current_app
from sqlalchemy import ForeignKey, Index, UniqueConstraint, insert
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.clock import now
from participation.kernel.db import Base, db

INSTALLATION = 0  # the tenant_id of facts that belong to no tenant


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that was committed, in the past tense. Holds ids, never personal data or text."""

    name: ClassVar[str] = ""  # "<owner>.<what_happened>"
    tenant_id: int = INSTALLATION
    procedure_id: int | None = None
    actor_id: int | None = None  # the person, for acts of staff

    known: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls) -> None:
        Event.known[cls.name] = cls


class EventRow(Base):
    """The append-only log. It outlives what it tells of, so it holds no foreign keys."""

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "tenant_id", "id"),
        Index(None, "procedure_id", "id"),
        {"sqlite_autoincrement": True},
    )

    tenant_id: Mapped[int]
    name: Mapped[str]
    at: Mapped[datetime]
    procedure_id: Mapped[int | None]
    actor_id: Mapped[int | None]
    data: Mapped[dict[str, Any]]

    def event(self) -> Event | None:
        """The fact as its class; None where its class is gone (its module was removed)."""
        cls = Event.known.get(self.name)
        if cls is None:
            return None
        names = {entry.name for entry in dataclasses.fields(cls)}
        return cls(
            tenant_id=self.tenant_id,
            procedure_id=self.procedure_id,
            actor_id=self.actor_id,
            **{key: value for key, value in self.data.items() if key in names},
        )


class DeliveryRow(Base):
    """One handler's copy of an event, claimed with a lease."""

    __tablename__ = "event_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "handler", "target"),
        Index(None, "state", "run_at", "id"),
        {"sqlite_autoincrement": True},
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    handler: Mapped[str]
    target: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="waiting")  # waiting, done, failed, orphaned
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What a handler gets: the fact, when it was, and a number that stays the same over all tries."""

    id: int
    event_id: int
    event: Any
    at: datetime
    target: str
    handler: str = ""


class Final(Exception):
    """An effect did not work, and trying again would not help."""


Effect = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Handler:
    """A reaction to an event, idempotent by delivery id.

    Inside (the default), `run` changes rows; they and "done" are committed together. Outside, `run` only reads and
    returns effects (mail, file, web hook), which are carried out with no transaction open. With `targets`, one
    delivery is made per target, so that one bad address holds nobody else up.
    """

    name: str
    run: Callable[[Delivery], Iterable[Effect] | None]
    outside: bool = False
    targets: Callable[[Delivery], Iterable[str]] | None = field(default=None)
    after: timedelta = timedelta(0)  # how long after the fact; `run` looks whether it still holds
    long: bool = False  # may take minutes: claimed alone, after everything else; says `outbox.renew` while it works


Handlers = Mapping[type[Event], tuple[Handler, ...]]


def emit(event: Event) -> None:
    """Write the fact and its deliveries into the present transaction. Rows it names must be flushed."""
    values = dataclasses.asdict(event)
    row = EventRow(
        tenant_id=values.pop("tenant_id"),
        procedure_id=values.pop("procedure_id"),
        actor_id=values.pop("actor_id"),
        name=event.name,
        at=now(),
        data=values,
    )
    db.session.add(row)
    db.session.flush()
    for handler in handlers_of(type(event)):
        db.session.add(DeliveryRow(event_id=row.id, handler=handler.name, run_at=row.at + handler.after))


def emit_many(events: Sequence[Event]) -> None:
    """Like `emit`, for many facts of one kind at once: two statements, whatever their number."""
    if not events:
        return
    at, rows = now(), [dataclasses.asdict(event) for event in events]
    heads = [{name: row.pop(name) for name in ("tenant_id", "procedure_id", "actor_id")} for row in rows]
    values = [head | {"name": events[0].name, "at": at, "data": row} for head, row in zip(heads, rows, strict=True)]
    ids = db.session.scalars(insert(EventRow).returning(EventRow.id), values).all()
    deliveries = [
        {"event_id": id_, "handler": handler.name, "run_at": at + handler.after}
        for handler in handlers_of(type(events[0]))
        for id_ in ids
    ]
    if deliveries:
        db.session.execute(insert(DeliveryRow), deliveries)


def handlers_of(cls: type[Event]) -> tuple[Handler, ...]:
    """The handlers of this app that listen to an event."""
    found: tuple[Handler, ...] = current_app.extensions["handlers"].get(cls, ())
    return found


def handler_named(name: str) -> Handler | None:
    """The handler of this app with a name, None when its room or module is gone."""
    table: Handlers = current_app.extensions["handlers"]
    return next((handler for group in table.values() for handler in group if handler.name == name), None)
