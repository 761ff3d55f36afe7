"""Everything stored about a person, made from the registry, so that no table is forgotten."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, select

from participation.accounts.belonging import Belonging, rules_by_table
from participation.accounts.models import Person
from participation.kernel.db import db

AT_ONCE = 500


class OwnTable(NamedTuple):
    """The person's rows of one table: what each column is for, and the rows as plain values."""

    name: str
    purposes: list[tuple[str, str]]
    rows: list[dict[str, Any]]


def own_data(person: Person) -> Iterator[OwnTable]:
    """The person's rows of every table with columns for the export, the person's own first; empty ones are left out."""
    rules = {
        name: [rule for rule in found if rule.in_export]
        for name, found in rules_by_table().items()
        if any(rule.in_export for rule in found)
    }
    mine = Belonging(person, rules_by_table())
    for name, table in mine.tables.items():
        if name in rules and (ids := mine.ids(name)):
            columns = [rule.column for rule in rules[name]]
            purposes = [(rule.column, rule.purpose) for rule in rules[name]]
            yield OwnTable(name, purposes, list(_rows(table, columns, ids)))


def _rows(table: Table, columns: list[str], ids: list[int]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), AT_ONCE):
        query = select(*(table.c[name] for name in columns)).where(table.c.id.in_(ids[start : start + AT_ONCE]))
        for row in db.session.execute(query.order_by(table.c.id)):
            yield {name: _plain(value) for name, value in zip(columns, row, strict=True)}


def _plain(value: Any) -> Any:
    """A value as JSON has it; times with their zone, which is UTC where the database keeps none."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}Z" if value.tzinfo is None else value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
