"""The log of what concerns security: one line for each, `key=value`, for people and for programs that watch.

Log-ins that worked and that did not, what was refused, limits that were reached. Who is a number, where from a piece of
the hash of the network that is another one each day; no name, no address, nothing that was typed.
"""

import logging
import re
from datetime import datetime

from flask import Flask, Response, g, has_request_context, request, session

from participation.web.known_devices import here

log = logging.getLogger("participation.security")
EVENTS = {  # what an answer is called where nobody said more about it
    400: "bad_request",
    401: "log_in_needed",
    403: "refused",
    410: "link_over",
    413: "too_large",
    415: "bad_type",
    429: "limit_reached",
}
CALLED = "participation.security_event"
LONGEST = 80  # characters of a value
_ODD = re.compile(r"[^\w.:/-]")


def init_app(app: Flask) -> None:
    """One line for each request that was turned away; the level is this log's own, whatever the others write."""
    log.setLevel(logging.INFO)
    app.after_request(_note_refusal)


def call_it(event: str) -> None:
    """Say what it was that is refused now; the line is written with the answer."""
    request.environ[CALLED] = event


def note(event: str, **facts: object) -> None:
    """Write a line; within a request with the place it was for and where it came from."""
    _write({"event": event} | facts | (_place() if has_request_context() else {}))


def note_fact(event: str, at: datetime, **facts: object) -> None:
    """The line of something that was changed, of a time before."""
    _write({"event": event, "at": at.strftime("%Y-%m-%dT%H:%M:%SZ")} | facts)


def _write(facts: dict[str, object]) -> None:
    log.info("security %s", " ".join(f"{name}={_word(value)}" for name, value in facts.items()))


def _word(value: object) -> str:
    """A value without blanks and signs, so that nothing that was sent looks like another fact."""
    return _ODD.sub("_", str(value))[:LONGEST] or "-"


def _place() -> dict[str, object]:
    """Read from the address alone: after an error nothing is asked of the database."""
    tenant = (g.get("names") or {}).get("tenant") or "-"
    place = {"tenant": tenant, "endpoint": request.endpoint or "-", "method": request.method}
    return place | {"network": here()[:12]}


def _note_refusal(response: Response) -> Response:
    event = request.environ.get(CALLED) or EVENTS.get(response.status_code)
    if event:
        note(event, status=response.status_code, person=session.get("_user_id") or "-")
    return response
