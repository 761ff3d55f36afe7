"""The page of a contribution with its thread, and the receipt for its author."""

from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from participation.access import rules
from participation.contributions.attachments import attachments_of
from participation.contributions.models import Contribution
from participation.contributions.queries import Item, contribution_at, item_in, own_ratings, versions_of
from participation.contributions.threads import thread
from participation.kernel.refusal import Unknown
from participation.pages.contribution_places import activity_of, origin_url, place_title, registry
from participation.pages.contribution_routes import bp
from participation.pages.contribution_states import hidden_because
from participation.procedures.models import Activity
from participation.web.guard import personal, public


@bp.get("/<tenant>/<procedure>/-/contributions/<reference>")
@public
def show(reference: str) -> ResponseReturnValue:
    """A contribution, what it refers to, and the whole thread below it."""
    item = item_in(g.procedure, reference, g.viewer)
    if item is None:
        return render_template("pages/contributions/gone.html"), Unknown.status
    activity = activity_of(item.activity_id)
    page = thread(item, activity, g.viewer, after=request.args.get("after"))
    is_own = item.participant_id in g.viewer.participant_ids
    sees_reasons = is_own or g.viewer.is_staff_of(g.procedure)
    return render_template(
        "pages/contributions/show.html",
        item=item,
        activity=activity,
        thread=page,
        is_own=is_own,
        sees_reasons=sees_reasons,
        hidden=hidden_because(item.id) if item.state == "hidden" and sees_reasons else None,
        place=_place(activity, item),
        files=attachments_of([*([item] if sees_reasons or not item.is_gone else []), *_readable(page.items)]),
        ratings=own_ratings([item.id, *(entry.id for entry in page.items)], g.viewer),
        **_may(activity, item, is_own),
    )


def _readable(answers: list[Item]) -> list[Item]:
    return [answer for answer in answers if not answer.is_gone]


def _place(activity: Activity, item: Item) -> tuple[str, str] | None:
    url = origin_url(activity, item)
    return (place_title(activity, item) or activity.title, url) if url else None


def _may(activity: Activity, item: Item, is_own: bool) -> dict[str, Any]:
    """What this viewer may do with the contribution now; the reply form is there before a log-in, too."""
    kind = registry().contribution_type(item.type)
    action = registry().action(kind.action) if kind else None
    reply = rules.can(g.viewer, rules.COMMENT, activity)
    edit = rules.COMMENT if item.parent_id else action
    alive = item.state in ("published", "pending")
    takes_answers = kind is not None and kind.comments and item.state == "published"
    return {
        "kind": kind,
        "reply": reply,
        "may_reply": takes_answers and (reply.allowed or reply.login_helps),
        "rating": rules.can(g.viewer, rules.RATE, activity),
        "may_edit": is_own and alive and edit is not None and rules.editable(g.viewer, edit, activity),
        "may_withdraw": is_own and item.state in ("published", "pending", "hidden"),
    }


@bp.get("/<tenant>/<procedure>/-/contributions/<reference>/receipt")
@personal
def receipt(reference: str) -> ResponseReturnValue:
    """Number, time, phase, what happens next; only for its author."""
    contribution = own_contribution(reference)
    activity = activity_of(contribution.activity_id)
    phase = next((entry for entry in activity.phases if entry.id == contribution.phase_id), None)
    return render_template(
        "pages/contributions/receipt.html",
        contribution=contribution,
        item=item_in(g.procedure, reference, g.viewer),
        activity=activity,
        phase=phase,
        versions=versions_of(contribution.id),
    )


def own_contribution(reference: str) -> Contribution:
    """One's own contribution by its number. Raises Unknown for everybody else's, and for none."""
    contribution = contribution_at(g.procedure.id, reference)
    if contribution is None or contribution.participant_id not in g.viewer.participant_ids:
        raise Unknown
    return contribution
