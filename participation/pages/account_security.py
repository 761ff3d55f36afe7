"""Where somebody is logged in, and ending it."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.accounts.sessions import end_session, end_sessions, hash_of, sessions_of
from participation.kernel.db import writing
from participation.pages.account_routes import bp
from participation.web.again import again
from participation.web.guard import personal
from participation.web.routes import everywhere
from participation.web.sessions import current_key


@everywhere(bp, "/sessions")
@personal
def sessions() -> str:
    """The list of log-ins; this one is marked."""
    rows = sessions_of(g.viewer.person.id)
    mine = hash_of(current_key() or "")
    return render_template("pages/account/sessions.html", rows=rows, mine=mine)


@everywhere(bp, "/sessions/<int:number>/end", methods=["POST"])
@personal
@again
def end_one(number: int) -> ResponseReturnValue:
    """End one of one's own log-ins; somebody else's number ends nothing."""
    with writing():
        end_session(g.viewer.person.id, number)
    return redirect(url_for("account.sessions", done="session-ended"))


@everywhere(bp, "/sessions/end-others", methods=["POST"])
@personal
@again
def end_others() -> ResponseReturnValue:
    """End all log-ins but this one."""
    with writing():
        end_sessions(g.viewer.person.id, but=current_key())
    return redirect(url_for("account.sessions", done="session-ended"))
