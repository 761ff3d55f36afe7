"""Coming back without an account: the edit link, what one contributed with it, download, leaving."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from participation.contributions.own import guest_data, guest_items
from participation.kernel.db import writing
from participation.kernel.limits import wait_for
from participation.kernel.refusal import Refused
from participation.pages.account_own import ballot_url
from participation.procedures.guests import guest_with
from participation.voting.queries import choices_of_guest, votes_of_guest
from participation.web.errors import TooMany
from participation.web.guard import known, public
from participation.web.known_devices import here
from participation.web.security_log import note
from participation.web.sessions import enter_as_guest, leave_as_guest

bp = Blueprint("guests", __name__, url_prefix="/<tenant>/<procedure>/-/mine")

HOUR = timedelta(hours=1)
TRIES = 60  # links in an hour from one network
UNKNOWN = _l("Diesen Link kennen wir nicht. Bitte vergleichen Sie ihn mit dem, den Sie sich notiert haben.")


@bp.route("/<key>", methods=["GET", "POST"])
@public
def enter(key: str) -> ResponseReturnValue:
    """Where the edit link leads: one button. By POST this browser goes on as the one who wrote."""
    if request.method == "GET":
        html = render_template("pages/codes/edit_link.html", key=key)
        return html, 200, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    if wait := wait_for("edit-link", here(), TRIES, HOUR):
        raise TooMany(wait)
    with writing():
        guest = guest_with(g.procedure.id, key)
        if guest is None:
            note("log_in_failed", way="edit_link")
            raise Refused(UNKNOWN, status=404)
        enter_as_guest(guest)
    return redirect(url_for("guests.mine"), 303)


@bp.get("")
@known
def mine() -> ResponseReturnValue:
    """What one contributed by this link or code: fate, change, withdraw, download."""
    if g.viewer.guest is None:
        return redirect(url_for("account.participation"))
    guest = g.viewer.guest
    votes = [(vote, ballot_url(vote)) for vote in votes_of_guest(guest)]
    return render_template("pages/codes/mine.html", guest=guest, items=guest_items(guest), votes=votes)


@bp.get("/download")
@known
def download() -> ResponseReturnValue:
    """Everything stored under this link or code, as JSON."""
    if g.viewer.guest is None:
        return redirect(url_for("account.participation"))
    answer: Any = jsonify(guest_data(g.viewer.guest) | {"ballots": choices_of_guest(g.viewer.guest)})
    answer.headers["Content-Disposition"] = 'attachment; filename="meine-beitraege.json"'
    return answer  # type: ignore[no-any-return]


@bp.post("/leave")
@known
def leave() -> ResponseReturnValue:
    """End this session; the link or code still works."""
    with writing():
        leave_as_guest()
    return redirect(url_for("procedures.show", done="logged-out"), 303)
