"""The registry of personal data: which column holds what, why, how long, and what happens to it on erasure.

Each migration writes the rules of its own tables, so erasure and export work when a module's folder is gone.
"""

from collections.abc import Iterable
from typing import Any

from alembic import op
from sqlalchemy import Boolean, MetaData, Table, UniqueConstraint, insert
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base


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
    on_erase: Mapped[str]  # keep, clear, delete, cut (taken off the person)


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
    op.get_bind().execute(insert(_table()), [{"table_name": table} | entry for entry in rules])


def withdraw(tables: Iterable[str]) -> None:
    """In a downgrade: take the rules of dropped tables out again."""
    table = _table()
    op.get_bind().execute(table.delete().where(table.c.table_name.in_(list(tables))))


def _table() -> Table:
    return PersonalData.__table__.to_metadata(MetaData())  # type: ignore[attr-defined,no-any-return]
