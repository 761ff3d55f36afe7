"""What was chosen before a log-in, kept in this browser alone: signed, for two hours, never in an address."""

from datetime import timedelta
from typing import Any

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from participation.kernel.keys import for_signing
from participation.procedures.models import Activity

LASTS = timedelta(hours=2)
LARGEST = 3_800  # bytes that every browser keeps


def kept_choices(activity: Activity, owner: int | None) -> dict[str, Any] | None:
    """What this browser chose in an activity; None where there is nothing, or somebody else chose it logged in."""
    try:
        number, whose, choices = _signer().loads(request.cookies.get(_name(), ""), max_age=int(LASTS.total_seconds()))
    except (BadSignature, ValueError, TypeError):
        return None
    fits = number == activity.id and whose in (None, owner) and isinstance(choices, dict)
    return choices if fits else None


def keep_choices(response: Response, activity: Activity, owner: int | None, choices: dict[str, Any]) -> None:
    """Keep choices in this browser until they are cast, for two hours at most."""
    value = str(_signer().dumps([activity.id, owner, choices]))
    if len(value) <= LARGEST:
        response.set_cookie(_name(), value, max_age=int(LASTS.total_seconds()), **_options())


def forget_choices(response: Response) -> None:
    """They were cast: this browser need not know them any more."""
    if request.cookies.get(_name()):
        response.delete_cookie(_name(), **_options())


def _options() -> dict[str, Any]:
    return {"path": "/", "secure": _is_secure(), "httponly": True, "samesite": "Lax"}


def _name() -> str:
    return "__Host-c" if _is_secure() else "c"


def _is_secure() -> bool:
    return bool(current_app.config["SETTINGS"]["base_url"].startswith("https://"))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(for_signing(), salt="choices")
