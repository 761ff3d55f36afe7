"""Rows for every table there is, made from the schema alone: a module's tables are filled the day they appear."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Column, Connection, Engine, Table, func, select
from sqlalchemy import types as sql
from sqlalchemy.dialects import postgresql, sqlite

from participation.kernel.db import Base, Instant

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
KEPT = {"personal_data"}  # filled by migrations
BATCH = 2_000
MOST_PARENTS = 500


def fill(engine: Engine, sizes: Mapping[str, int], default: int = 3) -> dict[str, int]:
    """So many rows in each table (`sizes` by name), parents first; rows that are there stay. Returns what is there."""
    found = {}
    with engine.connect() as connection, connection.begin():
        for table in Base.metadata.sorted_tables:
            if table.name not in KEPT:
                _fill(connection, table, sizes.get(table.name, default))
                found[table.name] = connection.scalar(select(func.count()).select_from(table))
    return found


def _fill(connection: Connection, table: Table, number: int) -> None:
    first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1 if "id" in table.c else 1
    parents = {target: _rows(connection, target) for target in _owners(table)}
    rows = [_row(table, first + index, parents) for index in range(number)]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    for start in range(0, len(rows), BATCH):  # two that may only be there once are there once
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows[start : start + BATCH])
    if dialect is postgresql and "id" in table.c:  # SQLite counts on from the largest by itself
        counter = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(counter, select(func.max(table.c.id)).scalar_subquery())))


def _owners(table: Table) -> Iterable[Table]:
    """The tables that it points to, itself left out: its first row has nothing of its own to point to."""
    return {key.column.table for key in table.foreign_keys if key.column.table is not table}


def _rows(connection: Connection, table: Table) -> list[Mapping[str, object]]:
    pointed_at = {key.column.name for other in Base.metadata.tables.values() for key in other.foreign_keys
                  if key.column.table is table}  # fmt: skip
    columns = [table.c[name] for name in sorted(pointed_at | {"tenant_id"} & set(table.c.keys()))]
    first = select(*columns).order_by(*table.primary_key).limit(MOST_PARENTS)  # of all tenants, whatever index is read
    return [dict(row) for row in connection.execute(first).mappings()]


def _row(table: Table, number: int, parents: Mapping[Table, list[Mapping[str, object]]]) -> dict[str, object]:
    """A row whose keys fit together: what belongs to a tenant points to things of that tenant."""
    values = {column.name: _value(column, number) for column in table.c}
    keyed: dict[str, object] = {}
    for key in sorted(table.foreign_key_constraints, key=lambda key: (-len(key.elements), key.column_keys)):
        pairs = [(name, element.column.name) for name, element in zip(key.column_keys, key.elements, strict=True)]
        fitting = [
            row
            for row in parents.get(key.referred_table, [])
            if all(keyed.get(name, row[target]) == row[target] for name, target in pairs)
            and keyed.get("tenant_id") in (None, row.get("tenant_id", keyed.get("tenant_id")))
        ]
        row = fitting[number % len(fitting)] if fitting else {}
        keyed |= {name: row.get(target) for name, target in pairs if row or name not in keyed}
    return values | keyed


def _value(column: Column, number: int) -> object:
    for kind, make in VALUES:
        if isinstance(column.type, kind):
            return number if column.primary_key else make(column, number)
    raise TypeError(f"{column} is of a kind that nobody fills: {column.type!r}")


VALUES: tuple[tuple[type, Callable[[Column, int], object]], ...] = (
    (Instant, lambda _column, number: LONG_AGO + timedelta(seconds=number)),
    (sql.Date, lambda _column, number: date(2026, 1, 1) + timedelta(days=number % 300)),
    (sql.Boolean, lambda _column, number: number % 2 == 0),
    (sql.Integer, lambda _column, number: number),
    (sql.JSON, lambda _column, number: {"ö": number}),
    (sql.LargeBinary, lambda column, number: f"{column} {number}".encode()),
    (sql.Float, lambda _column, number: number / 2),
    (sql.String, lambda column, number: f"{column.name} „{number}“ – ä"),
)
