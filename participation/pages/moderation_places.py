"""Sorting one contribution: moving it to the section it speaks of, saying where it is answered."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.contributions.models import Contribution
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.moderation import moving, settling
from participation.moderation.desk import work_at
from participation.pages.account_forms import blame
from participation.pages.moderation_item import place_title_of
from participation.pages.moderation_routes import actor, bp, chosen_list, desk, on_desk, seen
from participation.pages.moderation_sorting_forms import MarkForm, MoveForm
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.route("/<tenant>/-/moderation/<reference>/move", methods=["GET", "POST"])
@personal
def move(reference: str) -> ResponseReturnValue:
    """Look for a section by its number or its words, and by POST put the contribution there."""
    contribution, form, by = on_desk(reference), MoveForm(), actor()
    words = request.values.get("q", "")
    form.offer(moving.sections(contribution, words))
    if not form.validate_on_submit():
        return _move_page(contribution, form, words), 422 if form.errors else 200
    try:
        with writing():
            moving.move(contribution, form.place.data, actor_id=by, seen=seen())
    except Invalid as problem:
        blame(form, problem)
        return _move_page(on_desk(reference), form, words), problem.status
    return _back(reference, "moved")


def _move_page(contribution: Contribution, form: MoveForm, words: str) -> str:
    form.look_at(contribution)
    return render_template(
        "pages/moderation/move.html",
        staff_nav=staff_nav(work_at(desk())),
        contribution=contribution,
        place=place_title_of(contribution),
        form=form,
        words=words,
        which=chosen_list(),
    )


@bp.route("/<tenant>/-/moderation/<reference>/answered", methods=["GET", "POST"])
@personal
def mark_answered(reference: str) -> ResponseReturnValue:
    """Say publicly where it is answered."""
    contribution, form, by = on_desk(reference), MarkForm(), actor()
    if not form.validate_on_submit():
        return _mark_page(contribution, form), 422 if form.errors else 200
    sentence, where = form.sentence.data, form.where.data
    try:
        with writing():
            settling.mark_answered(contribution, actor_id=by, seen=seen(), sentence=sentence, where=where)
    except Invalid as problem:
        blame(form, problem)
        return _mark_page(on_desk(reference), form), problem.status
    return _back(reference, "marked")


def _mark_page(contribution: Contribution, form: MarkForm) -> str:
    form.look_at(contribution)
    return render_template(
        "pages/moderation/mark.html",
        staff_nav=staff_nav(work_at(desk())),
        contribution=contribution,
        form=form,
        which=chosen_list(),
    )


@bp.post("/<tenant>/-/moderation/<reference>/answered/remove")
@personal
def remove_mark(reference: str) -> ResponseReturnValue:
    """Say it no longer."""
    contribution, by = on_desk(reference), actor()
    with writing():
        settling.remove_mark(contribution, actor_id=by, seen=seen())
    return _back(reference, "unmarked")


def _back(reference: str, message: str) -> ResponseReturnValue:
    return redirect(url_for("moderation.item", reference=reference, list=chosen_list(), done=message))
