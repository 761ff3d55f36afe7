"""The draft door: forms on cached pages post here. It stores what was typed, and nothing else."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import current_app, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf

from participation.contributions.drafts import keep_draft as keep
from participation.contributions.drafts import newest_draft
from participation.contributions.particulars import NAMES as PARTICULARS
from participation.contributions.queries import item_in
from participation.contributions.targets import Target
from participation.kernel.db import writing
from participation.kernel.limits import allow, network
from participation.pages.contribution_forms import DraftForm, refuse
from participation.pages.contribution_ground import looks_for_place
from participation.pages.contribution_handing import handing_of
from participation.pages.contribution_places import target_at
from participation.pages.contribution_routes import KEPT, ROOM, asked_by_script, bp
from participation.web.bodies import takes
from participation.web.drafts import draft_cookie, fresh_draft_cookie, give_draft_cookie
from participation.web.guard import public
from participation.web.protection import csrf

HOUR = timedelta(hours=1)
AT_MOST = 30  # drafts in an hour, from a network or of a person
KEPT_AT_MOST = 1_500  # times in an hour that one is kept again while somebody types
NEVER_STORED = {"Cache-Control": "no-store"}
BACK = _l("Ihr angefangener Text ist wieder da. Er ist noch nicht abgesendet.")
TOO_MANY = _l(
    "Von hier kamen in kurzer Zeit viele Texte. Ihr Text steht noch unten. Bitte speichern Sie ihn in einer Stunde."
)


@bp.post("/<tenant>/<procedure>/-/drafts")
@public
@takes(text=ROOM, pasted=True)
@csrf.exempt  # type: ignore[untyped-decorator]
def keep_draft() -> ResponseReturnValue:
    """Keep a text for a target and lead to the page where it is checked and sent. Origin was checked before.

    A script that keeps the text while somebody types asks for JSON and names the draft it continues.
    """
    target, form, cookie = _target_of(request.form), DraftForm(meta={"csrf": False}), draft_cookie()
    form.ask(None if target.parent else target.kind, target.activity)
    continues = request.form.get("draft", "")
    if looks_for_place(form, request.form.get("do", "")):
        return _again(target, form, continues), 422 if form.errors else 200
    if status := form.problem() or _pace_problem(form, continues=bool(cookie and continues)):
        return ("", status) if asked_by_script() else (_again(target, form, continues), status)
    cookie = cookie or fresh_draft_cookie()
    with writing():
        draft = keep(**_place(target), cookie=cookie, person_id=_person_id(), fields=form.fields(), continues=continues)
    if asked_by_script():
        answer = jsonify(draft=draft.key, sentence=str(KEPT))
    else:
        answer = make_response(redirect(url_for("contributions.draft", key=draft.key), 303))
    give_draft_cookie(answer, cookie)
    return answer


@bp.get("/<tenant>/<procedure>/-/drafts")
@public
def typed_before() -> ResponseReturnValue:
    """For the script beside a form: what this browser or person typed last for the target, or 204."""
    target, cookie, person_id = _target_of(request.args), draft_cookie(), _person_id()
    draft = newest_draft(**_place(target), cookie=cookie, person_id=person_id) if cookie or person_id else None
    if draft is None or handing_of(draft).is_away:
        return "", 204, NEVER_STORED
    typed = {name: draft.fields.get(name, "") for name in ("text", *PARTICULARS)}
    back = {"draft": draft.key, **typed, "sentence": str(BACK)}
    return back, 200, NEVER_STORED


def _target_of(named: Mapping[str, str]) -> Target:
    return target_at(*(named.get(name, "") for name in ("module", "activity", "type", "place", "parent")))


def _place(target: Target) -> dict[str, Any]:
    """A target in the words of a draft."""
    return {
        "activity": target.activity,
        "kind": target.kind.name,
        "place": target.place,
        "parent": target.parent,
    }


def _person_id() -> int | None:
    return g.viewer.person.id if g.viewer.person else None


def _pace_problem(form: DraftForm, *, continues: bool) -> int:
    """429 where very many texts came from here; the sentence stands at the text."""
    who = network(request.remote_addr or "", str(current_app.config["SECRET_KEY"]))
    if g.viewer.person is not None:
        who = f"person {g.viewer.person.id}"
    if allow("draft-again", who, KEPT_AT_MOST, HOUR) if continues else allow("draft", who, AT_MOST, HOUR):
        return 0
    refuse(form.text, TOO_MANY)
    return 429


def _again(target: Target, form: DraftForm, continues: str) -> str:
    """The form with what was typed and what is wrong with it; it leads through the door once more."""
    token = generate_csrf() if g.viewer.person else None
    answered = item_in(g.procedure, target.parent.reference, g.viewer) if target.parent else None
    return render_template(
        "pages/contributions/again.html",
        form=form,
        target=target,
        answered=answered,
        csrf_token=token,
        continues=continues,
    )
