"""The whole installation in numbers, for those who run it: authority by authority, numbers only."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from participation.access.models import RoleGrant
from participation.accounts.models import Person, SecondFactor
from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Participant, Procedure
from participation.procedures.overview import stages_now
from participation.tenants.models import Tenant


class TenantNumbers(NamedTuple):
    """An authority with what goes on there. `unprotected`: staff without a second factor."""

    slug: str
    name: str
    host: str | None
    procedures: int
    running: int
    contributions: int
    people: int
    staff: int
    unprotected: int


class OperatorRow(NamedTuple):
    """Somebody who runs the installation."""

    person_id: int
    name: str
    email: str
    protected: bool


def numbers_by_tenant() -> list[TenantNumbers]:
    """Every authority by name; the number of queries does not depend on how many there are."""
    procedures, contributions = _counted(Procedure.tenant_id), _counted(Contribution.tenant_id)
    people, staff = _counted(Participant.tenant_id), _counted(RoleGrant.tenant_id, RoleGrant.person_id.distinct())
    protected, running = _protected_staff(), _running()
    return [
        TenantNumbers(
            tenant.slug,
            tenant.name,
            tenant.host,
            procedures.get(tenant.id, 0),
            running.get(tenant.id, 0),
            contributions.get(tenant.id, 0),
            people.get(tenant.id, 0),
            staff.get(tenant.id, 0),
            staff.get(tenant.id, 0) - protected.get(tenant.id, 0),
        )
        for tenant in db.session.scalars(select(Tenant).order_by(Tenant.name))
    ]


def operators() -> list[OperatorRow]:
    """Everybody who runs the installation, by address."""
    query = select(Person.id, Person.display_name, Person.email, SecondFactor.set_at.is_not(None))
    query = query.outerjoin(SecondFactor, SecondFactor.person_id == Person.id).where(Person.is_operator)
    return [OperatorRow(*row) for row in db.session.execute(query.order_by(Person.email))]


def _counted(column: InstrumentedAttribute[int], what: ColumnElement[int] | None = None) -> dict[int, int]:
    number = func.count() if what is None else func.count(what)
    return {row[0]: row[1] for row in db.session.execute(select(column, number).group_by(column))}


def _protected_staff() -> dict[int, int]:
    query = select(RoleGrant.tenant_id, func.count(RoleGrant.person_id.distinct()))
    query = query.join(SecondFactor, SecondFactor.person_id == RoleGrant.person_id)
    rows = db.session.execute(query.where(SecondFactor.set_at.is_not(None)).group_by(RoleGrant.tenant_id))
    return {row[0]: row[1] for row in rows}


def _running() -> dict[int, int]:
    stages, numbers = stages_now(), dict[int, int]()
    for procedure_id, tenant_id in db.session.execute(select(Procedure.id, Procedure.tenant_id)):
        numbers[tenant_id] = numbers.get(tenant_id, 0) + (stages.get(procedure_id) is Stage.RUNNING)
    return numbers
