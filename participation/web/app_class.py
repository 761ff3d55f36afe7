"""The Flask app: commits once after a view that returned, rolls back once after one that raised.

A view lives at one instant: the one at which its request had been read. Whatever waits on the way to the commit, it was
in time or it was not.
"""

from datetime import datetime
from typing import Any

from flask import Flask, g, request
from flask.typing import ResponseReturnValue

from participation.kernel.clock import real_now, standing_at
from participation.kernel.db import commit, db
from participation.web.protection import SAFE


class App(Flask):
    """Flask with one place that commits, so that a failing commit reaches the error handlers."""

    def dispatch_request(self) -> ResponseReturnValue:
        """The view's answer, after the commit."""
        try:
            with standing_at(_arrived_at()):
                answer = super().dispatch_request()
                commit()
        except BaseException:
            db.session.rollback()
            raise
        return answer

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """Like Flask's; on a tenant's own host its addresses do not repeat its name."""
        url = super().url_for(endpoint, **values)
        slug = g.get("host_tenant")
        if slug and not values.get("_external"):
            root = request.script_root
            return root + url.removeprefix(root).removeprefix(f"/{slug}") if url.startswith(f"{root}/{slug}/") else url
        return url


def _arrived_at() -> datetime:
    """The instant at which the request has been read whole; a body still on its way has not arrived."""
    if request.is_json:
        request.get_data()
    elif request.method not in SAFE:
        _ = request.form
    return real_now()
