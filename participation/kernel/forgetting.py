"""What goes by the clock, read from the database itself: tables of modules whose folder is gone are kept no longer."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    MetaData,
    Table,
    Text,
    cast,
    delete,
    inspect,
    literal,
    or_,
    select,
    update,
)

from participation.kernel.clock import now
from participation.kernel.db import Instant, db
from participation.kernel.retention import RetentionRule


def forget_due() -> dict[str, int]:
    """Periodic: carry out every rule of `retention_rule`. Says how many rows of which table went or were emptied."""
    found = {}
    for rule in db.session.scalars(select(RetentionRule).order_by(RetentionRule.id)):
        for table in tables_named([rule.table_name]).values():
            if number := _carry_out(rule, table):
                found[table.name] = number
    return found


def tables_named(names: Iterable[str]) -> dict[str, Table]:
    """These tables as they are in the database now, by name; missing ones are left out."""
    connection = db.session.connection()
    present = set(inspect(connection).get_table_names())
    metadata = MetaData()
    metadata.reflect(connection, only=[name for name in names if name in present], resolve_fks=False)
    return dict(metadata.tables)


def emptied(table: Table, name: str) -> Any:
    """What an emptied column holds: nothing, or an empty text or object where something must stand."""
    column = table.c[name]
    if column.nullable:
        return None
    return {} if isinstance(column.type, JSON) else column.type.python_type()


def filled(table: Table, columns: list[str]) -> ColumnElement[bool]:
    """Whether there is anything in these columns to empty."""
    return or_(*(_differs(table.c[name], emptied(table, name)) for name in columns))


def _differs(column: Column[Any], empty: Any) -> ColumnElement[bool]:
    """JSON is compared as text: PostgreSQL knows no equality of it."""
    if isinstance(column.type, JSON):
        return cast(column, Text).is_distinct_from(None if empty is None else json.dumps(empty))
    return column.is_distinct_from(empty)


def _carry_out(rule: RetentionRule, table: Table) -> int:
    due = table.c[rule.counted_from] <= literal(now() - timedelta(days=rule.days), Instant())
    columns = [name for name in rule.clears.split(",") if name]
    statement: Any = delete(table).where(due)
    if columns:
        values = {name: emptied(table, name) for name in columns}
        statement = update(table).where(due, filled(table, columns)).values(values)
    done: Any = db.session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)
