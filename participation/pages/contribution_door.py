"""The draft door: forms on cached pages post here. It stores what was typed, and nothing else."""

from datetime import timedelta

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf

from participation.contributions.drafts import keep_draft as keep
from participation.contributions.queries import item_in
from participation.contributions.targets import Target
from participation.kernel.db import writing
from participation.kernel.limits import allow, network
from participation.pages.contribution_forms import DraftForm, refuse
from participation.pages.contribution_places import target_at
from participation.pages.contribution_routes import bp
from participation.web.drafts import draft_cookie, fresh_draft_cookie, give_draft_cookie
from participation.web.guard import public
from participation.web.protection import csrf

HOUR = timedelta(hours=1)
AT_MOST = 30  # drafts in an hour, from a network or of a person
TOO_MANY = _l(
    "Von hier kamen in kurzer Zeit viele Texte. Ihr Text steht noch unten. Bitte speichern Sie ihn in einer Stunde."
)


@bp.post("/<tenant>/<procedure>/-/drafts")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def keep_draft() -> ResponseReturnValue:
    """Keep a text for a target and lead to the page where it is checked and sent. Origin was checked before."""
    posted = request.form
    names = ("module", "activity", "type", "place", "parent")
    target = target_at(*(posted.get(name, "") for name in names))
    form = DraftForm(meta={"csrf": False})
    if status := form.problem() or _pace_problem(form):
        return _again(target, form), status
    cookie = draft_cookie() or fresh_draft_cookie()
    with writing():
        person_id = g.viewer.person.id if g.viewer.person else None
        draft = keep(
            target.activity,
            cookie=cookie,
            person_id=person_id,
            kind=target.kind.name,
            place=target.place,
            parent=target.parent,
            fields=form.fields(),
        )
    answer = make_response(redirect(url_for("contributions.draft", key=draft.key), 303))
    give_draft_cookie(answer, cookie)
    return answer


def _pace_problem(form: DraftForm) -> int:
    """429 where very many texts came from here; the sentence stands at the text."""
    who = network(request.remote_addr or "", str(current_app.config["SECRET_KEY"]))
    if g.viewer.person is not None:
        who = f"person {g.viewer.person.id}"
    if allow("draft", who, AT_MOST, HOUR):
        return 0
    refuse(form.text, TOO_MANY)
    return 429


def _again(target: Target, form: DraftForm) -> str:
    """The form with what was typed and what is wrong with it; it leads through the door once more."""
    token = generate_csrf() if g.viewer.person else None
    answered = item_in(g.procedure, target.parent.reference, g.viewer) if target.parent else None
    return render_template(
        "pages/contributions/again.html", form=form, target=target, answered=answered, csrf_token=token
    )
