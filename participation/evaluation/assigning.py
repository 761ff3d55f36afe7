"""Who works on what until when: one assignment for each contribution or argument; doing it again changes it."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select

from participation.access.models import RoleGrant
from participation.access.rules import RECOMMEND
from participation.contributions.models import Contribution
from participation.evaluation.case_models import Argument, Assignment, Department
from participation.evaluation.events import ContributionAssigned, ContributionUnassigned
from participation.kernel.clock import now, today
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Invalid


def assign(
    contribution: Contribution,
    *,
    department_id: int | None = None,
    person_id: int | None = None,
    due_on: date | None = None,
    argument_id: int | None = None,
    actor_id: int | None,
) -> Assignment | None:
    """Give a contribution or an argument of it to a department, a person or both; all None takes it away.

    What is new starts its work, and those it is given to hear of it ten minutes later, once for all of it. Raises
    Invalid for a department that is closed or of another authority, for somebody who may not recommend here, for a day
    that is over, and for a day without anybody.
    """
    row = assignment_of(contribution, argument_id)
    if department_id is None and person_id is None:
        if due_on is not None:
            raise Invalid(_l("Bitte wählen Sie eine Stelle oder eine Person."), field="department")
        _take_away(contribution, row, actor_id)
        return None
    if row is not None and (row.department_id, row.person_id, row.due_on) == (department_id, person_id, due_on):
        return row
    _require_argument(contribution, argument_id)
    _require_department(contribution, department_id, row)
    _require_person(contribution, person_id, row)
    _require_day(due_on, row)
    row = row or _new(contribution, argument_id)
    _give(row, department_id, person_id, actor_id)
    _set_day(row, due_on)
    if contribution.work == "new":
        contribution.work = "in_progress"
    db.session.flush()
    _tell(contribution, row, actor_id)
    return row


def assign_by_rule(contribution: Contribution, department_id: int) -> None:
    """Give a contribution to a department because of where it stands; nobody has begun to work. Raises Invalid."""
    work = contribution.work
    assign(contribution, department_id=department_id, actor_id=None)
    contribution.work = work


def assignment_of(contribution: Contribution, argument_id: int | None = None) -> Assignment | None:
    """Who works on a contribution as a whole, or on one argument of it."""
    which: ColumnElement[bool] = Assignment.contribution_id == contribution.id
    query = select(Assignment).where(which, Assignment.argument_id == argument_id)
    return db.session.scalar(query)


def may_be_given_to(tenant_id: int, procedure_id: int) -> ColumnElement[bool]:
    """A grant whose person may recommend answers in a procedure."""
    here = or_(RoleGrant.procedure_id.is_(None), RoleGrant.procedure_id == procedure_id)
    return (RoleGrant.tenant_id == tenant_id) & here & RoleGrant.role.in_(RECOMMEND.staff)


def _take_away(contribution: Contribution, row: Assignment | None, actor_id: int | None) -> None:
    if row is None:
        return
    db.session.delete(row)
    db.session.flush()
    emit(
        ContributionUnassigned(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=actor_id,
            contribution_id=contribution.id,
            argument_id=row.argument_id,
        )
    )


def _new(contribution: Contribution, argument_id: int | None) -> Assignment:
    row = Assignment(
        tenant_id=contribution.tenant_id, contribution_id=contribution.id, argument_id=argument_id, at=now()
    )
    db.session.add(row)
    return row


def _give(row: Assignment, department_id: int | None, person_id: int | None, actor_id: int | None) -> None:
    """To others than before it is as good as new: nothing is done, nobody was told."""
    if (row.department_id, row.person_id) != (department_id, person_id):
        row.department_id, row.person_id = department_id, person_id
        row.at, row.done_at, row.told_at = now(), None, None
    row.assigned_by_id = actor_id


def _set_day(row: Assignment, due_on: date | None) -> None:
    if row.due_on != due_on:
        row.due_on, row.reminded_on = due_on, None


def _tell(contribution: Contribution, row: Assignment, actor_id: int | None) -> None:
    emit(
        ContributionAssigned(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=actor_id,
            contribution_id=contribution.id,
            assignment_id=row.id,
        )
    )


def _require_argument(contribution: Contribution, argument_id: int | None) -> None:
    if argument_id is None:
        return
    argument = db.session.get(Argument, argument_id)
    if argument is None or argument.contribution_id != contribution.id or argument.removed_at is not None:
        raise Invalid(_l("Dieses Argument gehört nicht zu diesem Beitrag."), field="argument")


def _require_department(contribution: Contribution, department_id: int | None, row: Assignment | None) -> None:
    """What is closed keeps what it has, and gets nothing new."""
    if department_id is None:
        return
    department = db.session.get(Department, department_id)
    if department is None or department.tenant_id != contribution.tenant_id:
        raise Invalid(_l("Diese Stelle gibt es hier nicht."), field="department")
    if department.closed_at is not None and (row is None or row.department_id != department_id):
        raise Invalid(
            _l("„%(title)s“ ist geschlossen. Bitte wählen Sie eine andere Stelle.", title=department.title),
            field="department",
        )


def _require_person(contribution: Contribution, person_id: int | None, row: Assignment | None) -> None:
    if person_id is None or (row is not None and row.person_id == person_id):
        return
    query = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id, may_be_given_to(contribution.tenant_id, contribution.procedure_id)
    )
    if db.session.scalar(query.limit(1)) is None:
        raise Invalid(_l("Diese Person arbeitet nicht an diesem Verfahren."), field="person")


def _require_day(due_on: date | None, row: Assignment | None) -> None:
    if due_on is not None and due_on < today() and (row is None or row.due_on != due_on):
        raise Invalid(_l("Dieser Tag ist schon vorbei."), field="due_on")
