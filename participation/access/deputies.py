"""Deputies: for some days somebody moderates for a colleague who is away, and gets the mails too."""

from datetime import date
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, literal, select

from participation.access.models import Deputy, RoleGrant
from participation.access.rules import MODERATE
from participation.accounts.models import Person
from participation.interfaces import STAFF, Role
from participation.kernel.clock import today
from participation.kernel.db import db
from participation.kernel.refusal import Invalid, Unknown

LONGEST = 92  # days


class DeputyRow(NamedTuple):
    """Who stands in for whom, and from when to when."""

    id: int
    person: str
    person_id: int
    deputy: str
    begins_on: date
    ends_on: date


def name_deputy(tenant_id: int, *, person_id: int, deputy_id: int, begins_on: date, ends_on: date) -> Deputy:
    """Let somebody of the team moderate for somebody who does. Raises Invalid."""
    if deputy_id == person_id or deputy_id not in dict(colleagues(tenant_id)):
        raise Invalid(_l("Bitte wählen Sie jemanden aus dem Team."), field="deputy")
    if not begins_on <= ends_on or ends_on < today():
        raise Invalid(_l("Das Ende liegt vor dem Beginn oder ist schon vorbei."), field="ends_on")
    if (ends_on - begins_on).days >= LONGEST:
        raise Invalid(_l("Eine Vertretung gilt höchstens %(days)s Tage.", days=LONGEST), field="ends_on")
    deputy = Deputy(tenant_id=tenant_id, person_id=person_id, deputy_id=deputy_id, begins_on=begins_on, ends_on=ends_on)
    db.session.add(deputy)
    db.session.flush()
    return deputy


def end_deputy(number: int, tenant_id: int, *, person_id: int, whole: bool) -> None:
    """End it now; one's own, or any where somebody administers the portal. Raises Unknown."""
    deputy = db.session.get(Deputy, number)
    if deputy is None or deputy.tenant_id != tenant_id or not (whole or deputy.person_id == person_id):
        raise Unknown
    db.session.delete(deputy)


def deputies(tenant_id: int) -> list[DeputyRow]:
    """Those of today and later, by their beginning; one query."""
    away, here = Person.__table__.alias("away"), Person.__table__.alias("here")
    query = (
        select(Deputy.id, away.c.display_name, Deputy.person_id, here.c.display_name, Deputy.begins_on, Deputy.ends_on)
        .join(away, away.c.id == Deputy.person_id)
        .join(here, here.c.id == Deputy.deputy_id)
        .where(Deputy.tenant_id == tenant_id, Deputy.ends_on >= today())
    )
    return [DeputyRow(*row) for row in db.session.execute(query.order_by(Deputy.begins_on, Deputy.id))]


def colleagues(tenant_id: int) -> list[tuple[int, str]]:
    """Everybody with a role at an authority: number and name, each once."""
    query = select(Person.id, Person.display_name).join(RoleGrant, RoleGrant.person_id == Person.id)
    query = query.where(RoleGrant.tenant_id == tenant_id, RoleGrant.role.in_(STAFF)).distinct()
    return [(number, name) for number, name in db.session.execute(query.order_by(Person.display_name, Person.id))]


def lent_grants(person_id: int) -> Select[str, int, int | None]:
    """The roles somebody has today because a colleague is away: to moderate, wherever that one does."""
    query = select(literal(Role.MODERATOR.value), RoleGrant.tenant_id, RoleGrant.procedure_id)
    return query.join(Deputy, standing_in()).where(Deputy.deputy_id == person_id)


def standing_in() -> ColumnElement[bool]:
    """A grant that lets its person moderate, beside a deputy who has it too today."""
    day = today()
    same = and_(Deputy.person_id == RoleGrant.person_id, Deputy.tenant_id == RoleGrant.tenant_id)
    return and_(same, RoleGrant.role.in_(MODERATE.staff), Deputy.begins_on <= day, Deputy.ends_on >= day)
