"""Sending without an account: the challenge for the browser, and the receipt with the edit link that is shown once."""

from collections.abc import Mapping
from urllib.parse import urljoin

from flask import current_app, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.contributions.drafts import draft_at
from participation.contributions.form_keys import sent_before
from participation.contributions.models import Contribution
from participation.contributions.queries import contribution_by_id
from participation.contributions.targets import target_of
from participation.contributions.without_account import as_guest, sent_just_now
from participation.kernel.proof import challenge as fresh_challenge
from participation.kernel.refusal import Unknown
from participation.pages.contribution_places import activity_of
from participation.pages.contribution_routes import bp
from participation.pages.contribution_shown import receipt_page
from participation.procedures.guests import edit_key, guest_with
from participation.procedures.models import Activity
from participation.web.drafts import draft_cookie
from participation.web.guard import public


@bp.get("/<tenant>/<procedure>/-/drafts/<key>/challenge")
@public
def challenge(key: str) -> ResponseReturnValue:
    """A task for the browser in which this draft was typed, good for sending just this draft once."""
    ids = [activity.id for activity in g.procedure.activities]
    found = draft_at(ids, key, cookie=draft_cookie(), person_id=None) if key.isprintable() else None
    if found is None:
        raise Unknown
    parent = contribution_by_id(found.parent_id) if found.parent_id else None
    target = target_of(activity_of(found.activity_id), found.type, found.place, parent)
    answer = jsonify(fresh_challenge(_secret(), target.action.name, found.key))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def proof_sent() -> dict[str, str]:
    """What the browser says to have worked out, and the secret with which that is checked."""
    return {"proof": request.form.get("proof", ""), "secret": _secret()}


def edit_key_of(draft_key: str) -> str:
    """The secret part of the edit link: the same for this browser when it sends the same draft once more."""
    return edit_key(_secret(), draft_key, draft_cookie() or "")


def receipt_once(contribution: Contribution, activity: Activity, key: str) -> ResponseReturnValue:
    """The receipt as the answer to the sending itself: no address shows the edit link again."""
    guest = guest_with(g.procedure.id, key)
    if guest is None:
        raise Unknown
    link = urljoin(request.host_url, url_for("guests.enter", key=key))
    return receipt_page(contribution, activity, as_guest(guest), link), 200, {"Cache-Control": "no-store"}


def sent_alone(key: str, fields: Mapping[str, str] | None) -> ResponseReturnValue | None:
    """What a visitor sees of a draft that was sent without account; None where it was not.

    The second press of the button gets the same receipt with the same link; everybody else only hears that it was sent.
    Raises Conflict where it was sent with other words than these.
    """
    if sent_before(key, None) is None:
        return None
    link = edit_key_of(key)
    found = sent_just_now(g.procedure.id, key, link, fields) if request.method == "POST" else None
    if found is not None:
        return receipt_once(found, activity_of(found.activity_id), link)
    return render_template("pages/contributions/sent_alone.html"), 200, {"Cache-Control": "no-store"}


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])
