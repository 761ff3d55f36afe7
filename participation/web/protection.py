"""Against forged requests: a token bound to the session on every unsafe method, and the Origin checked."""

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf.csrf import CSRFProtect

SAFE = {"GET", "HEAD", "OPTIONS"}

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Check the Origin first, then the token (views that have none say so by `csrf.exempt`)."""
    app.before_request(_check_origin)
    csrf.init_app(app)


def _check_origin() -> None:
    """A form of another site is refused; browsers that send neither header are judged by the token alone."""
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site not in ("same-origin", "none") or (
        origin not in (None, "null") and urlsplit(origin).netloc != request.host
    ):
        abort(403)
