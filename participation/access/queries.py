"""Reading roles."""

from sqlalchemy import select

from participation.access.models import RoleGrant
from participation.access.rules import VISITOR, Viewer
from participation.accounts.models import Person
from participation.interfaces import Role
from participation.kernel.db import db
from participation.procedures.models import Participant


def viewer_for(person: Person | None, procedure_id: int | None = None) -> Viewer:
    """The viewer a person is, with all roles and with the participants in one procedure; two queries."""
    if person is None:
        return VISITOR
    rows = db.session.execute(
        select(RoleGrant.role, RoleGrant.tenant_id, RoleGrant.procedure_id).where(RoleGrant.person_id == person.id)
    )
    grants = frozenset((Role(role), tenant, procedure) for role, tenant, procedure in rows)
    participants: tuple[Participant, ...] = ()
    if procedure_id is not None:
        own = select(Participant).where(Participant.person_id == person.id, Participant.procedure_id == procedure_id)
        participants = tuple(db.session.scalars(own.order_by(Participant.id)))
    return Viewer(person=person, grants=grants, participants=participants)


def people_with_role(role: Role, tenant_id: int, procedure_id: int | None = None) -> list[Person]:
    """Everybody who holds a role for a tenant or one of its procedures: whom notices to staff go to."""
    query = select(Person).join(RoleGrant, RoleGrant.person_id == Person.id)
    query = query.where(RoleGrant.role == role, RoleGrant.tenant_id == tenant_id)
    query = query.where(RoleGrant.procedure_id.is_(None) | (RoleGrant.procedure_id == procedure_id))
    return list(db.session.scalars(query.distinct()))
