"""Rows that an older schema cannot hold: they wait beside it, and come back with the upgrade."""

from alembic import op
from sqlalchemy import ColumnElement, ForeignKeyConstraint, MetaData, Table, and_, insert, inspect, or_, select, text
from sqlalchemy.schema import CreateTableAs, DropTable

PARKED = "parked_"  # before the name of the table they belong to


def park(table: str, condition: str) -> None:
    """On the way down: move the rows for which `condition` (SQL of the migration itself) holds out of their table."""
    own = _read(table)
    waiting = select(own).where(text(condition))
    if op.get_bind().execute(waiting.limit(1)).first() is not None:
        op.execute(CreateTableAs(waiting, PARKED + table))
        op.execute(own.delete().where(text(condition)))


def unpark(table: str) -> None:
    """On the way up: bring parked rows back, if there are any, but those whose owners are gone by now."""
    if not inspect(op.get_bind()).has_table(PARKED + table):
        return
    own, parked = _read(table), _read(PARKED + table)
    here = [_is_owned(parked, key) for key in own.foreign_key_constraints]
    op.execute(insert(own).from_select(list(parked.c.keys()), select(parked).where(*here)))
    op.execute(DropTable(parked))


def _read(table: str) -> Table:
    return Table(table, MetaData(), autoload_with=op.get_bind())


def _is_owned(parked: Table, key: ForeignKeyConstraint) -> ColumnElement[bool]:
    """Whether the row that a key points to is there, or the key points to none."""
    pairs = [(parked.c[element.parent.name], element.column) for element in key.elements]
    there = select(1).where(and_(*(column == target for column, target in pairs))).exists()
    return or_(*(column.is_(None) for column, _ in pairs), there)
