"""Pages on which people change, take back and rate contributions."""

from typing import Any
from urllib.parse import urlsplit

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules
from participation.access.taking_part import participant_of
from participation.contributions import ratings, services
from participation.contributions.locations import as_typed, locations_of
from participation.contributions.models import Contribution
from participation.contributions.queries import contribution_at, item_in, own_ratings
from participation.interfaces import Action, ContributionType
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Unknown
from participation.pages.contribution_forms import EditForm, text_problem
from participation.pages.contribution_ground import looks_for_place
from participation.pages.contribution_places import activity_of, registry, with_message
from participation.pages.contribution_routes import ROOM, bp
from participation.pages.contribution_shown import own_contribution
from participation.procedures.models import Activity
from participation.web.bodies import takes
from participation.web.guard import LoginNeeded, known, public


@bp.route("/<tenant>/<procedure>/-/contributions/<reference>/edit", methods=["GET", "POST"])
@known
@takes(text=ROOM, pasted=True)
def edit(reference: str) -> ResponseReturnValue:
    """Change one's own text while a phase is open; a change made meanwhile is shown beside it (409)."""
    contribution = own_contribution(reference)
    if contribution.state not in ("published", "pending"):
        return redirect(url_for("contributions.show", reference=reference), 303)
    activity = activity_of(contribution.activity_id)
    action = _action(contribution)
    rules.require(g.viewer, action, activity)
    form, kind = edit_form(contribution, activity), _kind(contribution)
    if request.method == "GET":
        return _edit_page(contribution, form)
    if looks_for_place(form, request.form.get("do", "")):
        return _edit_page(contribution, form), 422 if form.errors else 200
    if status := text_problem(form.text) or form.particulars_problem(activity, kind, contribution.place):
        return _edit_page(contribution, form), status
    changed = {"source": form.text.data, "version": _number(form.version.data), "asked": form.asked}
    try:
        with writing():
            services.edit(contribution, activity, action, who=g.viewer, **changed)
    except Conflict as conflict:
        form.version.data = str(contribution.versions)
        form.version.raw_data = [form.version.data]
        return _edit_page(contribution, form, conflict), 409
    return redirect(url_for("contributions.show", reference=reference, done="edited"), 303)


def edit_form(contribution: Contribution, activity: Activity) -> EditForm:
    """The form with what stands there, and the fields that its type asks for."""
    kept = locations_of([contribution.id]).get(contribution.id)
    where = {"where": kept.words, "position": as_typed(kept.geometry)} if kept else {}
    said = {"title": contribution.title, "text": contribution.source, "version": str(contribution.versions)}
    form = EditForm(data=said | where)
    form.ask(_kind(contribution), activity)
    return form


def _kind(contribution: Contribution) -> ContributionType | None:
    """Its type, as long as that asks anything: an answer is asked nothing."""
    return registry().contribution_type(contribution.type) if contribution.parent_id is None else None


def _edit_page(contribution: Contribution, form: EditForm, conflict: Conflict | None = None) -> str:
    kind = _kind(contribution)
    shown: dict[str, Any] = {"contribution": contribution, "form": form, "conflict": conflict}
    return render_template("pages/contributions/edit.html", **shown, drawn=kind.drawn if kind else ())


def _action(contribution: Contribution) -> Action:
    """The action that made it: editing needs the same open phase. Raises Unknown where its module is gone."""
    if contribution.parent_id is not None:
        return rules.COMMENT
    kind = registry().contribution_type(contribution.type)
    action = registry().action(kind.action) if kind else None
    if action is None:
        raise Unknown
    return action


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@bp.route("/<tenant>/<procedure>/-/contributions/<reference>/withdraw", methods=["GET", "POST"])
@known
def withdraw(reference: str) -> ResponseReturnValue:
    """Say what withdrawing means, and by POST do it; needs no open phase."""
    contribution = own_contribution(reference)
    if contribution.state not in ("published", "pending", "hidden"):
        return redirect(url_for("contributions.show", reference=reference), 303)
    if request.method == "GET":
        return render_template("pages/contributions/withdraw.html", contribution=contribution)
    with writing():
        services.withdraw(contribution, who=g.viewer)
    return redirect(url_for("contributions.receipt", reference=reference, done="withdrawn"), 303)


@bp.route("/<tenant>/<procedure>/-/contributions/<reference>/rate", methods=["GET", "POST"])
@public
def rate(reference: str) -> ResponseReturnValue:
    """A page with the three answers for people without script or log-in; by POST set, change or take back."""
    item = item_in(g.procedure, reference, g.viewer)
    if item is None:
        raise Unknown
    activity = activity_of(item.activity_id)
    decision = rules.can(g.viewer, rules.RATE, activity)
    if decision.login_helps and not g.viewer.is_known:
        raise LoginNeeded(decision.reason, phase=decision.phase)
    if request.method == "POST":
        return _rate(reference, activity, request.form.get("value", ""))
    own = item.participant_id in g.viewer.participant_ids
    mine = own_ratings([item.id], g.viewer).get(item.id)
    method = ratings.method_for(item.type, activity, is_answer=item.parent_id is not None)
    shown: dict[str, Any] = {"item": item, "decision": decision, "is_own": own, "pressed": mine, "method": method}
    return render_template("pages/contributions/rate.html", **shown)


def _rate(reference: str, activity: Activity, value: str) -> ResponseReturnValue:
    with writing():
        contribution = contribution_at(g.procedure.id, reference)
        if contribution is None:
            raise Unknown
        rules.require_phase(g.viewer, rules.RATE, activity, contribution)
        by = participant_of(g.viewer, g.procedure)
        ratings.rate(contribution, activity, value, who=g.viewer, by=by)
    return redirect(_back(reference, "rating-taken" if value == "none" else "rated"), 303)


def _back(reference: str, done: str) -> str:
    """The page the press came from, at this very contribution; its own page where the browser does not say."""
    here, came = urlsplit(request.url), urlsplit(request.referrer or "")
    is_ours = (came.scheme, came.netloc) == (here.scheme, here.netloc) and not came.path.startswith("//")
    if not is_ours or came.path == here.path:
        return url_for("contributions.show", reference=reference, done=done)
    text = "&".join(pair for pair in came.query.split("&") if pair and not pair.startswith("done="))
    return with_message(f"{came.path}{'?' + text if text else ''}#c-{reference}", done)
