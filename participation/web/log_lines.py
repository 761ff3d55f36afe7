"""Lines of the log: what somebody sent can begin no line of its own, and tells a terminal nothing."""

import logging
import re
import secrets
from typing import Final

from flask import Flask, has_request_context, request
from flask.logging import default_handler

# Control characters, line ends of any alphabet, and signs that turn the direction of what follows
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_LINES: Final = "[%(asctime)s] %(levelname)s in %(module)s: %(message)s"
_WHEN: Final = "%Y-%m-%d %H:%M:%S %z"  # with the distance to UTC
_NUMBER: Final = "participation.request_number"
_INDENT: Final = "    "


class OneLine(logging.Formatter):
    """A record is one line; the lines of a trace below it are indented, so that none of them looks like a record."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name
        """The line, with everything unseen written out: a line break as `\\n`, an escape code as `\\x1b`."""
        return seen(super().formatMessage(record)) + _request_number()

    def formatException(self, ei: object) -> str:  # noqa: N802 - its name
        """The trace; errors quote what was sent, so its lines are treated alike."""
        return _INDENT + "\n    ".join(seen(line) for line in super().formatException(ei).split("\n"))  # type: ignore[arg-type]

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - its name
        """The stack, like a trace."""
        return _INDENT + "\n    ".join(seen(line) for line in stack_info.split("\n"))


def _request_number() -> str:
    """The same for all lines of one request, so that they are found together; nothing outside of requests."""
    if not has_request_context():
        return ""
    return f" request={request.environ.setdefault(_NUMBER, secrets.token_hex(6))}"


def seen(text: str) -> str:
    """The text with everything unseen written out."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def init_app(app: Flask) -> None:
    """Let the log of the app, and of everything below its name, be written so."""
    default_handler.setFormatter(OneLine(_LINES, _WHEN))
    _ = app.logger  # asking for it gives it the handler
