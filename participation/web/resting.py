"""Read-only mode at the door: whatever is not a reading request is told so before its view is asked."""

from flask import Flask, request

from participation.kernel import readonly
from participation.web.protection import SAFE


def init_app(app: Flask) -> None:
    """Refuse after the tokens were checked: only a form of our own is shown again with what was typed."""
    app.before_request(_refuse_to_write)


def _refuse_to_write() -> None:
    if request.method not in SAFE:
        readonly.require_off()
