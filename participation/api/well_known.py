"""The few addresses that crawlers, browsers and security researchers look up by name."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, redirect
from flask.typing import ResponseReturnValue

from participation.kernel.clock import today
from participation.web.guard import public

bp = Blueprint("well_known", __name__)

KEPT = f"public, max-age={int(timedelta(days=1).total_seconds())}"
VALID = timedelta(days=180)  # RFC 9116 asks for less than a year


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Everything that is public may be found; what may not says so on its page."""
    return _plain("User-agent: *\nAllow: /\n")


@bp.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Whom to tell about a weakness (RFC 9116)."""
    settings = current_app.config["SETTINGS"]
    lines = (
        f"Contact: mailto:{settings['contact']}",
        f"Expires: {today() + VALID}T00:00:00Z",
        "Preferred-Languages: de, en",
        f"Canonical: {settings['base_url'].rstrip('/')}/.well-known/security.txt",
    )
    return _plain("\n".join(lines) + "\n")


@bp.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    """Browsers that ask without reading the page find the same picture."""
    response = redirect(current_app.jinja_env.globals["static_url"]("img/icon.svg"))  # type: ignore[operator]
    response.headers["Cache-Control"] = KEPT
    return response


def _plain(text: str) -> Response:
    response = Response(text, mimetype="text/plain")
    response.headers["Cache-Control"] = KEPT
    return response
