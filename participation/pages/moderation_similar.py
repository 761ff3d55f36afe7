"""Repeated and similar texts side by side, merging them into one, and splitting them again."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.contributions.models import Contribution
from participation.contributions.references import read_reference
from participation.kernel.db import writing
from participation.kernel.refusal import Refused
from participation.moderation import alike, merging
from participation.moderation.acts import Seen
from participation.moderation.desk import work_at
from participation.moderation.undo import undoable
from participation.pages.moderation_many import chosen_contributions
from participation.pages.moderation_routes import actor, age, bp, chosen_list, desk, on_desk, seen
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.get("/<tenant>/-/moderation/repeated")
@personal
def repeated() -> str:
    """The texts that came in more than once, the most frequent first."""
    whole, slug = desk(), request.args.get("procedure", "")
    narrow = whole.narrowed(slug)
    work = work_at(whole)
    return render_template(
        "pages/moderation/repeated.html",
        staff_nav=staff_nav(work),
        desk=whole,
        work=work,
        chosen=slug if narrow is not whole else "",
        page=alike.repeated(narrow, after=request.args.get("after")),
        batch=undoable(g.tenant.id, actor()),
        which=chosen_list(),
        age=age,
    )


@bp.get("/<tenant>/-/moderation/<reference>/similar")
@personal
def similar(reference: str) -> str:
    """One contribution with what says the same, or nearly, lies close by, or is named (`?with=`)."""
    return _page(on_desk(reference))


def _page(contribution: Contribution, problem: Refused | None = None) -> str:
    here, typed = desk(), request.args.get("with", "")[:40]
    named = read_reference(typed) or typed
    return render_template(
        "pages/moderation/similar.html",
        staff_nav=staff_nav(work_at(here)),
        contribution=contribution,
        procedure=here.procedures[contribution.procedure_id],
        beside=alike.beside(contribution, named),
        named=named,
        merged=merging.merged_into([contribution.id]).get(contribution.id, []),
        most=merging.MOST,
        batch=undoable(g.tenant.id, actor()),
        which=chosen_list(),
        problem=problem,
    )


@bp.post("/<tenant>/-/moderation/<reference>/merge")
@personal
def merge(reference: str) -> ResponseReturnValue:
    """Merge what is ticked into this one; nothing ticked or not possible: the page again."""
    contribution, by, chosen = on_desk(reference), actor(), chosen_contributions()
    if request.form.get("all") == "same":
        words = alike.same_words(contribution, merging.MOST)
        chosen |= {name: Seen(state, version) for name, (state, version) in words.items()}
    try:
        with writing():
            merging.merge(contribution, chosen, actor_id=by)
    except Refused as problem:
        return _page(on_desk(reference), problem), problem.status
    return redirect(url_for("moderation.similar", reference=reference, list=chosen_list()))


@bp.post("/<tenant>/-/moderation/<reference>/split")
@personal
def split(reference: str) -> ResponseReturnValue:
    """Let a merged one stand for itself again."""
    contribution, by = on_desk(reference), actor()
    with writing():
        merging.split(contribution, actor_id=by, seen=seen())
    return redirect(url_for("moderation.item", reference=reference, list=chosen_list(), done="split"))
