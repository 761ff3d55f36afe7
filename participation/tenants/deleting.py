"""Deleting an authority whole: rows of every table, files, log. What stays is that it was, and its last seal."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Connection, delete, select, text

from participation.kernel.db import db, is_sqlite
from participation.kernel.events import Event, EventRow, emit
from participation.kernel.seal import SealRow
from participation.kernel.versions import raise_version
from participation.tenants.models import Tenant
from participation.tenants.rows import PERSON, Rows


@dataclass(frozen=True, kw_only=True)
class TenantDeleted(Event):
    """An authority was deleted with everything it had; in the log of the installation, with the end of its own."""

    name: ClassVar[str] = "tenants.tenant_deleted"
    gone_id: int
    links: int
    head: str


def delete_tenant(tenant: Tenant, *, actor_id: int | None = None) -> set[str]:
    """Delete every row of an authority. Returns the names of its stored files, to be deleted after the commit.

    People with an account stay, they belong to the installation; an address that only confirmed a contribution here
    goes too. Rows of other authorities are not touched.
    """
    db.session.flush()
    connection, tenant_id = db.session.connection(), tenant.id
    _without_limit(connection)
    rows = Rows(connection, tenant_id)
    stored, people = rows.stored_names(connection), rows.people(connection)
    end = select(SealRow.position, SealRow.hash).where(SealRow.tenant_id == tenant_id)
    last = connection.execute(end.order_by(SealRow.position.desc()).limit(1)).first()
    _forget_versions(connection, rows, tenant_id)
    for name in reversed(rows.conditions):
        connection.execute(delete(rows.tables[name]).where(rows.conditions[name]))
    strangers = rows.only_named_here(connection, people)
    connection.execute(delete(rows.tables[PERSON]).where(rows.tables[PERSON].c.id.in_(strangers)))
    db.session.expunge_all()
    raise_version("installation")
    links, head = (last.position, last.hash) if last else (0, "")
    emit(TenantDeleted(actor_id=actor_id, gone_id=tenant_id, links=links, head=head))
    return stored


def moved_out() -> set[int]:
    """The numbers of the authorities that were deleted here."""
    query = select(EventRow).where(EventRow.tenant_id == 0, EventRow.name == TenantDeleted.name)
    return {int(row.data["gone_id"]) for row in db.session.scalars(query)}


def _without_limit(connection: Connection) -> None:
    """Long work: on PostgreSQL without the time-out of pages, on SQLite with keys checked at the end."""
    connection.execute(text("PRAGMA defer_foreign_keys=ON" if is_sqlite() else "SET LOCAL statement_timeout = 0"))


def _forget_versions(connection: Connection, rows: Rows, tenant_id: int) -> None:
    scopes = rows.tables["scope_version"]
    procedure = rows.tables["procedure"]
    numbers = connection.scalars(select(procedure.c.id).where(rows.conditions["procedure"]))
    named = [f"tenant:{tenant_id}", *(f"procedure:{number}" for number in numbers)]
    connection.execute(delete(scopes).where(scopes.c.scope.in_(named)))
