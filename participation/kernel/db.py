"""The database: one session, one place that begins, one place that commits.

A view that returns has committed, a view that raises has rolled back. Reading needs nothing; writing happens inside
`with writing():`. SQLite and PostgreSQL behave alike: a write outside `writing()` raises on both.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column, registry
from sqlalchemy.orm.exc import StaleDataError

from participation.kernel import readonly
from participation.kernel.durability import require_durable
from participation.kernel.refusal import FASTER, Conflict

BUSY_TIMEOUT_MS = 5_000
STATEMENT_TIMEOUT_MS = 5_000

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_refusal: ContextVar[Exception | None] = ContextVar("refusal", default=None)


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as UTC on both databases; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BIG = BigInteger().with_variant(Integer, "sqlite")


NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
TYPES: dict[Any, Any] = {
    int: BIG,
    str: Text,
    datetime: Instant,
    date: Date,
    dict[str, Any]: JSON,
    list[str]: JSON,
}


class Base(DeclarativeBase):
    """What every table is built on: named constraints, 64-bit numbers, aware instants."""

    registry = registry(metadata=MetaData(naming_convention=NAMES), type_annotation_map=TYPES)

    id: Mapped[int] = mapped_column(primary_key=True)


db = SQLAlchemy(model_class=Base)


def owned_by(owner: str, column: str | None = None) -> ForeignKeyConstraint:
    """The composite key to an owner, so that no row can belong to the owner of another tenant."""
    return ForeignKeyConstraint(
        ["tenant_id", column or f"{owner}_id"], [f"{owner}.tenant_id", f"{owner}.id"], ondelete="CASCADE"
    )


def init_app(app: Flask) -> None:
    """Bind the session to the app and set the engine up as `stack.md` proved it."""
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        if app.config["SETTINGS"]["environment"] == "production":
            require_durable(db.engine)


def prepare_engine(engine: Engine) -> None:
    """SQLite: WAL, full sync, foreign keys, own BEGIN. PostgreSQL: a statement time-out."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgres)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin on its own: it loses updates silently
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _set_up_postgres(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = {STATEMENT_TIMEOUT_MS}")
    connection.commit()


class WriteOutsideError(RuntimeError):
    """Something was written outside `with writing():`."""


@contextmanager
def writing() -> Iterator[None]:
    """Begin to write. Ends the read transaction (objects reload), does not commit, does not nest.

    On the way out everything is flushed, then what was put off by `last` is run in a fixed order. An error rolls
    back. The app (or `transaction`) commits.
    """
    if _writing.get():
        raise RuntimeError("writing() does not nest: one service call, one transaction.")
    _require_writable()
    db.session.rollback()
    db.session.info["last"] = {}
    token = _writing.set(True)
    try:
        db.session.connection()  # SQLite takes the write lock now, not at the first flush
        yield
        db.session.flush()
        _run_last()
    except StaleDataError as error:  # somebody changed a row with a version since it was read
        db.session.rollback()
        raise Conflict(FASTER) from error
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def only_reading(refusal: Exception) -> Iterator[None]:
    """Whoever begins to write in this block gets the refusal: for looking at what is not there yet."""
    token = _refusal.set(refusal)
    try:
        yield
    finally:
        _refusal.reset(token)


def _require_writable() -> None:
    refusal = _refusal.get()
    if refusal is not None:
        raise refusal
    readonly.require_off()


@contextmanager
def transaction() -> Iterator[None]:
    """`writing()` and the commit, for commands, jobs and tests: whatever has no view."""
    with writing():
        yield
    commit()


def commit() -> None:
    """Commit what was written. Called by the app after a view, and by `transaction`."""
    db.session.commit()


def last(order: str, write: Callable[[], object]) -> None:
    """Put a write off to the end of the transaction, once per `order`, sorted by it.

    For counters and version rows: they are hot, so their locks are held shortly and always in the same order.
    """
    db.session.info.setdefault("last", {}).setdefault(order, write)


def _run_last() -> None:
    writes: dict[str, Callable[[], object]] = db.session.info.pop("last", {})
    for order in sorted(writes):
        writes[order]()
    db.session.flush()


@contextmanager
def ledger() -> Iterator[Connection]:
    """A short transaction of its own for the books: last seen, limits, access to personal data, progress of long work.

    Only before the guard, after the commit or while nothing is written: on SQLite it would wait for our own write lock.
    """
    _require_writable()
    token = _writing.set(True)
    try:
        with db.engine.begin() as connection:
            yield connection
    finally:
        _writing.reset(token)


def is_sqlite() -> bool:
    """Whether the data live in SQLite; asked only where the two databases differ in syntax."""
    return db.engine.dialect.name == "sqlite"


@event.listens_for(db.session, "before_flush")
def _refuse_flush(_session: Session, _context: Any, _instances: Any) -> None:
    if not _writing.get():
        raise WriteOutsideError("A change was flushed outside `with writing():`.")


@event.listens_for(db.session, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    if not _writing.get() and (state.is_insert or state.is_update or state.is_delete):
        raise WriteOutsideError("A statement wrote outside `with writing():`.")
