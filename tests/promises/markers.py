"""A person with a mark of its own in every place that can hold one, made from the registry; where marks are left."""

from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app
from sqlalchemy import JSON, MetaData, Text, inspect, select, text

from participation.accounts.belonging import PERSON, Belonging, rules_by_table
from participation.kernel.config import ROOT
from participation.kernel.db import db
from tests.promises.rows_made import make_row, no_keys

MARK = "zqxmarke"
OWNERS = {"tenant_id", "procedure_id", "activity_id", "phase_id"}


@dataclass
class Marked:
    """Who it is, and the mark in each cell: (table, column) → mark."""

    person_id: int
    cells: dict[tuple[str, str], str] = field(default_factory=dict)

    def mark(self, table, column):
        """The mark of a cell."""
        return self.cells[table, column]


def mark_everything(person):
    """Give a person one more row in every table whose rows can belong to somebody, with marks in all its texts."""
    belonging = Belonging(person, rules_by_table())
    made, mine = Marked(person.id), {PERSON: person.id}
    with no_keys() as connection:
        for name, table in belonging.tables.items():
            link = belonging._links.get(name)
            if name == PERSON or (link is None and "email" not in table.c):
                continue
            values = marks_of(made, table)
            if link is not None:
                values[link[0].name] = mine[link[1]]
            if "email" in table.c and (link is None or link[1] != PERSON):
                values["email"] = belonging.email
            for owner in OWNERS & set(table.c.keys()):
                values[owner] = 1  # PostgreSQL asks for them when a row is changed twice
            mine[name] = make_row(connection, table, **values)
    db.session.rollback()  # reads begin anew
    return made


def marks_of(made, table):
    """A mark for each text of a table; what names files or keys is left to the maker of rows."""
    found = {}
    for column in table.columns:
        if column.name in ("email", "state", "stored_name", "language") or column.primary_key or column.foreign_keys:
            continue
        mark = f"{MARK}-{table.name}-{column.name}-{made.person_id}|"
        if isinstance(column.type, JSON):
            found[column.name] = {"mark": mark}
        elif isinstance(column.type, Text) or column.type.python_type is str:
            found[column.name] = mark
        else:
            continue
        made.cells[table.name, column.name] = mark
    return found


def all_cells():
    """What every column of every table holds, all rows in one text."""
    metadata = MetaData()
    names = [name for name in inspect(db.engine).get_table_names() if not name.startswith("fts_")]
    metadata.reflect(db.engine, only=names, resolve_fks=False)
    found = {}
    for table in metadata.tables.values():
        rows = db.session.execute(select(table)).mappings().all()
        for column in table.columns.keys() if rows else ():
            found[table.name, column] = "\n".join(str(row[column]) for row in rows)
    return found


def files_with(*marks):
    """Every file below the data folder that holds one of these marks, in its name or its bytes."""
    folder = ROOT / current_app.config["SETTINGS"]["data_folder"]
    return sorted(
        str(path.relative_to(folder))
        for path in Path(folder).rglob("*")
        if path.is_file() and any(mark in path.name or mark.encode() in path.read_bytes() for mark in marks)
    )


def index_holds(mark):
    """Whether the bytes of the database file of SQLite still hold a mark, also in pages of the full text index."""
    if db.engine.dialect.name != "sqlite":
        return False
    db.session.rollback()
    with db.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return mark.encode() in Path(str(db.engine.url.database)).read_bytes()
