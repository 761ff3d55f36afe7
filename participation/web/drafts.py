"""The cookie of drafts: it finds again what this browser typed. Set only by the draft door, random, says nothing."""

import secrets
from datetime import timedelta

from flask import Response, current_app, request

LASTS = timedelta(days=90)


def cookie_name() -> str:
    """`__Host-d` where the portal is reached by https, else `d`."""
    return "__Host-d" if _is_secure() else "d"


def draft_cookie() -> str | None:
    """The value this browser was given, None when it never typed anything (or sends nonsense)."""
    value = request.cookies.get(cookie_name(), "")
    return value if 20 <= len(value) <= 100 else None


def fresh_draft_cookie() -> str:
    """A new value: 192 random bits."""
    return secrets.token_urlsafe(24)


def give_draft_cookie(response: Response, value: str) -> None:
    """Keep the value in this browser for 90 days from now."""
    response.set_cookie(
        cookie_name(),
        value,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _is_secure() -> bool:
    return bool(current_app.config["SETTINGS"]["base_url"].startswith("https://"))
