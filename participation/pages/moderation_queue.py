"""The queue: what waits for a human, with the bar that decides about many."""

from flask import g, render_template, request

from participation.access.rules import ADMINISTER, can
from participation.kernel.refusal import Refused
from participation.moderation.desk import work_at
from participation.moderation.queue import queue as rows_of
from participation.moderation.text_blocks import text_blocks
from participation.moderation.undo import undoable
from participation.pages.moderation_forms import BulkForm
from participation.pages.moderation_routes import actor, age, bp, chosen_list, desk
from participation.web.fields import fields
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.get("/<tenant>/-/moderation")
@personal
def queue() -> str:
    """What waits for a human, as lists that can be shared."""
    return queue_page(BulkForm(formdata=None))


def queue_page(form: BulkForm, chosen: frozenset[str] = frozenset(), problem: Refused | None = None) -> str:
    """The queue; after a bulk decision that was not possible with what was chosen and typed."""
    whole, slug, which = desk(), fields().get("procedure", ""), chosen_list()
    narrow = whole.narrowed(slug)
    work = work_at(whole)
    form.offer(text_blocks(g.tenant.id))
    return render_template(
        "pages/moderation/queue.html",
        staff_nav=staff_nav(work),
        desk=whole,
        chosen=slug if narrow is not whole else "",
        work=work if narrow is whole else work_at(narrow),
        which=which,
        page=rows_of(narrow, which, after=request.args.get("after")),
        batch=undoable(g.tenant.id, actor()),
        form=form,
        selected=chosen,
        problem=problem,
        administers=can(g.viewer, ADMINISTER, g.tenant).allowed,
        age=age,
    )
