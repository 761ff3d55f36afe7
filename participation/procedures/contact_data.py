"""Contact data of a procedure: addresses that were only needed to reach people while it ran.

Each procedure says how many days after its end they are kept; the registry says which columns they are.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, ForeignKeyConstraint, Table, delete, func, select, update

from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.forgetting import emptied, filled, tables_named
from participation.kernel.retention import CONTACT, PersonalData
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Procedure
from participation.procedures.step_models import StepTaken

OVER = (Stage.COMPLETED.value, Stage.CANCELLED.value, Stage.ARCHIVED.value)
ENDING = ("publish_results", "cancel")
OWNER = Procedure.__tablename__


def forget_contacts() -> int:
    """Periodic: empty the contact data of procedures whose period is over; says how many rows.

    The columns are read from the registry, so those of a module whose folder is gone are not forgotten.
    """
    ids = _over_long_ago()
    return sum(_empty(table, columns, ids) for table, columns in _contacts()) if ids else 0


def _over_long_ago() -> list[int]:
    last = func.max(StepTaken.at).filter(StepTaken.transition.in_(ENDING))
    ended = func.coalesce(last, Procedure.stage_since)
    query = (
        select(Procedure.id, Procedure.contact_days, ended)
        .outerjoin(StepTaken, StepTaken.procedure_id == Procedure.id)
        .where(Procedure.stage.in_(OVER))
        .group_by(Procedure.id)
    )
    found = db.session.execute(query)
    return [number for number, days, since in found if since + timedelta(days=days) <= now()]


def _contacts() -> list[tuple[Table, dict[str, str]]]:
    """The tables with contact data, and what happens to which column of them."""
    found: dict[str, dict[str, str]] = {}
    for row in db.session.scalars(select(PersonalData).where(PersonalData.period == CONTACT)):
        found.setdefault(row.table_name, {})[row.column_name] = row.on_erase
    tables = tables_named(found)
    return [(tables[name], columns) for name, columns in found.items() if name in tables]


def _empty(table: Table, columns: dict[str, str], ids: list[int]) -> int:
    """Rows that are nothing but contact data go, in others the columns are emptied."""
    mine = _of_procedures(table, ids)
    statement: Any = delete(table).where(mine)
    if "delete" not in columns.values():
        statement = update(table).where(mine, filled(table, list(columns)))
        statement = statement.values({name: emptied(table, name) for name in columns})
    done: Any = db.session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)


def _of_procedures(table: Table, ids: list[int]) -> ColumnElement[bool]:
    """The rows of these procedures: the table names the procedure itself, or a row that does. Raises LookupError."""
    if "procedure_id" in table.c:
        return table.c.procedure_id.in_(ids)
    for column, owner in _references(table):
        [owning] = tables_named([owner]).values()
        if "procedure_id" in owning.c:
            return column.in_(select(owning.c.id).where(owning.c.procedure_id.in_(ids)))
    raise LookupError(f"{table.name}: no way from here to a procedure, so nobody knows when its contact data go.")


def _references(table: Table) -> Iterator[tuple[Column[Any], str]]:
    """The columns that name a row by its number, and the tables of these rows."""
    for key in table.constraints:
        for element in key.elements if isinstance(key, ForeignKeyConstraint) else ():
            owner, _, target = element.target_fullname.rpartition(".")
            if target == "id":
                yield element.parent, owner
