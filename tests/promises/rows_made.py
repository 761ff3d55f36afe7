"""Rows of any table, made from what the database says of its columns: for clocks that do not ask what a row means."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy import JSON, MetaData, literal, text

from participation.kernel.clock import now
from participation.kernel.db import Instant, db

NUMBERS = count(1_000_000)


def table_named(name):
    """A table as it is in the database now, modules' too."""
    metadata = MetaData()
    metadata.reflect(db.engine, only=[name], resolve_fks=False)
    return metadata.tables[name]


@contextmanager
def no_keys():
    """A transaction in which no foreign key is asked for: what a row names need not be there."""
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            raw = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
        connection.commit()
        if db.engine.dialect.name == "sqlite":
            raw.execute("PRAGMA foreign_keys=ON")
        else:
            connection.execute(text("SET session_replication_role = origin"))
            connection.commit()


def make_row(connection, table, **values):
    """One row in which every column that must hold something holds something of its own; its number."""
    number = next(NUMBERS)
    said = {"id": number}
    for column in table.columns:
        if column.name not in values and column.name != "id" and not column.nullable:
            said[column.name] = filling(column, number)
    said |= values
    moments = [name for name, value in said.items() if isinstance(value, datetime)]
    bound = table.insert().values(**{name: value for name, value in said.items() if name not in moments})
    bound = bound.values(**{name: literal(said[name], Instant()) for name in moments})
    connection.execute(bound)
    return number


def filling(column, number):
    """Something that fits a column, another each time."""
    if isinstance(column.type, JSON):
        return {}
    kind = column.type.python_type
    known = {str: f"{column.name}-{number}", int: number, bool: False, float: float(number), bytes: b"x"}
    known |= {datetime: now(), date: now().date(), timedelta: timedelta(0)}
    return known[kind]
