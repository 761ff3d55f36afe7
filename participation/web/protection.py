"""Against forged requests: a token bound to the session on every unsafe method, and the Origin checked."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from flask_wtf.csrf import CSRFProtect

from participation.web.security_log import call_it

SAFE = {"GET", "HEAD", "OPTIONS"}

View = TypeVar("View", bound=Callable[..., Any])
ONE_CLICK = {"List-Unsubscribe": ["One-Click"]}  # the whole body, as RFC 8058 has it

csrf = CSRFProtect()


def one_click(view: View) -> View:
    """A view that ends mails: the key in its address is enough, and mail programs of any origin may post to it."""
    view.one_click = True  # type: ignore[attr-defined]
    exempted: View = csrf.exempt(view)
    return exempted


def is_one_click() -> bool:
    """Whether a mail program asks to end mails with one click, and says nothing else."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "one_click", False) and not request.files and request.form.to_dict(flat=False) == ONE_CLICK


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
    ours = site in ("same-origin", "none") and (origin in (None, "null") or urlsplit(origin).netloc == request.host)
    if not ours and not is_one_click():
        call_it("foreign_origin")
        abort(403)
