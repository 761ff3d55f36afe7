"""Giving and taking roles."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from participation.access.models import RoleGrant
from participation.interfaces import STAFF, Role
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import Event, emit


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    """Somebody was given a role."""

    name: ClassVar[str] = "access.role_granted"
    person_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleTaken(Event):
    """A role was taken back."""

    name: ClassVar[str] = "access.role_taken"
    person_id: int
    role: str


def grant_role(
    person_id: int,
    role: Role,
    tenant_id: int,
    procedure_id: int | None = None,
    *,
    actor_id: int | None = None,
) -> None:
    """Give a staff role at a tenant or a procedure; giving it twice changes nothing."""
    if role not in STAFF or role is Role.OPERATOR:
        raise ValueError(f"{role} is not a role that can be granted.")
    if _grant(person_id, role, tenant_id, procedure_id) is None:
        grant = RoleGrant(
            tenant_id=tenant_id, procedure_id=procedure_id, person_id=person_id, role=role, granted_at=now()
        )
        db.session.add(grant)
        emit(
            RoleGranted(
                tenant_id=tenant_id,
                procedure_id=procedure_id,
                actor_id=actor_id,
                person_id=person_id,
                role=role,
            )
        )


def take_role(
    person_id: int,
    role: Role,
    tenant_id: int,
    procedure_id: int | None = None,
    *,
    actor_id: int | None = None,
) -> None:
    """Take a role back; nothing happens where it was not held."""
    grant = _grant(person_id, role, tenant_id, procedure_id)
    if grant is not None:
        db.session.delete(grant)
        emit(
            RoleTaken(
                tenant_id=tenant_id,
                procedure_id=procedure_id,
                actor_id=actor_id,
                person_id=person_id,
                role=role,
            )
        )


def _grant(person_id: int, role: Role, tenant_id: int, procedure_id: int | None) -> RoleGrant | None:
    return db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.tenant_id == tenant_id,
            RoleGrant.procedure_id == procedure_id,
        )
    )
