"""Is the process up, and is it ready to serve?"""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from participation.kernel.db import db
from participation.kernel.migrations import current, heads, owners
from participation.web.guard import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """The database answers and every history is at its head; else 503."""
    histories = owners(current_app.extensions["registry"].folders())
    db.session.execute(text("SELECT 1"))
    behind = [owner for owner, head in heads(histories).items() if current(db.engine, [owner])[owner] != head]
    return ({"status": "behind", "owners": behind}, 503) if behind else {"status": "ready"}
