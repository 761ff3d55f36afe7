"""Sorting one contribution: moving it to the section it speaks of, its category, its place; where it is answered."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.contributions.locations import as_typed, locations_of
from participation.contributions.models import Contribution
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid
from participation.moderation import moving, relocating, settling
from participation.moderation.desk import work_at
from participation.pages.account_forms import blame
from participation.pages.moderation_item import place_title_of
from participation.pages.moderation_routes import actor, bp, chosen_list, desk, on_desk, seen, small_number
from participation.pages.moderation_sorting_forms import MarkForm, MoveForm, RelocateForm
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.route("/<tenant>/-/moderation/<reference>/move", methods=["GET", "POST"])
@personal
def move(reference: str) -> ResponseReturnValue:
    """Look for a section by its number or its words, or see the categories, and by POST put the contribution there."""
    contribution, form, by = on_desk(reference), MoveForm(), actor()
    words = request.args.get("q", "")
    form.offer(moving.places(contribution, words))
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
        has_categories=moving.has_categories(contribution),
    )


@bp.route("/<tenant>/-/moderation/<reference>/location", methods=["GET", "POST"])
@personal
def relocate(reference: str) -> ResponseReturnValue:
    """Say where on the ground the contribution belongs."""
    contribution, by = on_desk(reference), actor()
    location = locations_of([contribution.id]).get(contribution.id)
    stands = {"where": location.words, "position": as_typed(location.geometry)} if location else {}
    form = RelocateForm(data=stands | {"was": relocating.mark_of(contribution.id)})
    relocating.located_type(contribution)
    if not form.validate_on_submit():
        return _location_page(contribution, form)
    said = {"where": form.where.data or "", "position": form.position.data or ""}
    try:
        with writing():
            relocating.relocate(contribution, said, actor_id=by, seen=seen(), was=form.was.data or "")
    except Invalid as problem:
        blame(form, problem)
        return _location_page(on_desk(reference), form), problem.status
    except Conflict as conflict:
        return _both_places(on_desk(reference), form, conflict), conflict.status
    return _back(reference, "relocated")


def _both_places(contribution: Contribution, form: RelocateForm, conflict: Conflict) -> str:
    """What stands there now above what was typed; saving again then means it."""
    form.position.errors = [*form.position.errors, conflict.sentence]
    form.was.raw_data, form.was.data = None, relocating.mark_of(contribution.id)
    return _location_page(contribution, form)


def _location_page(contribution: Contribution, form: RelocateForm) -> str:
    form.look_at(contribution)
    here = desk()
    place = here.procedures[contribution.procedure_id]
    return render_template(
        "pages/moderation/relocate.html",
        staff_nav=staff_nav(work_at(here)),
        contribution=contribution,
        form=form,
        location=locations_of([contribution.id]).get(contribution.id),
        drawn=relocating.located_type(contribution).drawn,
        areas_url=url_for("maps.areas", procedure=place.slug, number=contribution.activity_id),
        which=chosen_list(),
    )


@bp.route("/<tenant>/-/moderation/<reference>/answered", methods=["GET", "POST"])
@personal
def mark_answered(reference: str) -> ResponseReturnValue:
    """Say publicly where it is answered."""
    contribution, form, by = on_desk(reference), MarkForm(), actor()
    if not form.validate_on_submit():
        return _mark_page(contribution, form), 422 if form.errors else 200
    said = {"sentence": form.sentence.data, "where": form.where.data, "instead_of": small_number(form.mark.data)}
    try:
        with writing():
            settling.mark_answered(contribution, actor_id=by, seen=seen(), **said)
    except Invalid as problem:
        blame(form, problem)
        return _mark_page(on_desk(reference), form), problem.status
    return _back(reference, "marked")


def _mark_page(contribution: Contribution, form: MarkForm) -> str:
    form.look_at(contribution)
    if not form.is_submitted():
        form.mark.data = str(settling.mark_on(contribution.id) or "")
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
