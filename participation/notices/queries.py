"""Reading subscriptions."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import func, select

from participation.accounts.models import Person
from participation.kernel.db import db
from participation.notices.models import AT_ONCE, MailKey, Subscription
from participation.notices.wishes import Wish
from participation.procedures.audience_models import ListEntry, PersonList
from participation.procedures.lists import FITTING

PAGE = 1_000  # numbers that are read at once
WHOLE = Wish()


def subscription_of(person_id: int, procedure_id: int, wish: Wish = WHOLE) -> Subscription | None:
    """The subscription of a person to a procedure, or to what the wish names in it."""
    mine = (Subscription.person_id == person_id, Subscription.procedure_id == procedure_id)
    what = (
        Subscription.activity_id.is_not_distinct_from(wish.activity_id),
        Subscription.contribution_id.is_not_distinct_from(wish.contribution_id),
    )
    return db.session.scalar(select(Subscription).where(*mine, *what))


def subscription_numbers(procedure_id: int) -> list[str]:
    """One subscription of each person who is told at once of a procedure or a format of it, as targets of mails."""
    return list(_numbers(_at_once(procedure_id).where(Subscription.contribution_id.is_(None))))


def told_at_once(procedure_id: int) -> Iterator[str]:
    """The same with those who follow a contribution; read in pages."""
    yield from _numbers(_at_once(procedure_id))


def followers_of(contribution_ids: Collection[int], *, but: int | None = None) -> list[str]:
    """The subscriptions to these contributions of people who are told at once; `but`: whose own contribution it is."""
    query = select(func.min(Subscription.id).label("number")).where(
        Subscription.contribution_id.in_(contribution_ids),
        Subscription.rhythm == AT_ONCE,
        Subscription.confirmed_at.is_not(None),
        Subscription.person_id.is_distinct_from(but),
    )
    return list(_numbers(query.group_by(Subscription.person_id)))


def readers_of(procedure_id: int, *, institutions: bool = False) -> Iterator[str]:
    """The subscriptions to a whole procedure in whatever rhythm; read in pages, so that their number is no matter.

    With `institutions` only of those whose address stands on a list of public bodies of the procedure.
    """
    yield from _numbers(_readers(procedure_id, institutions))


def number_of_readers(procedure_id: int, *, institutions: bool = False) -> int:
    """How many that are."""
    return db.session.scalar(select(func.count()).select_from(_readers(procedure_id, institutions).subquery())) or 0


def _readers(procedure_id: int, institutions: bool) -> Any:
    query = select(Subscription.id.label("number")).join(Person, Person.id == Subscription.person_id)
    query = query.where(
        Subscription.procedure_id == procedure_id,
        Subscription.activity_id.is_(None),
        Subscription.contribution_id.is_(None),
        Subscription.confirmed_at.is_not(None),
        Person.blocked_at.is_(None),
    )
    if not institutions:
        return query
    on_list = select(ListEntry.email).join(PersonList, PersonList.id == ListEntry.list_id)
    kinds = FITTING["institutions"]
    return query.where(
        Person.email.in_(on_list.where(PersonList.procedure_id == procedure_id, PersonList.kind.in_(kinds)))
    )


def _at_once(procedure_id: int) -> Any:
    """The first subscription of each person: nobody is told twice because they follow two formats."""
    query = select(func.min(Subscription.id).label("number")).where(
        Subscription.procedure_id == procedure_id,
        Subscription.rhythm == AT_ONCE,
        Subscription.confirmed_at.is_not(None),
    )
    return query.group_by(Subscription.person_id)


def _numbers(query: Any) -> Iterator[str]:
    found = query.subquery()
    last = 0
    while numbers := list(
        db.session.scalars(select(found.c.number).where(found.c.number > last).order_by(found.c.number).limit(PAGE))
    ):
        yield from map(str, numbers)
        last = numbers[-1]


def subscriber(number: str) -> tuple[Subscription, Person] | None:
    """A subscription with its person; None when it ended in the meantime, or the person was shut out."""
    query = select(Subscription, Person).join(Person, Person.id == Subscription.person_id)
    found = db.session.execute(query.where(Subscription.id == int(number), Person.blocked_at.is_(None))).one_or_none()
    return (found[0], found[1]) if found else None


def key_of(tenant_id: int, person_id: int) -> str:
    """What opens everything a person follows at an authority; "" where they never followed anything."""
    mine = (MailKey.tenant_id == tenant_id, MailKey.person_id == person_id)
    return db.session.scalar(select(MailKey.key).where(*mine)) or ""


def person_with_key(tenant_id: int, key: str) -> Person | None:
    """Whose key it is."""
    query = select(Person).join(MailKey, MailKey.person_id == Person.id)
    return db.session.scalar(query.where(MailKey.tenant_id == tenant_id, MailKey.key == key))


def subscriber_count(procedure_id: int) -> int:
    """How many people are told by mail what happens in a procedure."""
    people = func.count(Subscription.person_id.distinct())
    query = select(people).where(Subscription.procedure_id == procedure_id, Subscription.confirmed_at.is_not(None))
    return db.session.scalar(query) or 0
