"""My participation: everything of one person at this authority, or everywhere at the portal over all."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, g, render_template, request, url_for
from flask_babel import gettext as _

from participation.access.rules import COMMENT, editable
from participation.accounts.organisations import memberships
from participation.contributions.own import (
    STATES,
    OwnContribution,
    contributions_of,
    number_of_ratings,
    own_drafts,
    own_procedures,
    procedures_with,
)
from participation.evaluation.causes import Change, changes_for
from participation.moderation.inquiries import open_inquiries_of
from participation.notices.own import subscriptions_of
from participation.pages.account_entry import tenant_id
from participation.pages.account_routes import bp
from participation.procedures.models import Activity
from participation.voting.queries import OwnVote, own_votes
from participation.web.guard import personal
from participation.web.routes import everywhere


@everywhere(bp, "/participation")
@personal
def participation() -> str:
    """Contributions with their fate, drafts, subscriptions; filtered by procedure and state."""
    person_id, chosen = g.viewer.person.id, _chosen()
    page = contributions_of(person_id, tenant_id(), **chosen)
    procedures = procedures_with({item.activity_id for item in page.items})
    activities = {activity.id: activity for procedure in procedures for activity in procedure.activities}
    places = own_procedures(person_id, tenant_id())
    changes = changes_for([item.id for item in page.items if item.decision])
    return render_template(
        "pages/account/participation.html",
        person=g.viewer.person,
        items=[_shown(item, activities[item.activity_id], changes.get(item.id, [])) for item in page.items],
        more=_with(after=page.next) if page.next else None,
        filters=_filters(places, chosen),
        total=sum(count for _number, _title, count in places),
        is_filtered=any(chosen.values()),
        organisations=memberships(g.viewer.person, g.tenant.id) if g.tenant else (),
        inquiries=open_inquiries_of(person_id, tenant_id()),
        drafts=own_drafts(person_id, tenant_id()),
        subscriptions=subscriptions_of(person_id, tenant_id()),
        ratings=number_of_ratings(person_id, tenant_id()),
        votes=[(vote, ballot_url(vote)) for vote in own_votes(person_id, tenant_id())],
    )


def ballot_url(vote: OwnVote) -> str | None:
    """Where the receipt lies; None while the format is not installed."""
    if vote.module not in current_app.extensions["registry"]:
        return None
    place: dict[str, Any] = {
        "tenant": vote.tenant_slug,
        "procedure": vote.procedure_slug,
        "activity": vote.activity_slug,
    }
    return url_for(f"{vote.module}.index", **place)


def _chosen() -> dict[str, Any]:
    """Filter and page of the address; an odd value counts as none."""
    state = request.args.get("state", "")
    return {
        "procedure_id": _number(request.args.get("procedure", "")),
        "state": state if state in STATES else None,
        "after": _number(request.args.get("after", "")),
    }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _with(**values: Any) -> str:
    """This page with other values in its address; a new filter begins on the first page."""
    now = {name: request.args.get(name) for name in ("procedure", "state")}
    return url_for("account.participation", **now | values)


def _filters(procedures: list[tuple[int, str, int]], chosen: dict[str, Any]) -> list[tuple[str, list[Any]]]:
    by_procedure = [
        (title, _with(procedure=number), chosen["procedure_id"] == number, count) for number, title, count in procedures
    ]
    every = (_("Alle"), _with(procedure=None), chosen["procedure_id"] is None, None)
    by_state = [(state_word(state), _with(state=state), chosen["state"] == state, None) for state in STATES]
    any_state = (_("Alle"), _with(state=None), chosen["state"] is None, None)
    return [(_("Verfahren"), [every, *by_procedure]), (_("Stand"), [any_state, *by_state])]


def state_word(state: str) -> str:
    """The state of a contribution as its author reads it."""
    words = {"published": _("Veröffentlicht"), "merged": _("Zusammengeführt")}
    return str(words.get(state) or _(f"state.{state}"))


def fate(item: OwnContribution) -> str:
    """What became of a contribution so far, in one sentence."""
    if item.state == "withdrawn":
        return str(_("Sie haben den Beitrag zurückgezogen. In der Akte der Behörde bleibt er erhalten."))
    if item.state == "hidden":
        return str(_("Die Moderation hat den Beitrag ausgeblendet. Den Grund sehen Sie beim Beitrag."))
    if item.state == "pending":
        return str(_("Wir prüfen den Beitrag vor der Veröffentlichung."))
    if item.decision:
        return str(_("Die Behörde hat geantwortet: %(decision)s", decision=_(f"decision.{item.decision}")))
    if item.state == "merged":
        return str(_("Ein anderer Beitrag sagt dasselbe. Die Antwort darauf gilt auch für Ihren."))
    words = {
        "in_progress": _("Die Behörde bearbeitet den Beitrag."),
        "processed": _("Die Behörde hat den Beitrag bearbeitet."),
        "final_notice_sent": _("Die Behörde hat Ihnen mitgeteilt, was daraus wurde."),
    }
    return str(words.get(item.work) or _("Die Behörde hat den Beitrag noch nicht bearbeitet."))


def _shown(item: OwnContribution, activity: Activity, changes: Sequence[Change] = ()) -> dict[str, Any]:
    """A row of the list with its links, each only where it leads somewhere now."""
    where: dict[str, Any] = {"tenant": item.tenant_slug, "procedure": item.procedure_slug, "reference": item.reference}
    is_open = item.state in ("published", "pending") and _may_edit(item, activity)
    may_withdraw = item.state in ("published", "pending", "hidden", "merged")
    return {
        "item": item,
        "state": state_word(item.state),
        "fate": fate(item),
        "changes": [(change, _change_url(item, change)) for change in changes[:3]],
        "show": url_for("contributions.show", **where),
        "receipt": url_for("contributions.receipt", **where),
        "edit": url_for("contributions.edit", **where) if is_open else None,
        "withdraw": url_for("contributions.withdraw", **where) if may_withdraw else None,
    }


def _change_url(item: OwnContribution, change: Change) -> str:
    """The changed sentence, in the comparison of the version."""
    where: dict[str, Any] = {
        "tenant": item.tenant_slug,
        "procedure": item.procedure_slug,
        "document": change.document_id,
    }
    return url_for("versions.compare", **where, number=change.number, _anchor=change.row_key.replace(":", "-"))


def _may_edit(item: OwnContribution, activity: Activity) -> bool:
    """Editing needs the open phase that adding did: of an answer, or of the module's own action."""
    registry = current_app.extensions["registry"]
    kind = registry.contribution_type(item.type)
    action = COMMENT if item.is_answer else registry.action(kind.action) if kind else None
    return action is not None and editable(g.viewer, action, activity)
