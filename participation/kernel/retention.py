"""The registry of personal data: which column holds what, why, how long, and what happens to it on erasure.

Each migration writes the rules of its own tables, so erasure and export work when a module's folder is gone.
"""

from collections.abc import Iterable
from typing import Any

from alembic import op
from sqlalchemy import Boolean, MetaData, Table, UniqueConstraint, insert, inspect
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base

FILE = "solange die Akte des Verfahrens aufbewahrt wird"
CONTACT = "bis zum Ende der Frist des Verfahrens für Kontaktdaten"


class PersonalData(Base):
    """The rule for a column; `*` covers the columns of a table that hold no personal data."""

    __tablename__ = "personal_data"
    __table_args__ = (UniqueConstraint("table_name", "column_name"),)

    table_name: Mapped[str]
    column_name: Mapped[str]
    purpose: Mapped[str]
    legal_basis: Mapped[str]
    period: Mapped[str]
    in_export: Mapped[bool] = mapped_column(Boolean)
    on_erase: Mapped[str]  # as `accounts.erasure.erase` says: keep, clear, cut, text, rename, delete


class RetentionRule(Base):
    """Rows of a table go so many days after a moment that stands in them; or only some of their columns are emptied."""

    __tablename__ = "retention_rule"

    table_name: Mapped[str] = mapped_column(unique=True)
    counted_from: Mapped[str]  # a column with an instant; while it is empty, the clock does not run
    days: Mapped[int]
    clears: Mapped[str] = mapped_column(default="")  # columns, separated by commas; none: the row goes


def rule(
    column: str,
    purpose: str,
    *,
    basis: str = "",
    period: str = "",
    in_export: bool = False,
    on_erase: str = "keep",
) -> dict[str, Any]:
    """One rule, ready for `declare`."""
    return {
        "column_name": column,
        "purpose": purpose,
        "legal_basis": basis,
        "period": period,
        "in_export": in_export,
        "on_erase": on_erase,
    }


def declare(table: str, *rules: dict[str, Any]) -> None:
    """In a migration: write the rules of a table into the registry."""
    op.get_bind().execute(insert(registered()), [{"table_name": table} | entry for entry in rules])


def keep_for(table: str, *, counted_from: str, days: int, clears: str = "") -> None:
    """In a migration, after 0021: rows of a table go so many days after the instant in `counted_from`.

    With `clears` (columns, separated by commas) these are emptied and the row stays.
    """
    values = {"table_name": table, "counted_from": counted_from, "days": days, "clears": clears}
    op.get_bind().execute(insert(_timed()), [values])


def withdraw(tables: Iterable[str]) -> None:
    """In a downgrade: take the rules of dropped tables out again."""
    names, bind = list(tables), op.get_bind()
    present = set(inspect(bind).get_table_names())
    for table in (registered(), _timed()):
        if table.name in present:
            bind.execute(table.delete().where(table.c.table_name.in_(names)))


def withdraw_clock(table: str) -> None:
    """In a downgrade: take back what `keep_for` said of a table that stays."""
    rules = _timed()
    op.get_bind().execute(rules.delete().where(rules.c.table_name == table))


def registered() -> Table:
    """In a migration: the registry as a table, to change rules of before."""
    return PersonalData.__table__.to_metadata(MetaData())  # type: ignore[attr-defined,no-any-return]


def _timed() -> Table:
    return RetentionRule.__table__.to_metadata(MetaData())  # type: ignore[attr-defined,no-any-return]
