"""Who may do what, as tables: computed by asking the one policy, `rules.can`, so they say what is so."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select

from participation.access.deputies import standing_in
from participation.access.members import Member, members_of
from participation.access.models import Deputy, RoleGrant
from participation.access.rules import ADMINISTER, CORE_ACTIONS, INVITE, OPERATE, Viewer, can
from participation.accounts.models import Person
from participation.interfaces import STAFF, Action, Role
from participation.kernel.db import db
from participation.procedures.models import Procedure
from participation.registry import Registry
from participation.tenants.models import Tenant

ROLES = tuple(role for role in Role if role in STAFF)
OF_AUTHORITY = {INVITE, ADMINISTER}  # asked of the whole authority, whatever the procedure
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Right(NamedTuple):
    """An action, and for each of ROLES whether it gives it; `owner` is the module it belongs to, None for the core."""

    action: Action
    owner: str | None
    roles: tuple[bool, ...]


class Holder(NamedTuple):
    """Somebody with a role, and for each action whether they may do it; `protected` says that roles can take effect."""

    person_id: int
    name: str
    email: str
    roles: tuple[str, ...]
    lent: bool  # moderates today for a colleague who is away
    protected: bool
    may: tuple[bool, ...]


def staff_actions(registry: Registry) -> list[tuple[Action, str | None]]:
    """What roles give, of the core and of every installed module, with the module's name."""
    return [(action, owner) for action, owner in _all(registry) if action.staff]


def phase_actions(registry: Registry) -> list[tuple[Action, str | None]]:
    """What no role gives: whom a phase is for may do it while it is open."""
    return [(action, owner) for action, owner in _all(registry) if not action.staff]


def _all(registry: Registry) -> list[tuple[Action, str | None]]:
    core: list[tuple[Action, str | None]] = [(action, None) for action in CORE_ACTIONS]
    return core + [(action, module.name) for module in registry for action in module.actions]


def rights(registry: Registry) -> list[Right]:
    """Every action of the staff × every role; asks no database."""
    viewers = [_with_role(role) for role in ROLES]
    return [
        Right(action, owner, tuple(can(viewer, action, None).allowed for viewer in viewers))
        for action, owner in staff_actions(registry)
    ]


def _with_role(role: Role) -> Viewer:
    """Somebody invented who has one role and nothing else."""
    person = Person(id=0, email="", is_operator=role is Role.OPERATOR, created_at=LONG_AGO)
    return Viewer(person=person, grants=frozenset({(role, None, None)}), proven=True)  # type: ignore[arg-type]


def holders(tenant: Tenant, procedure: Procedure | None, actions: Sequence[Action]) -> list[Holder]:
    """Everybody with a role at an authority, or those with one that holds in a procedure, by name; four queries."""
    members = {member.person_id: member for member in members_of(tenant.id)}
    lent = _lent(tenant.id)
    people = db.session.scalars(select(Person).where(Person.id.in_(members.keys() | lent.keys())))
    rows = [
        _holder(person, members.get(person.id), lent.get(person.id, ()), tenant, procedure, actions)
        for person in people
    ]
    return sorted((row for row in rows if row.roles or row.lent), key=lambda row: (row.name.casefold(), row.person_id))


def _lent(tenant_id: int) -> dict[int, list[int | None]]:
    """Who moderates today for somebody else, and in which procedures."""
    query = select(Deputy.deputy_id, RoleGrant.procedure_id).join(RoleGrant, standing_in())
    found: dict[int, list[int | None]] = {}
    for person_id, procedure_id in db.session.execute(query.where(Deputy.tenant_id == tenant_id)):
        found.setdefault(person_id, []).append(procedure_id)
    return found


def _holder(
    person: Person,
    member: Member | None,
    lent: Iterable[int | None],
    tenant: Tenant,
    procedure: Procedure | None,
    actions: Sequence[Action],
) -> Holder:
    own = [(Role(row.role), row.procedure_id) for row in member.roles] if member else []
    grants = frozenset((role, tenant.id, place) for role, place in [*own, *((Role.MODERATOR, place) for place in lent)])
    viewer = Viewer(person=person, grants=grants, proven=True)
    here = {None, procedure.id if procedure else None}
    return Holder(
        person.id,
        person.display_name or person.email,
        person.email,
        tuple(role.value for role in Role if any(held is role and place in here for held, place in own)),
        any(place in here for place in lent),
        member is not None and member.protected_since is not None,
        tuple(_may(viewer, action, tenant, procedure) for action in actions),
    )


def _may(viewer: Viewer, action: Action, tenant: Tenant, procedure: Procedure | None) -> bool:
    if action is OPERATE:
        return can(viewer, action, None).allowed
    place = tenant if procedure is None or action in OF_AUTHORITY else procedure
    return can(viewer, action, place).allowed
