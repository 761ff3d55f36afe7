"""Accounts that nobody uses: announced by mail, deleted a month later; addresses that nobody needs go without."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select

from participation.access.models import RoleGrant
from participation.accounts.events import InactivityTold
from participation.accounts.models import Person
from participation.accounts.queries import person_at
from participation.contributions.models import Draft
from participation.kernel.clock import local, now
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler, emit
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.notices.models import Subscription
from participation.procedures.models import Participant
from participation.voting.leaving import leave

UNCONFIRMED = timedelta(days=14)
UNUSED = timedelta(days=730)
NOTICE = timedelta(days=31)
AT_ONCE = 100  # people in one transaction; the next round goes on

LAST_SEEN = func.coalesce(Person.seen_at, Person.confirmed_at, Person.created_at)


def forget_unused() -> int:
    """Periodic: delete what was announced in time or nobody needs, and announce what is next. Says how many went.

    Contributions stay under a fresh pseudonym. Whoever has a role is left to the authority, which takes it away first.
    """
    gone = [*db.session.scalars(_needless()), *db.session.scalars(_announced())]
    for person in gone:
        leave(person, withdraw_all=False)
    for person in db.session.scalars(_unused()):
        person.told_inactive_at = now()
        emit(InactivityTold(person_id=person.id))
    return len(gone)


def _people(*which: ColumnElement[bool]) -> Select[Person]:
    has_role = exists().where(RoleGrant.person_id == Person.id)
    query = select(Person).where(~has_role, Person.is_operator.is_(False), *which)
    return query.order_by(Person.id).limit(AT_ONCE)


def _needless() -> Select[Person]:
    """Addresses never confirmed, or of people without a password who have nothing here."""
    has_something = [exists().where(table.person_id == Person.id) for table in (Participant, Subscription, Draft)]
    needs_nothing = Person.password_hash.is_(None) & ~has_something[0] & ~has_something[1] & ~has_something[2]
    return _people(now() - UNCONFIRMED >= LAST_SEEN, Person.confirmed_at.is_(None) | needs_nothing)


def _announced() -> Select[Person]:
    return _people(Person.told_inactive_at <= now() - NOTICE, _is_unused())


def _unused() -> Select[Person]:
    return _people(Person.told_inactive_at.is_(None), Person.confirmed_at.is_not(None), _is_unused())


def _is_unused() -> ColumnElement[bool]:
    """Two years without a log-in, and no mails that are wanted."""
    follows = exists().where(Subscription.person_id == Person.id, Subscription.confirmed_at.is_not(None))
    return (now() - UNUSED >= LAST_SEEN) & ~follows


def tell(delivery: Delivery) -> Iterable[Effect]:
    """The mail to the person; none where they logged in since."""
    person = person_at(delivery.event.person_id)
    if person is None or person.told_inactive_at is None or not can_be_written_to(person):
        return []
    url = link("account.log_in", None, person.language)
    ends_on = local(person.told_inactive_at + NOTICE)
    return [letter(delivery, "unused", to=person.email, language=person.language, tenant=None, url=url, at=ends_on)]


TOLD = Handler(name="notices.unused", run=tell, outside=True)
