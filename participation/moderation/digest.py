"""The digest of the day: one mail a morning to each moderator for whom something waits, and none otherwise.

That it is due is written together with the day, so a worker that is killed tells nobody twice and forgets nobody.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from participation.access.deputies import standing_in
from participation.access.models import Deputy, RoleGrant
from participation.access.queries import viewer_for
from participation.accounts.models import Person
from participation.interfaces import Role
from participation.kernel.clock import local, now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.moderation.desk import Desk, Work, desk_of, may_moderate, work_at
from participation.moderation.events import DigestDue
from participation.moderation.sorting_models import WorkDigest
from participation.tenants.attendance import Attendance, attendance_of
from participation.tenants.models import Tenant

WEEKDAYS = (0, 1, 2, 3, 4)  # where an authority names no moderation hours
MORNING = timedelta(hours=4)  # from their beginning; a worker that stood still catches up in this time
FIRST = (Role.MODERATOR, Role.MANAGER, Role.TENANT_ADMIN)  # the first that an authority has get it unasked
D = WorkDigest


def send_due(at: datetime | None = None) -> int:
    """Periodic: at authorities where the moderation hours of today have begun. Returns how many mails are due."""
    moment = at or now()
    tenants = db.session.scalars(select(Tenant).order_by(Tenant.id)).all()
    return sum(_due_at(tenant, moment) for tenant in tenants if is_morning(attendance_of(tenant), moment))


def is_morning(hours: Attendance, moment: datetime) -> bool:
    """Whether moderation hours have begun not long ago; Monday to Friday where an authority names no days. Pure."""
    here = local(moment)
    begins = here.replace(hour=0, minute=0, second=0, microsecond=0) + _since_midnight(hours.begins)
    ends = here.replace(hour=0, minute=0, second=0, microsecond=0) + _since_midnight(hours.ends)
    return here.weekday() in (hours.days or WEEKDAYS) and begins <= here < min(ends, begins + MORNING)


def _since_midnight(text: str) -> timedelta:
    at = time.fromisoformat(text)
    return timedelta(hours=at.hour, minutes=at.minute)


def _due_at(tenant: Tenant, moment: datetime) -> int:
    today = local(moment).date()
    held = select(D).where(D.tenant_id == tenant.id).with_for_update().execution_options(populate_existing=True)
    rows = {row.person_id: row for row in db.session.scalars(held)}
    told = {number for number, row in rows.items() if row.sent_on == today}
    due = [person for person in recipients(tenant) if person.id not in told and waiting_for(person, tenant)]
    for person in due:
        row = rows.get(person.id) or D(tenant_id=tenant.id, person_id=person.id)
        row.sent_on = today
        db.session.add(row)
        db.session.flush()
        emit(DigestDue(tenant_id=tenant.id, person_id=person.id))
    return len(due)


def recipients(tenant: Tenant) -> Sequence[Person]:
    """Who gets the mail of the day: the moderators of an authority and its procedures with their deputies.

    Where there are none, whoever leads procedures, then the administration. Besides them everybody who asked for it,
    and nobody who does not want it.
    """
    rows = db.session.execute(select(D.person_id, D.off).where(D.tenant_id == tenant.id)).all()
    asked, refused = {row.person_id for row in rows if not row.off}, {row.person_id for row in rows if row.off}
    wanted = (_unasked(tenant.id) | asked) - refused
    query = select(Person).where(Person.id.in_(wanted), Person.confirmed_at.is_not(None), Person.blocked_at.is_(None))
    return db.session.scalars(query.order_by(Person.id)).all()


def _unasked(tenant_id: int) -> set[int]:
    here = (RoleGrant.tenant_id == tenant_id, RoleGrant.role.in_(FIRST))
    own = select(RoleGrant.role, RoleGrant.person_id).where(*here)
    lent = select(RoleGrant.role, Deputy.deputy_id).join(Deputy, standing_in()).where(*here)
    found = db.session.execute(own.union(lent)).all()
    present = next((role for role in FIRST if any(row.role == role for row in found)), None)
    return {row.person_id for row in found if row.role == present}


def waiting_for(person: Person, tenant: Tenant) -> Work | None:
    """What waits within somebody's reach at an authority; None where nothing does, or they moderate nothing."""
    desk = _desk(person, tenant)
    work = work_at(desk) if desk is not None else None
    return work if work is not None and work.open else None


def _desk(person: Person, tenant: Tenant) -> Desk | None:
    who = viewer_for(person, proven=True)
    return desk_of(who, tenant) if may_moderate(who, tenant) else None


def gets_digest(tenant: Tenant, person_id: int) -> bool:
    """Whether somebody gets the mail of the day when something waits."""
    return any(person.id == person_id for person in recipients(tenant))


def choose_digest(tenant_id: int, person_id: int, *, wanted: bool) -> None:
    """Say whether one wants it."""
    row = db.session.scalar(select(D).where(D.tenant_id == tenant_id, D.person_id == person_id).with_for_update())
    if row is None:
        row = D(tenant_id=tenant_id, person_id=person_id)
        db.session.add(row)
    row.off = not wanted
    db.session.flush()


def would_get(tenant: Tenant) -> Iterator[tuple[Person, Work]]:
    """Who would get it now, and what it would say, whatever the hour: for a trial."""
    for person in recipients(tenant):
        work = waiting_for(person, tenant)
        if work is not None:
            yield person, work
