"""The page of a contribution with its thread, and the receipt for its author."""

from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from participation.access import rules
from participation.access.rules import Viewer
from participation.contributions.attachments import attachments_of
from participation.contributions.below import thread
from participation.contributions.locations import locations_of
from participation.contributions.models import Contribution
from participation.contributions.passing_on import passed_on_to
from participation.contributions.placements import stops_of
from participation.contributions.queries import Item, contribution_at, item_in, own_ratings, versions_of
from participation.contributions.ratings import method_for
from participation.evaluation.causes import changes_for
from participation.evaluation.public_answers import answers_to
from participation.kernel.refusal import Unknown
from participation.moderation.inquiries import open_inquiry_on
from participation.moderation.redaction import redacted_because
from participation.moderation.settling import answered_marks
from participation.notices.queries import subscription_of
from participation.notices.wishes import Wish
from participation.pages.contribution_places import activity_of, origin_url, place_title, place_url, registry
from participation.pages.contribution_routes import bp
from participation.pages.contribution_states import hidden_because
from participation.procedures.models import Activity
from participation.web.guard import known, public
from participation.web.procedure_words import activity_url


@bp.get("/<tenant>/<procedure>/-/contributions/<reference>")
@public
def show(reference: str) -> ResponseReturnValue:
    """A contribution, what it refers to, and the whole thread below it."""
    item = item_in(g.procedure, reference, g.viewer)
    if item is None:
        return render_template("pages/contributions/gone.html"), Unknown.status
    activity = activity_of(item.activity_id)
    merged = item.doubles if item.state == "published" else 0
    page = thread(item, activity, g.viewer, after=request.args.get("after"), with_merged=merged > 0)
    is_own = item.participant_id in g.viewer.participant_ids
    sees_reasons = is_own or g.viewer.sees_all_of(g.procedure)
    return render_template(
        "pages/contributions/show.html",
        item=item,
        activity=activity,
        thread=page,
        merged=merged,
        is_own=is_own,
        sees_reasons=sees_reasons,
        hidden=hidden_because(item.id) if item.state == "hidden" and sees_reasons else None,
        redacted=redacted_because(item.id) if item.redacted else [],
        responses=answers_to(_begun(item, page.items)),
        marks=answered_marks([entry.id for entry in (item, *page.items) if entry.state == "published"]),
        files=attachments_of([*([item] if sees_reasons or not item.is_gone else []), *_readable(page.items)]),
        ratings=own_ratings([item.id, *(entry.id for entry in page.items)], g.viewer),
        **(_where(activity, item) | _may(activity, item, is_own) | _became(activity, item.id)),
    )


def _where(activity: Activity, item: Item) -> dict[str, Any]:
    """Where it stands in its format, on the ground, and in other formats that took it over."""
    location = locations_of([item.id]).get(item.id) if _is_located(item) else None
    return {"place": _place(activity, item), "location": location, "passed_to": _passed_to(item)}


def _passed_to(item: Item) -> list[tuple[str, str | None]]:
    """The formats that hold what came from it, with their pages."""
    found = passed_on_to(item.id, g.procedure) if item.parent_id is None else []
    return [(activity.title, activity_url(activity)) for activity in found]


def _is_located(item: Item) -> bool:
    kind = registry().contribution_type(item.type)
    return item.parent_id is None and kind is not None and bool(kind.drawn)


def _begun(item: Item, answers: list[Item]) -> list[int]:
    """The contributions somebody may have answered, with the one that this one was merged into."""
    begun = [entry.id for entry in (item, *answers) if entry.work != "new"]
    return [*begun, item.into_id] if item.into_id else begun


def _became(activity: Activity, contribution_id: int) -> dict[str, Any]:
    """What became of it in later versions of the text, and which sentences were changed because of its answer."""
    if not activity.settings.get("document_id"):
        return {"stops": [], "changes": []}
    stops = stops_of([contribution_id]).get(contribution_id, [])
    return {"stops": stops, "changes": changes_for([contribution_id]).get(contribution_id, [])}


def _readable(answers: list[Item]) -> list[Item]:
    return [answer for answer in answers if not answer.is_gone]


def _place(activity: Activity, item: Item) -> tuple[str, str] | None:
    """What it belongs to: a category with its ideas, or the place in the text."""
    kind = registry().contribution_type(item.type)
    has_list = kind is not None and kind.categories is not None
    url = place_url(activity, item.place) if has_list else origin_url(activity, item)
    return (place_title(activity, item) or activity.title, url) if url else None


def _may(activity: Activity, item: Item, is_own: bool) -> dict[str, Any]:
    """What this viewer may do with the contribution now; the reply form is there before a log-in, too."""
    kind = registry().contribution_type(item.type)
    action = registry().action(kind.action) if kind else None
    reply = rules.can(g.viewer, rules.COMMENT, activity)
    method = method_for(item.type, activity, is_answer=item.parent_id is not None)
    edit = rules.COMMENT if item.parent_id else action
    alive = item.state in ("published", "pending")
    takes_answers = kind is not None and kind.comments and item.state == "published"
    return {
        "kind": kind,
        "reply": reply,
        "may_reply": takes_answers and (reply.allowed or reply.login_helps),
        "rating": rules.can(g.viewer, rules.RATE, activity) if method else None,
        "method": method,
        "may_edit": is_own and alive and edit is not None and rules.editable(g.viewer, edit, activity),
        "inquiry": open_inquiry_on(item.id) if is_own else None,
        "may_withdraw": is_own and item.state in ("published", "pending", "hidden", "merged"),
    }


@bp.get("/<tenant>/<procedure>/-/contributions/<reference>/receipt")
@known
def receipt(reference: str) -> ResponseReturnValue:
    """Number, time, phase, what happens next; only for its author."""
    contribution = own_contribution(reference)
    return receipt_page(contribution, activity_of(contribution.activity_id), g.viewer)


def receipt_page(contribution: Contribution, activity: Activity, who: Viewer, edit_link: str = "") -> str:
    """The receipt; with the edit link only in the answer to a sending without account."""
    phase = next((entry for entry in activity.phases if entry.id == contribution.phase_id), None)
    return render_template(
        "pages/contributions/receipt.html",
        contribution=contribution,
        item=item_in(g.procedure, contribution.reference, who),
        activity=activity,
        phase=phase,
        edit_link=edit_link,
        follows=_follows(contribution, who),
        versions=versions_of(contribution.id),
        **_became(activity, contribution.id),
    )


def _follows(contribution: Contribution, who: Viewer) -> bool:
    wish = Wish(contribution_id=contribution.id)
    return who.person is not None and subscription_of(who.person.id, contribution.procedure_id, wish) is not None


def own_contribution(reference: str) -> Contribution:
    """One's own contribution by its number. Raises Unknown for everybody else's, and for none."""
    contribution = contribution_at(g.procedure.id, reference)
    if contribution is None or contribution.participant_id not in g.viewer.participant_ids:
        raise Unknown
    return contribution
