"""Which rows belong to an authority, read from the database itself: tables of modules whose folder is gone count too.

A table says whose its rows are by `tenant_id`; one without it belongs to whoever owns the row that its key names. What
people are and have (log-ins, second factors) belongs to them; a few tables belong to the installation.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKeyConstraint,
    MetaData,
    Table,
    and_,
    inspect,
    or_,
    select,
)

TENANT, PERSON = "tenant", "person"
INSTALLATION = {
    "lease", "limit_bucket", "spent_challenge", "scope_version", "personal_data", "retention_rule",
}  # fmt: skip
STORED = "stored_name"  # the column that names a file of the store


class Reference(NamedTuple):
    """A column that names a row of another table (or of its own) by its number."""

    column: Column[Any]
    target: str


class Rows:
    """The rows of one authority. `conditions` has the tables that hold some, owners first."""

    def __init__(self, connection: Connection, tenant_id: int) -> None:
        self.tables = {table.name: table for table in all_tables(connection)}
        self.conditions: dict[str, ColumnElement[bool]] = {}
        for name, table in self.tables.items():
            condition = self._condition(name, table, tenant_id)
            if condition is not None:
                self.conditions[name] = condition

    def _condition(self, name: str, table: Table, tenant_id: int) -> ColumnElement[bool] | None:
        if name == TENANT:
            return table.c.id == tenant_id
        if "tenant_id" in table.c:
            return table.c.tenant_id == tenant_id
        owners = [entry for entry in references(table) if entry.target in self.conditions]
        return and_(*(entry.column.in_(self._ids(entry.target)) for entry in owners)) if owners else None

    def _ids(self, name: str) -> Any:
        return select(self.tables[name].c.id).where(self.conditions[name])

    def stored_names(self, connection: Connection) -> set[str]:
        """The files of the store that rows of the authority name."""
        found: set[str] = set()
        for name, condition in self.conditions.items():
            if STORED in self.tables[name].c:
                column = self.tables[name].c[STORED]
                found |= set(connection.scalars(select(column).where(condition, column.is_not(None))))
        return found

    def people(self, connection: Connection) -> set[int]:
        """The numbers of the people whom rows of the authority name by a key."""
        found: set[int] = set()
        for name, condition in self.conditions.items():
            for column in naming_people(self.tables[name]):
                found |= set(connection.scalars(select(column).where(condition, column.is_not(None)).distinct()))
        return found

    def only_named_here(self, connection: Connection, people: Iterable[int]) -> list[int]:
        """Of these people those without an account whom nobody else's rows name: addresses that only confirmed one."""
        person = self.tables[PERSON]
        plain = [person.c.id.in_(list(people)), person.c.password_hash.is_(None), person.c.is_operator.is_(False)]
        elsewhere = [
            person.c.id.in_(select(column).where(column.is_not(None)))
            for name, table in self.tables.items()
            if kind_of(table, self.tables) != "people"
            for column in naming_people(table)
        ]
        return list(connection.scalars(select(person.c.id).where(*plain, ~or_(*elsewhere))))


def all_tables(connection: Connection) -> list[Table]:
    """Every table as it is in the database, owners first; those of Alembic and the full text index left out."""
    names = inspect(connection).get_table_names()
    wanted = [name for name in names if "alembic_version" not in name and not name.startswith("fts_")]
    metadata = MetaData()
    metadata.reflect(connection, only=wanted, resolve_fks=False)
    return metadata.sorted_tables


def references(table: Table) -> Iterator[Reference]:
    """The columns by which rows of a table name other rows."""
    for key in table.constraints:
        for element in key.elements if isinstance(key, ForeignKeyConstraint) else ():
            owner, _, column = element.target_fullname.rpartition(".")
            if column == "id" and element.parent.name != "tenant_id":
                yield Reference(element.parent, owner)


def naming_people(table: Table) -> list[Column[Any]]:
    """The columns of a table that name a person by a key."""
    return [entry.column for entry in references(table) if entry.target == PERSON]


def kind_of(table: Table, tables: dict[str, Table]) -> str | None:
    """Whose the rows of a table are: "tenant", "people", "installation"; None where nobody can tell."""
    if table.name in INSTALLATION:
        return "installation"
    if table.name == PERSON:
        return "people"
    if table.name == TENANT or "tenant_id" in table.c:
        return "tenant"
    owners = [tables[entry.target] for entry in references(table) if entry.target not in (table.name, TENANT)]
    kinds = {kind_of(owner, tables) for owner in owners} - {None}
    return "tenant" if "tenant" in kinds else "people" if "people" in kinds else None
