"""What browsers refused to do on our pages: one line in the log, no address, no path, nothing of the reader."""

import json
import time
from collections import deque
from urllib.parse import urlsplit

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from participation.web.guard import public
from participation.web.headers import REPORTS
from participation.web.protection import csrf

bp = Blueprint("policy_reports", __name__)

LARGEST = 8_192  # bytes; more is not read
LINES, MINUTE = 10, 60.0  # as many as one process writes in a minute; the first ones tell enough
WORD = 60  # characters
_written: deque[float] = deque(maxlen=LINES)


@bp.post(REPORTS)
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def take() -> ResponseReturnValue:
    """Note which rule of the policy was broken, on which kind of page, by what. Answers 204, whatever was sent."""
    if (request.content_length or LARGEST + 1) <= LARGEST and _may_write():
        directive, page, blocked = _told(request.get_data())
        current_app.logger.warning("policy: %s refused %s on %s", directive, blocked, page)
    return "", 204


def _may_write() -> bool:
    if len(_written) == LINES and time.monotonic() - _written[0] < MINUTE:
        return False
    _written.append(time.monotonic())
    return True


def _told(body: bytes) -> tuple[str, str, str]:
    """Directive, endpoint of the page, and what was blocked: a keyword or the host, never a whole address."""
    try:
        sent = json.loads(body)["csp-report"]
        directive, page, blocked = (sent.get(name) for name in ("effective-directive", "document-uri", "blocked-uri"))
        directive = directive or sent.get("violated-directive")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "?", "?", "?"
    return _word(directive), _endpoint(page), _host(blocked)


def _word(value: object) -> str:
    return value[:WORD] if isinstance(value, str) else "?"


def _host(address: object) -> str:
    try:
        return (urlsplit(_word(address)).hostname or _word(address).partition(":")[0])[:WORD]
    except ValueError:
        return "?"


def _endpoint(address: object) -> str:
    """Which view made the page; its path could hold a link that is somebody's key."""
    adapter = current_app.create_url_adapter(None) or current_app.url_map.bind("localhost")
    try:
        path = urlsplit(address if isinstance(address, str) else "").path
        endpoint, _values = adapter.match(path, method="GET")
    except (HTTPException, ValueError):
        return "?"
    return str(endpoint)
