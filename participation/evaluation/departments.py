"""Departments of an authority and planning offices outside it, and who works for them."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, func, select

from participation.access.models import RoleGrant
from participation.access.rules import RECOMMEND
from participation.access.team import give_role, invite
from participation.accounts.models import Person
from participation.accounts.queries import person_at, person_by_email
from participation.accounts.services import normalise_email
from participation.evaluation.assigning import may_be_given_to
from participation.evaluation.case_models import Assignment, Department, DepartmentMember
from participation.evaluation.events import DepartmentChanged
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import Delivery, Handler, emit
from participation.kernel.refusal import Invalid, Unknown
from participation.kernel.text import normalise_name
from participation.tenants.models import Tenant

LONGEST = 80  # characters of a title


class DepartmentRow(NamedTuple):
    """A department in the list: how many work for it, how much waits there."""

    id: int
    title: str
    external: bool
    closed_at: datetime | None
    members: int
    open: int


class MemberRow(NamedTuple):
    """Somebody who works for a department; without a role nothing can be seen."""

    person_id: int
    name: str
    email: str
    has_role: bool


def make_department(tenant: Tenant, title: str, *, external: bool, actor_id: int | None = None) -> Department:
    """Add a department or a planning office. Raises Invalid (no title, too long, there is one already)."""
    department = Department(tenant_id=tenant.id, title=_checked(tenant.id, title), external=external)
    db.session.add(department)
    db.session.flush()
    _tell(department, actor_id)
    return department


def change_department(department: Department, title: str, *, external: bool, actor_id: int | None = None) -> None:
    """Give it another title, or say that it is outside the authority. Raises Invalid."""
    department.title = _checked(department.tenant_id, title, but=department.id)
    department.external = external
    _tell(department, actor_id)


def close_department(department: Department, *, closed: bool, actor_id: int | None = None) -> None:
    """It gets nothing new; what it has stays. Or open it again."""
    department.closed_at = (department.closed_at or now()) if closed else None
    _tell(department, actor_id)


def add_member(
    department: Department, email: str, procedure_id: int | None = None, *, actor_id: int, language: str = "de"
) -> bool:
    """Let somebody work for a department: at once where the team knows them, else by invitation. Raises Invalid.

    Who may not recommend yet becomes a planning office, at the authority or in one procedure. True where somebody was
    invited and joins with the link.
    """
    address = normalise_email(email)
    person = person_by_email(address)
    if department.closed_at is not None:
        raise Invalid(_l("Diese Stelle ist geschlossen. Öffnen Sie sie zuerst wieder."), field="email")
    if person is None or not _is_in_team(person.id, department.tenant_id):
        invite(
            address, Role.PLANNING_OFFICE, department.tenant_id, procedure_id,
            actor_id=actor_id, language=language, department_id=department.id,
        )  # fmt: skip
        return True
    if not _may_recommend(person.id, department.tenant_id, procedure_id):
        give_role(person.id, Role.PLANNING_OFFICE, department.tenant_id, procedure_id, actor_id=actor_id)
    _join(department, person.id, actor_id)
    return False


def remove_member(department: Department, person_id: int, *, actor_id: int | None = None) -> None:
    """Somebody does not work for a department any more; roles stay. Raises Unknown."""
    member = _member(department.id, person_id)
    if member is None:
        raise Unknown
    db.session.delete(member)
    _tell(department, actor_id)


def department_at(tenant_id: int, number: int) -> Department:
    """A department of an authority by its number. Raises Unknown."""
    found = db.session.get(Department, number) if number < 2**63 else None
    if found is None or found.tenant_id != tenant_id:
        raise Unknown
    return found


def departments_of(tenant_id: int) -> list[DepartmentRow]:
    """All departments of an authority, the closed ones last; one query."""
    members = select(func.count()).where(DepartmentMember.department_id == Department.id).scalar_subquery()
    waits = and_(Assignment.department_id == Department.id, Assignment.done_at.is_(None))
    waiting = select(func.count()).where(waits).scalar_subquery()
    query = select(Department.id, Department.title, Department.external, Department.closed_at, members, waiting).where(
        Department.tenant_id == tenant_id
    )
    order = (Department.closed_at.is_not(None), Department.title)
    return [DepartmentRow(*row) for row in db.session.execute(query.order_by(*order))]


def open_departments(tenant_id: int) -> list[tuple[int, str]]:
    """Number and title of those that can be given something, for a choice."""
    query = select(Department.id, Department.title).where(
        Department.tenant_id == tenant_id, Department.closed_at.is_(None)
    )
    return [(number, title) for number, title in db.session.execute(query.order_by(Department.title))]


def members_of_department(department: Department) -> list[MemberRow]:
    """Who works for a department, by name; one query."""
    held = exists().where(_recommends(department.tenant_id), RoleGrant.person_id == Person.id)
    query = (
        select(Person.id, Person.display_name, Person.email, held)
        .join(DepartmentMember, DepartmentMember.person_id == Person.id)
        .where(DepartmentMember.department_id == department.id)
    )
    return [MemberRow(*row) for row in db.session.execute(query.order_by(Person.display_name, Person.id))]


def people_for(tenant_id: int, procedure_id: int) -> list[tuple[int, str]]:
    """Number and name of everybody who can be given a contribution of a procedure, for a choice; one query."""
    may = exists().where(RoleGrant.person_id == Person.id, may_be_given_to(tenant_id, procedure_id))
    query = select(Person.id, Person.display_name).where(may).order_by(Person.display_name, Person.id)
    return [(number, name) for number, name in db.session.execute(query)]


def departments_with(person_id: int, tenant_id: int) -> list[int]:
    """The numbers of the departments somebody works for at an authority."""
    query = select(DepartmentMember.department_id).where(
        DepartmentMember.tenant_id == tenant_id, DepartmentMember.person_id == person_id
    )
    return list(db.session.scalars(query))


def _join(department: Department, person_id: int, actor_id: int | None) -> None:
    if _member(department.id, person_id) is None:
        db.session.add(
            DepartmentMember(tenant_id=department.tenant_id, department_id=department.id, person_id=person_id)
        )
        _tell(department, actor_id)


def _member(department_id: int, person_id: int) -> DepartmentMember | None:
    query = select(DepartmentMember).where(
        DepartmentMember.department_id == department_id, DepartmentMember.person_id == person_id
    )
    return db.session.scalar(query)


def _is_in_team(person_id: int, tenant_id: int) -> bool:
    query = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.tenant_id == tenant_id)
    return db.session.scalar(query.limit(1)) is not None


def _may_recommend(person_id: int, tenant_id: int, procedure_id: int | None) -> bool:
    whole = and_(_recommends(tenant_id), RoleGrant.procedure_id.is_(None))
    held = whole if procedure_id is None else may_be_given_to(tenant_id, procedure_id)
    query = select(RoleGrant.id).where(RoleGrant.person_id == person_id, held)
    return db.session.scalar(query.limit(1)) is not None


def _recommends(tenant_id: int) -> ColumnElement[bool]:
    return and_(RoleGrant.tenant_id == tenant_id, RoleGrant.role.in_(RECOMMEND.staff))


def _checked(tenant_id: int, title: str, *, but: int = 0) -> str:
    name = normalise_name(title)
    if not name:
        raise Invalid(_l("Bitte geben Sie einen Namen ein."), field="title")
    if len(name) > LONGEST:
        raise Invalid(_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST), field="title")
    query = select(Department.id).where(
        Department.tenant_id == tenant_id, Department.title == name, Department.id != but
    )
    if db.session.scalar(query.limit(1)) is not None:
        raise Invalid(_l("Eine Stelle mit diesem Namen gibt es schon."), field="title")
    return name


def _tell(department: Department, actor_id: int | None) -> None:
    emit(DepartmentChanged(tenant_id=department.tenant_id, actor_id=actor_id, department_id=department.id))


def join_by_invitation(delivery: Delivery) -> None:
    """Whoever accepted an invitation for a department works for it from now on."""
    event = delivery.event
    department, person = db.session.get(Department, event.department_id), person_at(event.person_id)
    if department is not None and person is not None and department.tenant_id == event.tenant_id:
        _join(department, person.id, person.id)


JOINED = Handler(name="evaluation.joined", run=join_by_invitation)
