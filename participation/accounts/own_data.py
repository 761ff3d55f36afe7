"""Everything stored about a person, made from the registry, so that no table and no file is forgotten."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, select

from participation.accounts.belonging import Belonging, rules_by_table
from participation.accounts.models import Person
from participation.kernel.db import db
from participation.kernel.orphans import COLUMN

AT_ONCE = 500


class OwnFile(NamedTuple):
    """A file the person sent: under which name it lies in the store, and what it is called in the download."""

    stored_name: str
    path: str


class OwnTable(NamedTuple):
    """The person's rows of one table: what each column is for, the rows as plain values, and the files they name."""

    name: str
    purposes: list[tuple[str, str]]
    rows: list[dict[str, Any]]
    files: list[OwnFile]


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
            yield OwnTable(name, purposes, list(_rows(table, columns, ids)), list(_files(table, ids)))


def _rows(table: Table, columns: list[str], ids: list[int]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), AT_ONCE):
        query = select(*(table.c[name] for name in columns)).where(table.c.id.in_(ids[start : start + AT_ONCE]))
        for row in db.session.execute(query.order_by(table.c.id)):
            yield {name: _plain(value) for name, value in zip(columns, row, strict=True)}


def _files(table: Table, ids: list[int]) -> Iterator[OwnFile]:
    """The files of these rows, each under its own name, with its number in front so that none hides another."""
    if COLUMN not in table.c:
        return
    named = table.c.name if "name" in table.c else table.c[COLUMN]
    for start in range(0, len(ids), AT_ONCE):
        query = select(table.c.id, table.c[COLUMN], named).where(table.c.id.in_(ids[start : start + AT_ONCE]))
        for number, stored_name, name in db.session.execute(query.where(table.c[COLUMN].is_not(None))):
            yield OwnFile(stored_name, f"dateien/{table.name}/{number}-{name}")


def _plain(value: Any) -> Any:
    """A value as JSON has it; times with their zone, which is UTC where the database keeps none."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}Z" if value.tzinfo is None else value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
