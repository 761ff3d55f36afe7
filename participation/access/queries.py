"""Reading roles."""

from sqlalchemy import select

from participation.access.deputies import lent_grants, standing_in
from participation.access.models import Deputy, RoleGrant
from participation.access.rules import VISITOR, Viewer
from participation.accounts.models import Person
from participation.interfaces import Role
from participation.kernel.db import db
from participation.procedures.audience_models import AccessCode, ListEntry, PersonList
from participation.procedures.models import Participant


def viewer_for(
    person: Person | None, procedure_id: int | None = None, *, proven: bool = False, guest: Participant | None = None
) -> Viewer:
    """The viewer a person is, with all roles, and in one procedure with participants and lists; three queries.

    A guest is somebody only in the own procedure, a visitor everywhere else.

    The one place that decides it: without a second factor that was shown (`proven`) no role of the staff holds.
    """
    if guest is not None:
        return _guest(guest) if guest.procedure_id == procedure_id else VISITOR
    if person is None:
        return VISITOR
    own_roles = select(RoleGrant.role, RoleGrant.tenant_id, RoleGrant.procedure_id)
    rows = db.session.execute(own_roles.where(RoleGrant.person_id == person.id).union(lent_grants(person.id)))
    grants = frozenset((Role(role), tenant, procedure) for role, tenant, procedure in rows)
    participants: tuple[Participant, ...] = ()
    if procedure_id is not None:
        own = select(Participant).where(Participant.person_id == person.id, Participant.procedure_id == procedure_id)
        participants = tuple(db.session.scalars(own.order_by(Participant.id)))
    viewer = Viewer(person=person, unproven=grants, participants=participants, lists=_lists_with(person, procedure_id))
    return viewer.with_proof() if proven else viewer


def _guest(guest: Participant) -> Viewer:
    query = select(PersonList.id, PersonList.kind).join(AccessCode, AccessCode.list_id == PersonList.id)
    rows = db.session.execute(query.where(AccessCode.participant_id == guest.id, AccessCode.revoked_at.is_(None)))
    return Viewer(guest=guest, participants=(guest,), lists=frozenset((number, kind) for number, kind in rows))


def _lists_with(person: Person, procedure_id: int | None) -> frozenset[tuple[int, str]]:
    """The lists of a procedure on which a confirmed address stands."""
    if procedure_id is None or person.confirmed_at is None:
        return frozenset()
    query = select(PersonList.id, PersonList.kind).join(ListEntry, ListEntry.list_id == PersonList.id)
    query = query.where(PersonList.procedure_id == procedure_id, ListEntry.email == person.email)
    return frozenset((number, kind) for number, kind in db.session.execute(query))


def people_with_role(role: Role, tenant_id: int, procedure_id: int | None = None) -> list[Person]:
    """Everybody who holds a role for a tenant or one of its procedures, and their deputies: whom notices go to."""
    there = RoleGrant.procedure_id.is_(None) | (RoleGrant.procedure_id == procedure_id)
    here = (RoleGrant.role == role, RoleGrant.tenant_id == tenant_id, there)
    own = select(RoleGrant.person_id).where(*here)
    lent = select(Deputy.deputy_id).join(RoleGrant, standing_in()).where(*here)
    query = select(Person).where(Person.id.in_(own.union(lent)))
    return list(db.session.scalars(query.order_by(Person.id)))
