"""Is the process up, and is it ready to serve?"""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from participation.kernel.db import db
from participation.kernel.health import behind
from participation.kernel.migrations import owners
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
    db.session.execute(text("SELECT 1"))
    late = behind(owners(current_app.extensions["registry"].folders()))
    return ({"status": "behind", "owners": late}, 503) if late else {"status": "ready"}
