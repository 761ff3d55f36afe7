"""Contributions and comments: what everybody may read, and what a person's program may write."""

from collections.abc import Sequence
from typing import Any

from flask import g, request, url_for
from flask_babel import lazy_gettext as _l

from participation.access import rules
from participation.access.queries import viewer_for
from participation.api.v1.contribution_schemas import (
    ChangeSchema,
    CommentSchema,
    ContributionsAsked,
    ContributionSchema,
    NewContributionSchema,
)
from participation.api.v1.description import PageAsked, described, listed, paged
from participation.api.v1.particulars import NOWHERE, changed, particulars_said, typed
from participation.contributions import queries, services
from participation.contributions.direct import send_directly
from participation.contributions.models import Contribution
from participation.contributions.queries import Item, contribution_at, item_in
from participation.contributions.targets import Target, target_at
from participation.evaluation.public_answers import Answer, answers_to
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid, Unknown
from participation.procedures.models import Activity
from participation.registry import installed
from participation.web.calm import is_calm
from participation.web.guard import personal, public

bp = described("contributions", "What people added, and the answers of the authority.")
HERE = "/tenants/<tenant>/procedures/<procedure>/contributions"
TOKEN: list[dict[str, list[str]]] = [{"token": []}]


@bp.get(HERE)
@bp.arguments(ContributionsAsked, location="query")
@bp.response(200, listed(ContributionSchema))
@public
def contributions(asked: dict[str, Any]) -> Any:
    """First contributions of a procedure; their comments have lists of their own."""
    wanted = [entry.id for entry in g.procedure.activities if _fits(entry, asked)]
    query = queries.items(g.viewer).where(Contribution.activity_id.in_(wanted), Contribution.parent_id.is_(None))
    if asked["place"] is not None:
        query = query.where(Contribution.place == asked["place"])
    return _page(query, asked)


def _fits(activity: Activity, asked: dict[str, Any]) -> bool:
    return asked["module"] in (None, activity.module) and asked["activity"] in (None, activity.slug)


@bp.get(f"{HERE}/<reference>")
@bp.response(200, ContributionSchema)
@public
def contribution(reference: str) -> Any:
    """One contribution or comment."""
    return contribution_data([item_named(reference)])[0]


@bp.get(f"{HERE}/<reference>/comments")
@bp.arguments(PageAsked, location="query")
@bp.response(200, listed(ContributionSchema))
@public
def comments(asked: dict[str, Any], reference: str) -> Any:
    """The direct answers to a contribution."""
    return _page(queries.items(g.viewer).where(Contribution.parent_id == item_named(reference).id), asked)


@bp.post(HERE)
@bp.doc(security=TOKEN)
@bp.arguments(NewContributionSchema)
@bp.response(201, ContributionSchema)
@personal
def add(sent: dict[str, Any]) -> Any:
    """Send a contribution. With the same header `Idempotency-Key` it counts once, however often it is sent."""
    where = (sent["module"], sent["activity"], sent["type"], sent["place"], "")
    return _send(target_at(g.procedure, g.viewer, *where), sent)


@bp.post(f"{HERE}/<reference>/comments")
@bp.doc(security=TOKEN)
@bp.arguments(CommentSchema)
@bp.response(201, ContributionSchema)
@personal
def comment(sent: dict[str, Any], reference: str) -> Any:
    """Answer a contribution."""
    item = item_named(reference)
    activity = _activity(item)
    return _send(target_at(g.procedure, g.viewer, activity.module, activity.slug, "", "", reference), sent)


@bp.patch(f"{HERE}/<reference>")
@bp.doc(security=TOKEN)
@bp.arguments(ChangeSchema)
@bp.response(200, ContributionSchema)
@personal
def change(sent: dict[str, Any], reference: str) -> Any:
    """Change one's own contribution while its phase is open; 409 where it was changed since."""
    item, found = item_named(reference), _own(reference)
    kind = installed().contribution_type(item.type)
    action = rules.COMMENT if item.parent_id else installed().action(kind.action) if kind else None
    if action is None:
        raise Unknown
    activity = _activity(item)
    said = {"source": sent["text"], "version": sent["version"], "asked": changed(sent, found, activity)}
    with writing():
        services.edit(found, activity, action, who=g.viewer, **said)
    return contribution_data([item_named(reference)])[0]


@bp.delete(f"{HERE}/<reference>")
@bp.doc(security=TOKEN)
@bp.response(204)
@personal
def withdraw(reference: str) -> None:
    """Take one's own contribution back."""
    found = _own(reference)
    with writing():
        services.withdraw(found, who=g.viewer)


def _send(target: Target, sent: dict[str, Any]) -> Any:
    fields_ = {
        "text": sent["text"],
        "quote": sent.get("quote", ""),
        "organisation": sent["organisation"],
        "for_organisation": "organisation" if sent["organisation"] else "",
        **typed(sent),
    }
    _require_quote(target, fields_["quote"].strip())
    key, calm = request.headers.get("Idempotency-Key", "")[:200], is_calm()
    with writing():
        made = send_directly(target, who=g.viewer, fields=fields_, language=sent["language"], key=key, calm=calm)
    g.viewer = viewer_for(g.viewer.person, g.procedure.id)  # now somebody who takes part
    return contribution_data([item_named(made.reference)])[0]


def _require_quote(target: Target, words: str) -> None:
    """Words that are quoted must stand at the place; a program is told, a page would ask."""
    passage = target.kind.passage
    if words and (passage is None or passage(target.activity, target.place, words) is None):
        raise Invalid(_l("Diese Worte stehen nicht an der Stelle. Bitte prüfen Sie das Zitat."), field="quote")


def _page(query: Any, asked: dict[str, Any]) -> dict[str, Any]:
    seen = query.where(queries.shown_in_thread(g.viewer, g.procedure), Contribution.id > (asked["after"] or 0))
    rows = queries.fetch(seen.order_by(Contribution.id).limit(asked["limit"] + 1))
    page = paged(rows, asked["limit"])
    return page | {"items": contribution_data(page["items"])}


def contribution_data(items: Sequence[Item]) -> list[dict[str, Any]]:
    """What the interface says of contributions: a query for answers, one for what they answer, one for places."""
    answers = answers_to([item.id for item in items if not item.is_gone])
    parents = queries.references_of([item.parent_id for item in items if item.parent_id])
    beside = particulars_said(items, {entry.id: entry for entry in g.procedure.activities})
    return [_one(item, answers.get(item.id, []), parents.get(item.parent_id or 0), beside[item.id]) for item in items]


def _one(item: Item, answers: list[Answer], parent: str | None, beside: dict[str, Any]) -> dict[str, Any]:
    activity = _activity(item)
    gone = item.is_gone and item.participant_id not in g.viewer.participant_ids
    names = (
        "reference", "type", "place", "title", "html", "language", "state", "redacted", "late", "created_at",
        "edited_at", "agree", "neutral", "disagree", "score", "quote",
    )  # fmt: skip
    said = {name: getattr(item, name) for name in names}
    if gone:
        said |= {"title": "", "html": "", "quote": None}
    return (
        said
        | (NOWHERE if gone else beside)
        | {
            "module": activity.module,
            "activity": activity.slug,
            "parent": parent,
            "author": item.pseudonym,
            "organisation": item.organisation_name,
            "comments": item.replies,
            "response": next((answer for answer in answers if not answer.passages), None),
            "responses_to_passages": [answer for answer in answers if answer.passages],
            "url": url_for("contributions.show", reference=item.reference),
        }
    )


def _activity(item: Item) -> Activity:
    found: Activity = next(entry for entry in g.procedure.activities if entry.id == item.activity_id)
    return found


def item_named(reference: str) -> Item:
    """What the viewer sees at a number of this procedure. Raises Unknown."""
    item = item_in(g.procedure, reference, g.viewer)
    if item is None:
        raise Unknown
    return item


def _own(reference: str) -> Contribution:
    found = contribution_at(g.procedure.id, reference)
    if found is None or found.participant_id not in g.viewer.participant_ids:
        raise Unknown
    return found
