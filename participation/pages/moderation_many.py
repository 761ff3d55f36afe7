"""Deciding about many contributions in one go, and taking that back."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.kernel.clock import now
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.moderation.desk import work_at
from participation.moderation.services import Seen, decide_many
from participation.moderation.text_blocks import with_text_block
from participation.moderation.undo import batch_of, take_back
from participation.pages.moderation_forms import BulkForm
from participation.pages.moderation_queue import queue_page
from participation.pages.moderation_routes import actor, bp, chosen_list, desk, small_number
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.post("/<tenant>/-/moderation/decide")
@personal
def decide() -> ResponseReturnValue:
    """Publish, hide or leave as they are what was ticked; not possible: the same page with everything typed."""
    here, form, by, chosen, tenant_id = desk(), BulkForm(), actor(), chosen_contributions(), g.tenant.id
    act = request.form.get("act", "")
    if act == "hide" and chosen and not form.validate():
        return queue_page(form, frozenset(chosen)), 422
    reason = form.reason.data or ""
    try:
        with writing():
            block = small_number(form.block.data) if act == "hide" else None
            sentence = with_text_block(tenant_id, block, form.sentence.data or "")
            decide_many(here, chosen, act, actor_id=by, reason=reason, sentence=sentence)
    except Invalid as problem:
        return queue_page(form, frozenset(chosen), problem), problem.status
    return redirect(_queue())


def chosen_contributions() -> dict[str, Seen]:
    """What was ticked: number, state and version as they stood on the page."""
    found = {}
    for value in request.form.getlist("chosen"):
        reference, _, what = value.partition(":")
        state, _, version = what.partition(":")
        found[reference] = Seen(state, small_number(version) or 0)
    return found


def _queue(done: str | None = None) -> str:
    return url_for("moderation.queue", list=chosen_list(), procedure=request.form.get("procedure") or None, done=done)


@bp.get("/<tenant>/-/moderation/decisions/<int:number>")
@personal
def decision(number: int) -> str:
    """What was decided in one go, and until when it can be taken back."""
    here = desk()
    return render_template(
        "pages/moderation/decision.html",
        staff_nav=staff_nav(work_at(here)),
        batch=batch_of(number, g.tenant.id, actor()),
        now=now(),
    )


@bp.post("/<tenant>/-/moderation/decisions/<int:number>/undo")
@personal
def undo(number: int) -> ResponseReturnValue:
    """Take it back."""
    desk()
    batch = batch_of(number, g.tenant.id, actor())
    with writing():
        undone = take_back(batch)
    return redirect(_queue(done="undone-partly" if undone.left else "undone"))
