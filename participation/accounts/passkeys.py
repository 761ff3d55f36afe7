"""Passkeys: a device signs a task of ours with a key it never shows (WebAuthn). They are a second factor, like an app.

A task is kept in the row of the log-in, is good for five minutes, and one right answer uses it up.
"""

import hashlib
import json
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from participation.accounts import second_factor
from participation.accounts.events import PasskeyAdded, PasskeyRemoved
from participation.accounts.limits import code_was_right
from participation.accounts.models import Passkey, Person
from participation.accounts.sessions import end_sessions, set_task, take_task
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import INSTALLATION, emit
from participation.kernel.refusal import Invalid, Refused, Unknown
from participation.kernel.text import normalise_name

MOST = 10  # of a person
LONGEST_NAME = 40
LONGEST_ANSWER = 20_000  # characters
LOG_IN = _l("Ihre Anmeldung ist abgelaufen. Bitte laden Sie die Seite neu.")


class Place(NamedTuple):
    """Where a passkey is asked for: browsers bind it to the host, and say from which origin they answer."""

    host: str
    origin: str
    title: str


def passkeys_of(person_id: int, host: str | None = None) -> list[Passkey]:
    """The passkeys of a person, the oldest first; with a host those that work there."""
    query = select(Passkey).where(Passkey.person_id == person_id)
    query = query.where(Passkey.host == host) if host is not None else query
    return list(db.session.scalars(query.order_by(Passkey.id)))


def task_to_make(person: Person, place: Place, *, key: str) -> dict[str, Any]:
    """What the browser needs to make a passkey; `key` is that of the log-in, inside the write."""
    made = generate_registration_options(
        rp_id=place.host,
        rp_name=place.title,
        user_name=person.email,
        user_display_name=person.display_name or person.email,
        user_id=hashlib.sha256(f"passkey|{person.id}|{place.host}".encode()).digest(),
        exclude_credentials=_described(person.id, place),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return _kept(made, key)


def task_to_show(person: Person, place: Place, *, key: str) -> dict[str, Any]:
    """What the browser needs to show one of the person's passkeys; inside the write."""
    return _kept(generate_authentication_options(rp_id=place.host, allow_credentials=_described(person.id, place)), key)


def add(person: Person, answer: str, name: str, place: Place, *, key: str) -> list[str]:
    """Keep a new passkey; log-ins end. Returns recovery codes where it is the first factor. Raises Invalid."""
    called = normalise_name(name).strip()
    if not 0 < len(called) <= LONGEST_NAME:
        raise Invalid(_l("Bitte geben Sie dem Passkey einen Namen mit höchstens 40 Zeichen."), field="name")
    if len(passkeys_of(person.id)) >= MOST:
        raise Invalid(_l("Sie haben schon 10 Passkeys. Bitte löschen Sie zuerst einen."), field="name")
    task = _task(key)
    try:
        made = verify_registration_response(
            credential=_read(answer),
            expected_challenge=task,
            expected_rp_id=place.host,
            expected_origin=place.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _wrong() from error
    db.session.add(
        Passkey(
            person_id=person.id,
            name=called,
            host=place.host,
            credential=bytes_to_base64url(made.credential_id),
            public_key=bytes_to_base64url(made.credential_public_key),
            sign_count=made.sign_count,
            created_at=now(),
        )
    )
    is_first = second_factor.begin(person)
    end_sessions(person.id)
    emit(PasskeyAdded(tenant_id=INSTALLATION, actor_id=person.id, person_id=person.id))
    return second_factor.make_codes(person, with_factor=True) if is_first else []


def prove(person: Person, answer: str, place: Place, *, key: str, device: str = "") -> None:
    """Take the answer of a passkey to the task of this log-in. Raises Invalid; count the try before."""
    task = _task(key)
    try:
        given = _read(answer)
        row = _passkey(person.id, str(given["id"]), place.host)
        shown = verify_authentication_response(
            credential=given,
            expected_challenge=task,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _wrong() from error
    row.sign_count, row.used_at = shown.new_sign_count, now()
    code_was_right(person.id, device=device)


def remove(person: Person, number: int) -> None:
    """Forget a passkey of the person; log-ins end. Raises Unknown, and Refused for the only second factor."""
    row = db.session.scalar(select(Passkey).where(Passkey.id == number, Passkey.person_id == person.id))
    if row is None:
        raise Unknown
    others = db.session.scalar(select(func.count()).select_from(Passkey).where(Passkey.person_id == person.id))
    if others == 1 and not second_factor.has_app(person.id):
        raise Refused(_l("Dieser Passkey ist Ihr einziger zweiter Schritt. Richten Sie zuerst einen anderen ein."))
    db.session.execute(delete(Passkey).where(Passkey.id == number))
    end_sessions(person.id)
    emit(PasskeyRemoved(tenant_id=INSTALLATION, actor_id=person.id, person_id=person.id))


def _passkey(person_id: int, credential: str, host: str) -> Passkey:
    mine = (Passkey.person_id == person_id, Passkey.credential == credential, Passkey.host == host)
    query = select(Passkey).where(*mine).with_for_update()
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise KeyError
    return found


def _described(person_id: int, place: Place) -> list[PublicKeyCredentialDescriptor]:
    rows = passkeys_of(person_id, place.host)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential)) for row in rows]


def _kept(options: Any, key: str) -> dict[str, Any]:
    set_task(key, bytes_to_base64url(options.challenge))
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


def _task(key: str) -> bytes:
    """The task of this log-in. Raises Invalid where there is none."""
    found = take_task(key)
    if not found:
        raise _wrong()
    return base64url_to_bytes(found)


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise TypeError
    return found


def _wrong() -> Invalid:
    return Invalid(_l("Das hat nicht geklappt. Bitte versuchen Sie es noch einmal oder nehmen Sie einen anderen Weg."))
