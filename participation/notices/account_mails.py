"""Mails about accounts. They are composed from numbers when they are sent: a person who left gets none."""

from collections.abc import Iterator
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from participation.accounts.events import (
    EmailChanged,
    LinkRequested,
    PasskeyAdded,
    PasskeyRemoved,
    PasswordChanged,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorRemoved,
    SecondFactorReset,
    SecondFactorSet,
)
from participation.accounts.models import Token
from participation.accounts.queries import person_at, person_by_email
from participation.accounts.tokens import sign
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Event, Handler
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.tenants.models import Tenant

# purpose of the link -> its page, and the template of the mail
PAGES = {
    "confirm": ("account.confirm", "confirm_account"),
    "log_in": ("account.confirm", "log_in_link"),
    "password": ("account.new_password", "new_password"),
    "change_email": ("account.new_email", "new_email"),
    "invite": ("account.invitation", "invitation"),
    "erase": ("account.erase", "erase_account"),
}

# what was changed -> subject and sentence of the mail
CHANGED: dict[type[Event], tuple[Any, Any]] = {
    PasswordChanged: (
        _l("Ihr Passwort wurde geändert"),
        _l("Das Passwort Ihres Kontos wurde geändert. Alle anderen Anmeldungen sind beendet."),
    ),
    EmailChanged: (
        _l("Ihre E-Mail-Adresse wurde geändert"),
        _l("Ihr Konto hat jetzt eine andere E-Mail-Adresse. An diese hier schreiben wir nicht mehr."),
    ),
    SecondFactorSet: (
        _l("Ihr zweiter Schritt beim Anmelden wurde eingerichtet"),
        _l("Beim Anmelden wird jetzt ein Code aus einer App verlangt. Alle anderen Anmeldungen sind beendet."),
    ),
    SecondFactorRemoved: (
        _l("Ihr zweiter Schritt beim Anmelden wurde entfernt"),
        _l("Die App für Codes oder der ganze zweite Schritt beim Anmelden wurde aus Ihrem Konto entfernt."),
    ),
    PasskeyAdded: (
        _l("Ein Passkey wurde angelegt"),
        _l("In Ihrem Konto wurde ein Passkey angelegt. Alle anderen Anmeldungen sind beendet."),
    ),
    PasskeyRemoved: (
        _l("Ein Passkey wurde gelöscht"),
        _l("Aus Ihrem Konto wurde ein Passkey gelöscht. Alle anderen Anmeldungen sind beendet."),
    ),
    RecoveryCodesMade: (
        _l("Neue Wiederherstellungscodes"),
        _l("In Ihrem Konto wurden neue Wiederherstellungscodes angezeigt. Die alten gelten nicht mehr."),
    ),
    RecoveryCodeUsed: (
        _l("Ein Wiederherstellungscode wurde benutzt"),
        _l("In Ihrem Konto hat sich jemand mit einem Wiederherstellungscode ausgewiesen. Er gilt nicht noch einmal."),
    ),
}


def send_link(delivery: Delivery) -> Iterator[Effect]:
    """The mail with the link."""
    token = _token(delivery)
    if token is not None:
        yield _with_link(delivery, token, _tenant(token))


def warn_old_address(delivery: Delivery) -> Iterator[Effect]:
    """A note to the present address of somebody who asked for another one."""
    token = _token(delivery)
    person = person_at(token.person_id) if token is not None and token.purpose == "change_email" else None
    if token is not None and person is not None:
        yield _note(delivery, "email_will_change", person.email, person.language, _tenant(token), "account.sessions")


def second_factor_reset(delivery: Delivery) -> Iterator[Effect]:
    """To the person whose second factor somebody took off: what to do, and what if nobody asked for it."""
    person = person_at(delivery.event.person_id)
    if can_be_written_to(person):
        assert person is not None
        tenant = db.session.get(Tenant, delivery.event.tenant_id)
        yield _note(delivery, "second_factor_reset", person.email, person.language, tenant, "second_factor.show")


def account_changed(delivery: Delivery) -> Iterator[Effect]:
    """To the owner of an account: what was just changed about getting in, and what to do who did not do it.

    After a new address the note goes to the old one. What came into being together is told of once.
    """
    person, event = person_at(delivery.event.person_id), delivery.event
    to = _old_address(event.token_id) if isinstance(event, EmailChanged) else person.email if person else None
    if to and can_be_written_to(person) and not _is_told_of_anyway(event):
        assert person is not None
        subject, sentence = CHANGED[type(event)]
        url, values = link("account.sessions", None, person.language), {"title": subject, "sentence": sentence}
        on: dict[str, Any] = {"language": person.language, "tenant": None, "sender": _portal()}
        yield letter(delivery, "account_changed", to=to, url=url, at=delivery.at, **on, **values)


def _old_address(token_id: int) -> str | None:
    token = db.session.get(Token, token_id)
    return str(token.data["old"]) if token is not None and token.data.get("old") else None


def _is_told_of_anyway(event: Event) -> bool:
    """A first password is set by a link that was mailed a moment ago; codes come with the factor they are for."""
    return bool(getattr(event, "first", False) or getattr(event, "with_factor", False))


def _token(delivery: Delivery) -> Token | None:
    """The link that was asked for; None when it was used, is gone with its person, or is not ours."""
    token = db.session.get(Token, delivery.event.token_id)
    return token if token is not None and token.used_at is None and token.purpose in PAGES else None


def _tenant(token: Token) -> Tenant | None:
    return db.session.get(Tenant, token.tenant_id) if token.tenant_id else None


def _with_link(delivery: Delivery, token: Token, tenant: Tenant | None) -> Effect:
    language = str(token.data.get("language", "de"))
    known = person_by_email(token.email)
    if token.purpose == "password" and (known is None or known.confirmed_at is None):
        return _note(delivery, "no_account", token.email, language, tenant, "account.register")
    if token.purpose == "change_email" and known is not None:
        return _note(delivery, "address_taken", token.email, language, tenant, "account.log_in")
    endpoint, template = PAGES[token.purpose]
    if token.data.get("known"):
        template = "account_exists"
    values: dict[str, Any] = {"url": link(endpoint, tenant, language, token=sign(token)), "data": token.data}
    return letter(delivery, template, to=token.email, language=language, tenant=tenant, sender=_portal(), **values)


def _note(delivery: Delivery, template: str, to: str, language: str, tenant: Tenant | None, endpoint: str) -> Effect:
    url = link(endpoint, tenant, language)
    return letter(delivery, template, to=to, language=language, tenant=tenant, sender=_portal(), url=url)


def _portal() -> str:
    return str(current_app.config["SETTINGS"]["name"])


ACCOUNT_HANDLERS: dict[type[Event], tuple[Handler, ...]] = {
    LinkRequested: (
        Handler(name="notices.account_link", run=send_link, outside=True),
        Handler(name="notices.account_note", run=warn_old_address, outside=True),
    ),
    SecondFactorReset: (Handler(name="notices.second_factor_reset", run=second_factor_reset, outside=True),),
    **{event: (Handler(name="notices.account_changed", run=account_changed, outside=True),) for event in CHANGED},
}
