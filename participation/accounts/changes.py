"""What people change about themselves, and what operators change about them."""

from flask_babel import lazy_gettext as _l

from participation.accounts.events import EmailChanged, OperatorMade, PersonBlocked, PersonUnblocked
from participation.accounts.models import Person
from participation.accounts.queries import person_at, person_by_email
from participation.accounts.services import checked_name, normalise_email, send_link, set_password
from participation.accounts.sessions import end_sessions
from participation.accounts.tokens import LinkOver, take_token, use_up_tokens
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Invalid

LANGUAGES = ("de", "en")


def change_profile(person: Person, *, name: str, language: str) -> None:
    """Change the user name and the language of mails. Raises Invalid. Names in procedures are the caller's affair."""
    if language not in LANGUAGES:
        raise Invalid(_l("Bitte wählen Sie eine der Sprachen."), field="language")
    person.display_name = checked_name(name)
    person.language = language


def request_new_email(person: Person, text: str, tenant_id: int | None) -> None:
    """Have a link sent to a new address, and a note to the old one. Raises Invalid for a broken or the same address."""
    email = normalise_email(text)
    if email == person.email:
        raise Invalid(_l("Das ist schon Ihre Adresse."), field="email")
    send_link("change_email", email, tenant_id, person_id=person.id, language=person.language, old=person.email)


def change_email(signed: str, tenant_id: int | None, *, keep: str | None = None) -> Person:
    """Act on the link of `request_new_email`; other log-ins than the one with the key `keep` end.

    Raises LinkOver, also when the address got an owner in the meantime.
    """
    link = take_token(signed, tenant_id, "change_email")
    person = person_at(link.person_id)
    if person is None or person.blocked_at is not None or person_by_email(link.email) is not None:
        raise LinkOver
    use_up_tokens(person.email)
    person.email = link.email
    end_sessions(person.id, but=keep)
    emit(EmailChanged(person_id=person.id, token_id=link.number))
    return person


def make_operator(email: str, name: str, password_hash: str) -> Person:
    """Make somebody an operator of the installation, with this password; an existing person keeps the name."""
    address = normalise_email(email)
    person = person_by_email(address)
    if person is None:
        person = Person(email=address, display_name=checked_name(name), created_at=now())
        db.session.add(person)
        db.session.flush()
    person.is_operator, person.confirmed_at = True, person.confirmed_at or now()
    set_password(person, password_hash)
    emit(OperatorMade(person_id=person.id))
    return person


def block(person: Person) -> None:
    """Shut somebody out: every log-in ends, no link lets them in."""
    if person.blocked_at is None:
        person.blocked_at = now()
        end_sessions(person.id)
        use_up_tokens(person.email)
        emit(PersonBlocked(person_id=person.id))


def unblock(person: Person) -> None:
    """Let somebody in again."""
    if person.blocked_at is not None:
        person.blocked_at = None
        emit(PersonUnblocked(person_id=person.id))
