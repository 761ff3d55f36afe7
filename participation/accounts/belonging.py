"""Which rows belong to a person, read from the database itself: tables of modules whose folder is gone are found too.

A row belongs to a person when it names the person (`person_id`, `named_by_id`), one of the person's participants, or
another row that belongs; where there is a column `email`, when the address is the person's. Columns that name a
person otherwise (`actor_id`, `submitted_by_id`) say who acted for an authority.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, ForeignKeyConstraint, Table, or_, select

from participation.accounts.models import Person
from participation.kernel.db import db
from participation.kernel.forgetting import tables_named
from participation.kernel.retention import PersonalData

PERSON = Person.__tablename__
OF_PERSON = ("person_id", "named_by_id")
OF_OTHERS = ("parent_id", "root_id", "merged_into_id")  # they name what somebody else wrote
CONTRIBUTION, CONTRIBUTION_ID = "contribution", "contribution_id"
NEAREST = (PERSON, "participant", CONTRIBUTION)

Link = tuple[Column[Any], str]  # a column, and the table whose rows it names


class Rule(NamedTuple):
    """What the registry says of a column."""

    column: str
    purpose: str
    in_export: bool
    on_erase: str


def rules_by_table() -> dict[str, list[Rule]]:
    """The registry, without the rows `*` for columns that hold nothing personal."""
    found: dict[str, list[Rule]] = {}
    query = select(PersonalData).where(PersonalData.column_name != "*").order_by(PersonalData.id)
    for row in db.session.scalars(query):
        rule = Rule(row.column_name, row.purpose, row.in_export, row.on_erase)
        found.setdefault(row.table_name, []).append(rule)
    return found


class Belonging:
    """The rows of one person, table by table; `tables` are in an order in which owners come first."""

    def __init__(self, person: Person, names: Iterable[str]) -> None:
        self.person_id, self.email = person.id, person.email
        found = tables_named(names)
        self._links = dict(_links(found))
        first = [PERSON, *self._links]
        self.tables = {name: found[name] for name in (*first, *(name for name in found if name not in first))}
        self._ids: dict[str, list[int]] = {PERSON: [person.id]}

    def ids(self, name: str) -> list[int]:
        """The numbers of the rows of a table that belong to the person; none for tables that belong to nobody."""
        if name not in self._ids:
            self._ids[name] = self._read(name)
        return self._ids[name]

    def within(self, name: str, contribution_ids: Collection[int]) -> Collection[int]:
        """The numbers of the rows of a table that hang on these contributions, however far below."""
        table, link = self.tables[name], self._links.get(name)
        if not contribution_ids or name == CONTRIBUTION:
            return contribution_ids
        if CONTRIBUTION_ID in table.c:
            return self._where(table, table.c[CONTRIBUTION_ID].in_(contribution_ids))
        if link is None or link[1] in (PERSON, "participant"):
            return []
        return self._where(table, link[0].in_(self.within(link[1], contribution_ids)))

    def _where(self, table: Table, which: ColumnElement[bool]) -> list[int]:
        return list(db.session.scalars(select(table.c.id).where(which).order_by(table.c.id)))

    def _read(self, name: str) -> list[int]:
        """Rows with the person's address belong to nobody else: a report is not of whom it is about."""
        table, link = self.tables[name], self._links.get(name)
        ways = [table.c.email == self.email] if "email" in table.c else []
        if link is not None and (not ways or link[1] == PERSON):
            ways.append(link[0].in_(self.ids(link[1])))
        return self._where(table, or_(*ways)) if ways else []


def _links(tables: dict[str, Table]) -> Iterator[tuple[str, Link]]:
    """For each table the column by which its rows belong, owners before what they own."""
    known = {PERSON}
    while True:
        grown = [(name, link) for name, table in tables.items() if name not in known and (link := _link(table, known))]
        if not grown:
            return
        yield from grown
        known |= {name for name, _ in grown}


def _link(table: Table, known: set[str]) -> Link | None:
    """The column of a table that names a row that belongs, the nearest owner first."""
    fitting = [(column, owner) for column, owner in _references(table) if owner in known]
    return min(fitting, key=lambda link: NEAREST.index(link[1]) if link[1] in NEAREST else len(NEAREST), default=None)


def _references(table: Table) -> Iterator[Link]:
    for key in table.constraints:
        for element in key.elements if isinstance(key, ForeignKeyConstraint) else ():
            owner = element.target_fullname.rpartition(".")[0]
            by_person = owner != PERSON or element.parent.name in OF_PERSON
            if by_person and element.parent.name not in ("tenant_id", *OF_OTHERS) and owner != table.name:
                yield element.parent, owner
