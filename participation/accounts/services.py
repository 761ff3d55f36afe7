"""Becoming known: register, confirm an address, ask for a new password. Every answer is the same for every address."""

import re
import unicodedata
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.accounts.events import LinkRequested, PasswordChanged, PersonConfirmed
from participation.accounts.models import Consent, Person
from participation.accounts.queries import person_by_email, rules_version
from participation.accounts.sessions import end_sessions
from participation.accounts.tokens import LinkOver, issue_token, may_mail, take_token, use_up_tokens
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import INSTALLATION, emit
from participation.kernel.lookalikes import looks_official
from participation.kernel.refusal import Invalid, Refused
from participation.kernel.text import normalise_name

EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]+\.[^\s@<>\"(),:;\\\[\].]{2,}")
NAME_LENGTH = range(2, 41)


class Confirmed(NamedTuple):
    """Who confirmed an address, and where that person wanted to go."""

    person: Person
    draft_key: str
    next: str


def normalise_email(text: str) -> str:
    """An address in the one form it is stored in. Raises Invalid."""
    email = unicodedata.normalize("NFC", text).strip().lower()
    if len(email) > 254 or not email.isprintable() or not EMAIL.fullmatch(email) or ".." in email:
        raise Invalid(_l("Bitte schreiben Sie die E-Mail-Adresse so: name@beispiel.de"), field="email")
    return email


def checked_name(text: str) -> str:
    """A user name as others will see it. Raises Invalid: too short, too long, an address, a badge."""
    name = normalise_name(text)
    if len(name) not in NAME_LENGTH or not name.isprintable():
        raise Invalid(_l("Bitte wählen Sie einen Namen mit 2 bis 40 Zeichen."), field="name")
    if "@" in name:
        raise Invalid(_l("Alle sehen diesen Namen. Bitte schreiben Sie keine E-Mail-Adresse hinein."), field="name")
    if looks_official(name):
        raise Invalid(
            _l("Dieser Name sieht aus, als schriebe die Behörde. Bitte wählen Sie einen anderen."), field="name"
        )
    return name


def send_link(purpose: str, email: str, tenant_id: int | None, *, actor_id: int | None = None, **data: Any) -> None:
    """Have a link sent, unless the address got three in this hour. `language` in `data` is that of the mail."""
    if may_mail(email):
        token = issue_token(purpose, email=email, tenant_id=tenant_id, **data)
        emit(LinkRequested(tenant_id=tenant_id or INSTALLATION, actor_id=actor_id, token_id=token.id))


def register(
    email: str,
    tenant_id: int | None,
    *,
    name: str,
    password_hash: str,
    language: str,
    draft_key: str = "",
    then: str = "",
) -> None:
    """Begin an account; it comes into being with the link. An address that has one gets another mail instead.

    Name and password wait in the link, so nobody can leave a password in an account they cannot confirm.
    """
    known = person_by_email(email)
    on: dict[str, Any] = {"language": language, "draft": draft_key, "next": then}
    if known is not None and known.has_account and known.confirmed_at is not None:
        return send_link("log_in", email, tenant_id, known=True, **on)
    rules = rules_version(tenant_id)
    return send_link("confirm", email, tenant_id, name=name, password_hash=password_hash, rules=rules, **on)


def request_confirmation(
    email: str, tenant_id: int | None, draft_key: str, language: str, *, then: str = "", about: str = ""
) -> None:
    """Have a link sent that confirms an address, logs in and leads to a draft. Raises Invalid for a broken address.

    The same for everybody: somebody unknown becomes a person without a password, others just log in.
    `about` is the title of the procedure the draft is for; the mail names it.
    """
    on: dict[str, Any] = {"language": language, "draft": draft_key, "next": then, "about": about}
    send_link("log_in", normalise_email(email), tenant_id, rules=rules_version(tenant_id), **on)


def request_new_password(email: str, tenant_id: int | None, language: str) -> None:
    """Have a link sent that sets a new password; an unknown address is told that it has no account."""
    send_link("password", email, tenant_id, language=language)


def confirm(signed: str, tenant_id: int | None) -> Confirmed:
    """Act on a link of `register` or `request_confirmation`. Raises LinkOver, or Refused for a blocked person."""
    link = take_token(signed, tenant_id, "confirm", "log_in")
    person = _confirmed_person(link.email, str(link.data.get("language", "de")))
    if link.purpose == "confirm" and not person.has_account:
        person.display_name = str(link.data["name"])
        set_password(person, str(link.data["password_hash"]))
    _note_consent(person, tenant_id, str(link.data.get("rules", "")))
    return Confirmed(person, str(link.data.get("draft", "")), str(link.data.get("next", "")))


def set_new_password(signed: str, tenant_id: int | None, password_hash: str) -> Person:
    """Act on a link of `request_new_password`. Raises LinkOver, or Refused for a blocked person."""
    link = take_token(signed, tenant_id, "password")
    if person_by_email(link.email) is None:
        raise LinkOver
    person = _confirmed_person(link.email, str(link.data.get("language", "de")))
    set_password(person, password_hash)
    return person


def set_password(person: Person, password_hash: str, *, but: str | None = None) -> None:
    """Give a person a password. All log-ins end, except the one with the key `but`; open links end too."""
    is_first = person.password_hash is None
    person.password_hash = password_hash
    end_sessions(person.id, but=but)
    use_up_tokens(person.email)
    emit(PasswordChanged(person_id=person.id, first=is_first))


def _note_consent(person: Person, tenant_id: int | None, rules: str) -> None:
    """Remember which text of the rules somebody accepted, once per text."""
    same = (Consent.person_id == person.id, Consent.tenant_id == tenant_id, Consent.text_version == rules)
    if rules and db.session.scalar(select(Consent.id).where(*same, Consent.withdrawn_at.is_(None))) is None:
        db.session.add(
            Consent(tenant_id=tenant_id, person_id=person.id, what="rules", text_version=rules, given_at=now())
        )


def _confirmed_person(email: str, language: str) -> Person:
    person = person_by_email(email)
    if person is None:
        person = Person(email=email, language=language, created_at=now())
        db.session.add(person)
        db.session.flush()
    if person.blocked_at is not None:
        raise Refused(_l("Dieses Konto ist gesperrt. Fragen beantwortet die Portalverwaltung."))
    if person.confirmed_at is None:
        person.confirmed_at = now()
        emit(PersonConfirmed(person_id=person.id))
    return person
