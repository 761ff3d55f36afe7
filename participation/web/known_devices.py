"""Browsers a person has logged in with: their tries are counted apart, so that strangers do not lock the owner out."""

import secrets
from typing import Any

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from participation.accounts.models import Person
from participation.kernel.keys import for_signing
from participation.kernel.limits import network
from participation.web.drafts import cookie_name as draft_cookie_name

KNOWN_SECONDS = 90 * 24 * 3600


def device_of(person: Person | None) -> str:
    """The number of this browser, if this person logged in with it before; "" else."""
    try:
        person_id, number = _signer().loads(request.cookies.get(_name(), ""), max_age=KNOWN_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(number) if person is not None and person_id == person.id else ""


def remember_device(person: Person) -> None:
    """Mark this browser as one the person uses; only after a whole log-in, never after half of one."""
    value = str(_signer().dumps([person.id, device_of(person) or secrets.token_hex(8)]))
    options: dict[str, Any] = {"max_age": KNOWN_SECONDS, "secure": _is_secure(), "httponly": True, "samesite": "Lax"}

    @after_this_request
    def mark(response: Response) -> Response:
        response.set_cookie(_name(), value, **options)
        return response


def forget_device() -> None:
    """Take the marks off this browser: the account is gone."""

    @after_this_request
    def clear(response: Response) -> Response:
        for name in (_name(), draft_cookie_name()):
            response.delete_cookie(name, path="/", secure=_is_secure(), httponly=True, samesite="Lax")
        return response


def here() -> str:
    """The network this request comes from, as a hash of the day."""
    return network(request.remote_addr or "", current_app.config["SECRET_KEY"])


def _name() -> str:
    return "__Host-k" if _is_secure() else "k"


def _is_secure() -> bool:
    return bool(current_app.config["SETTINGS"]["base_url"].startswith("https://"))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(for_signing(), salt="known-device")
