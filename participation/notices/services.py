"""Being told what happens. A confirmed address is enough; nobody is subscribed by somebody else."""

import secrets

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from participation.accounts.models import Person
from participation.accounts.queries import person_by_email
from participation.accounts.services import normalise_email
from participation.accounts.tokens import LinkOver, issue_token, may_mail, take_token
from participation.contributions.models import Contribution
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Invalid, Unknown
from participation.notices.events import SubscriptionAsked
from participation.notices.models import AT_ONCE, RHYTHMS, MailKey, Subscription
from participation.notices.queries import subscription_of
from participation.notices.wishes import Wish, wish_of
from participation.procedures.models import Activity, Procedure

WHOLE = Wish()


def ask_to_subscribe(procedure: Procedure, email: str, language: str, wish: Wish = WHOLE) -> None:
    """Have a link sent that begins the subscription, at most three to an address in an hour. Raises Invalid.

    Nobody learns whether the address is known: the page and the mail are the same for everybody.
    """
    address = normalise_email(email)
    if may_mail(address):
        where = {"tenant_id": procedure.tenant_id, "procedure_id": procedure.id}
        token = issue_token("subscribe", email=address, **where, language=language, **wish._asdict())
        emit(SubscriptionAsked(tenant_id=procedure.tenant_id, procedure_id=procedure.id, token_id=token.id))


def confirm_subscription(signed: str, procedure: Procedure) -> Subscription:
    """Act on the link. Raises LinkOver, also where it was made for another procedure, or what it was for is gone."""
    link = take_token(signed, procedure.tenant_id, "subscribe")
    wish = wish_of(link.data)
    if link.data.get("procedure_id") != procedure.id or not _is_there(procedure, wish):
        raise LinkOver
    return subscribe(procedure, _person(link.email, str(link.data.get("language", "de"))), wish)


def _is_there(procedure: Procedure, wish: Wish) -> bool:
    owner, number = (Activity, wish.activity_id) if wish.activity_id else (Contribution, wish.contribution_id)
    if number is None:
        return True
    found = select(owner.id).where(owner.id == number, owner.procedure_id == procedure.id)
    return db.session.scalar(found) is not None


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


def subscribe(procedure: Procedure, person: Person, wish: Wish = WHOLE) -> Subscription:
    """Subscribe somebody whose address is known to be theirs; a second time only the rhythm may change."""
    subscription = subscription_of(person.id, procedure.id, wish)
    if subscription is None:
        subscription = Subscription(
            tenant_id=procedure.tenant_id,
            procedure_id=procedure.id,
            activity_id=wish.activity_id,
            contribution_id=wish.contribution_id,
            person_id=person.id,
            rhythm=wish.rhythm,
            told_at=now(),
            key=secrets.token_urlsafe(24),
            created_at=now(),
        )
        db.session.add(subscription)
        _make_key(procedure.tenant_id, person.id)
    _set_rhythm(subscription, wish.rhythm)
    subscription.confirmed_at = subscription.confirmed_at or now()
    db.session.flush()
    return subscription


def _make_key(tenant_id: int, person_id: int) -> None:
    mine = (MailKey.tenant_id == tenant_id, MailKey.person_id == person_id)
    if db.session.scalar(select(MailKey.id).where(*mine)) is None:
        db.session.add(MailKey(tenant_id=tenant_id, person_id=person_id, key=secrets.token_urlsafe(24)))


def change_rhythm(subscription: Subscription, rhythm: str) -> None:
    """How often mails come from now on. Raises Invalid."""
    if rhythm not in RHYTHMS:
        raise Invalid(_l("Bitte wählen Sie, wie oft wir Ihnen schreiben."), field="rhythm")
    _set_rhythm(subscription, rhythm)


def _set_rhythm(subscription: Subscription, rhythm: str) -> None:
    """Between days and weeks nothing is lost or told twice; whoever was told at once needs no digest of before."""
    if subscription.rhythm == AT_ONCE != rhythm:
        subscription.told_at = now()
    subscription.rhythm = rhythm


def subscription_with(tenant_id: int, key: str, number: int) -> Subscription:
    """One of the subscriptions that the key of a person opens. Raises Unknown."""
    query = select(Subscription).join(MailKey, MailKey.person_id == Subscription.person_id)
    mine = (MailKey.tenant_id == tenant_id, MailKey.key == key, Subscription.tenant_id == tenant_id)
    found = db.session.scalar(query.where(*mine, Subscription.id == number))
    if found is None:
        raise Unknown
    return found


def end(subscription: Subscription) -> None:
    """End one of them."""
    db.session.delete(subscription)


def end_subscription(procedure: Procedure, key: str) -> None:
    """End what the key in a mail stands for; an unknown one is no error, because the wish is fulfilled."""
    ended = delete(Subscription).where(Subscription.procedure_id == procedure.id, Subscription.key == key)
    db.session.execute(ended)


def end_all(tenant_id: int, key: str, rhythm: str = "") -> None:
    """End everything a person follows at an authority, or what comes in one rhythm; a second time is no error."""
    whose = select(MailKey.person_id).where(MailKey.tenant_id == tenant_id, MailKey.key == key)
    ended = delete(Subscription).where(Subscription.tenant_id == tenant_id, Subscription.person_id.in_(whose))
    ended = ended.where(Subscription.rhythm == rhythm) if rhythm else ended
    db.session.execute(ended, execution_options={"synchronize_session": False})


def end_for_address(email: str, tenant_id: int | None = None) -> int:
    """End everything somebody follows, at one authority or at all; how much that was. Raises Invalid."""
    whose = select(Person.id).where(Person.email == normalise_email(email))
    ended = delete(Subscription).where(Subscription.person_id.in_(whose))
    ended = ended.where(Subscription.tenant_id == tenant_id) if tenant_id is not None else ended
    found = db.session.execute(ended.returning(Subscription.id), execution_options={"synchronize_session": False})
    return len(found.all())
