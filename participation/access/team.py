"""The people who work for an authority: who they are, inviting them, accepting, taking a role back."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple

from sqlalchemy import select

from participation.access.models import RoleGrant
from participation.access.services import grant_role, take_role
from participation.accounts.models import Person, Token
from participation.accounts.queries import person_by_email
from participation.accounts.services import normalise_email, send_link, set_password
from participation.accounts.sessions import end_sessions
from participation.accounts.tokens import LinkOver, take_token
from participation.interfaces import STAFF, Role
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import Event, emit
from participation.kernel.refusal import Unknown
from participation.procedures.models import Procedure


@dataclass(frozen=True, kw_only=True)
class DepartmentEntered(Event):
    """Somebody accepted an invitation to work for a department."""

    name: ClassVar[str] = "access.department_entered"
    person_id: int
    department_id: int


GRANTABLE = tuple(role for role in Role if role in STAFF and role is not Role.OPERATOR)


class TeamRow(NamedTuple):
    """One role of one person."""

    grant_id: int
    person_id: int
    name: str
    email: str
    role: str
    procedure_id: int | None
    procedure: str | None
    granted_at: datetime


class OpenInvitation(NamedTuple):
    """An invitation nobody has accepted yet."""

    email: str
    role: str
    expires_at: datetime


def team_of(tenant_id: int) -> list[TeamRow]:
    """Everybody with a role at an authority or one of its procedures, by name; one query."""
    query = (
        select(
            RoleGrant.id, Person.id, Person.display_name, Person.email, RoleGrant.role,
            RoleGrant.procedure_id, Procedure.title, RoleGrant.granted_at,
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(Procedure, Procedure.id == RoleGrant.procedure_id)
        .where(RoleGrant.tenant_id == tenant_id)
        .order_by(Person.display_name, Person.id, RoleGrant.id)
    )  # fmt: skip
    return [TeamRow(*row) for row in db.session.execute(query)]


def open_invitations(tenant_id: int) -> list[OpenInvitation]:
    """Invitations that can still be accepted, the newest first."""
    waiting = (
        Token.tenant_id == tenant_id,
        Token.purpose == "invite",
        Token.used_at.is_(None),
        Token.expires_at > now(),
    )
    rows = db.session.scalars(select(Token).where(*waiting).order_by(Token.id.desc()))
    return [OpenInvitation(row.email, str(row.data["role"]), row.expires_at) for row in rows]


def procedures_of(tenant_id: int) -> list[tuple[int, str]]:
    """Number and title of an authority's procedures, for a choice."""
    query = select(Procedure.id, Procedure.title).where(Procedure.tenant_id == tenant_id).order_by(Procedure.title)
    return [(number, title) for number, title in db.session.execute(query)]


def invite(
    email: str,
    role: Role,
    tenant_id: int,
    procedure_id: int | None = None,
    *,
    actor_id: int | None = None,
    language: str = "de",
    department_id: int | None = None,
) -> None:
    """Invite somebody by mail to work for an authority, or in one procedure of it. Raises Invalid, Unknown.

    The link remembers a department; the room that knows departments lets the person join it.
    """
    if role not in GRANTABLE:
        raise Unknown
    if procedure_id is not None and procedure_id not in dict(procedures_of(tenant_id)):
        raise Unknown
    data = {"role": role.value, "procedure_id": procedure_id, "language": language}
    data |= {"department_id": department_id} if department_id is not None else {}
    send_link("invite", normalise_email(email), tenant_id, actor_id=actor_id, **data)


def accept_invitation(signed: str, tenant_id: int | None, *, name: str, password_hash: str | None) -> Person:
    """Act on an invitation: the person becomes known, gets the role, and every older log-in ends. Raises LinkOver."""
    link = take_token(signed, tenant_id, "invite")
    person = person_by_email(link.email)
    if link.tenant_id is None or (person is not None and person.blocked_at is not None):
        raise LinkOver
    if person is None:
        person = Person(email=link.email, created_at=now())
        db.session.add(person)
    person.confirmed_at = person.confirmed_at or now()
    db.session.flush()
    if not person.has_account:
        if password_hash is None:
            raise LinkOver
        person.display_name = name
        set_password(person, password_hash)
    give_role(person.id, Role(link.data["role"]), link.tenant_id, link.data["procedure_id"], actor_id=person.id)
    if (department_id := link.data.get("department_id")) is not None:
        emit(DepartmentEntered(tenant_id=link.tenant_id, person_id=person.id, department_id=department_id))
    return person


def give_role(
    person_id: int, role: Role, tenant_id: int, procedure_id: int | None = None, *, actor_id: int | None = None
) -> None:
    """`grant_role`, and the log-ins of before end: those of staff are shorter."""
    grant_role(person_id, role, tenant_id, procedure_id, actor_id=actor_id)
    end_sessions(person_id)


def take_grant(grant_id: int, tenant_id: int, *, actor_id: int | None = None) -> None:
    """Take a role of an authority back; the person's log-ins end. Raises Unknown."""
    grant = db.session.get(RoleGrant, grant_id)
    if grant is None or grant.tenant_id != tenant_id:
        raise Unknown
    take_role(grant.person_id, Role(grant.role), tenant_id, grant.procedure_id, actor_id=actor_id)
    end_sessions(grant.person_id)
