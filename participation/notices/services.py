"""Being told what happens in a procedure. A confirmed address is enough; nobody is subscribed by somebody else."""

import secrets

from sqlalchemy import delete

from participation.accounts.models import Person
from participation.accounts.queries import person_by_email
from participation.accounts.services import normalise_email
from participation.accounts.tokens import LinkOver, issue_token, may_mail, take_token
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.notices.events import SubscriptionAsked
from participation.notices.models import Subscription
from participation.notices.queries import subscription_of
from participation.procedures.models import Procedure


def ask_to_subscribe(procedure: Procedure, email: str, language: str) -> None:
    """Have a link sent that begins the subscription, at most three to an address in an hour. Raises Invalid.

    Nobody learns whether the address is known: the page and the mail are the same for everybody.
    """
    address = normalise_email(email)
    if may_mail(address):
        token = issue_token(
            "subscribe", email=address, tenant_id=procedure.tenant_id, procedure_id=procedure.id, language=language
        )
        emit(SubscriptionAsked(tenant_id=procedure.tenant_id, procedure_id=procedure.id, token_id=token.id))


def confirm_subscription(signed: str, procedure: Procedure) -> Subscription:
    """Act on the link. Raises LinkOver, also where it was made for another procedure."""
    link = take_token(signed, procedure.tenant_id, "subscribe")
    if link.data.get("procedure_id") != procedure.id:
        raise LinkOver
    return subscribe(procedure, _person(link.email, str(link.data.get("language", "de"))))


def _person(email: str, language: str) -> Person:
    """Whoever opened the link owns the address; that makes no account."""
    person = person_by_email(email)
    if person is None:
        person = Person(email=email, language=language, created_at=now())
        db.session.add(person)
    if person.confirmed_at is None and not person.has_account:
        person.confirmed_at = now()
    db.session.flush()
    return person


def subscribe(procedure: Procedure, person: Person) -> Subscription:
    """Subscribe somebody whose address is known to be theirs; a second time changes nothing."""
    subscription = subscription_of(person.id, procedure.id)
    if subscription is None:
        subscription = Subscription(
            tenant_id=procedure.tenant_id,
            procedure_id=procedure.id,
            person_id=person.id,
            key=secrets.token_urlsafe(24),
            created_at=now(),
        )
        db.session.add(subscription)
    subscription.confirmed_at = subscription.confirmed_at or now()
    db.session.flush()
    return subscription


def end_subscription(procedure: Procedure, key: str) -> None:
    """End what the key in a mail stands for; an unknown one is no error, because the wish is fulfilled."""
    ended = delete(Subscription).where(Subscription.procedure_id == procedure.id, Subscription.key == key)
    db.session.execute(ended)
