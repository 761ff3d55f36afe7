"""Reading subscriptions."""

from sqlalchemy import select

from participation.accounts.models import Person
from participation.kernel.db import db
from participation.notices.models import Subscription


def subscription_of(person_id: int, procedure_id: int) -> Subscription | None:
    """The subscription of a person to a procedure."""
    mine = (Subscription.person_id == person_id, Subscription.procedure_id == procedure_id)
    return db.session.scalar(select(Subscription).where(*mine))


def subscription_numbers(procedure_id: int) -> list[str]:
    """The numbers of all subscriptions that count, as targets of deliveries."""
    query = select(Subscription.id).where(
        Subscription.procedure_id == procedure_id, Subscription.confirmed_at.is_not(None)
    )
    return [str(number) for number in db.session.scalars(query.order_by(Subscription.id))]


def subscriber(number: str) -> tuple[Subscription, Person] | None:
    """A subscription with its person; None when it ended in the meantime, or the person was shut out."""
    query = select(Subscription, Person).join(Person, Person.id == Subscription.person_id)
    found = db.session.execute(query.where(Subscription.id == int(number), Person.blocked_at.is_(None))).one_or_none()
    return (found[0], found[1]) if found else None
