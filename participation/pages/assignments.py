"""What was given to somebody: the list, one contribution with what is said about it, recommending, handing back.

A planning office sees here what it was given, and nothing else. Case workers see everything and decide.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import ANSWER, RECOMMEND
from participation.contributions.models import Contribution
from participation.evaluation import assigned, recommending
from participation.evaluation.assigned import Tray, contribution_for, part_for, tray_of
from participation.evaluation.assigning import assign as assign_to
from participation.evaluation.discussion import discussion_of
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid
from participation.pages.account_forms import blame
from participation.pages.assignment_forms import (
    AssignForm,
    HandBackForm,
    NoteForm,
    PartForm,
    RecommendForm,
    discussion_values,
    form_of,
)
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("assignments", __name__, url_prefix="/<tenant>/<procedure>/-/manage/assigned")


@bp.get("")
@access(RECOMMEND)
def mine() -> str:
    """What waits for the viewer and their departments, the latest first; for case workers what was recommended."""
    tray, show = tray_of(g.viewer, g.procedure), request.args.get("show", "")
    show = show if show in assigned.SHOWN[: 3 if tray.everything else 2] else assigned.SHOWN[0]
    return render_template(
        "pages/assignments/mine.html",
        staff_nav=staff_nav(),
        show=show,
        may_answer=tray.everything,
        numbers=assigned.numbers_for(tray, g.procedure),
        page=assigned.given_to(tray, g.procedure, show, after=request.args.get("after")),
    )


@bp.get("/<reference>")
@access(RECOMMEND)
def show(reference: str) -> ResponseReturnValue:
    """One contribution: its words, its place in the draft, what is said about it."""
    tray = tray_of(g.viewer, g.procedure)
    return _page(tray, contribution_for(tray, g.procedure, reference))


def _page(tray: Tray, contribution: Contribution, typed: PartForm | None = None, **values: Any) -> str:
    chosen = request.args.get("argument", "")
    argument_id = typed.argument_id if typed else int(chosen) if chosen.isdecimal() and len(chosen) < 19 else None
    return render_template(
        "pages/assignments/show.html",
        staff_nav=staff_nav(),
        contribution=contribution,
        passage=assigned.passage_of(contribution),
        typed=typed,
        **discussion_values(contribution, argument_id, tray=tray, typed=typed),
        **values,
    )


@bp.post("/<reference>/assign")
@access(ANSWER)
def assign(reference: str) -> ResponseReturnValue:
    """Give a contribution or one of its arguments to somebody; empty fields take it away."""
    tray = tray_of(g.viewer, g.procedure)
    contribution = contribution_for(tray, g.procedure, reference)
    form: AssignForm = form_of(AssignForm)
    part = discussion_of(contribution).part(form.argument_id)
    form.offer(g.tenant.id, g.procedure.id, part.given if part else None)
    done = "assigned" if form.department.data or form.person.data else "unassigned"
    on = {"argument_id": form.argument_id, "actor_id": g.viewer.person.id}
    act = partial(assign_to, contribution, **form.values, **on)
    return _after(form, tray, contribution, act, done)


@bp.post("/<reference>/recommend")
@access(RECOMMEND)
def recommend(reference: str) -> ResponseReturnValue:
    """Propose a decision with its reason."""
    tray = tray_of(g.viewer, g.procedure)
    contribution = contribution_for(tray, g.procedure, reference)
    form: RecommendForm = form_of(RecommendForm)
    given = part_for(tray, contribution, form.argument_id)
    values: dict[str, Any] = {"decision": form.decision.data or "", "source": form.source.data or ""}
    values |= {"argument_id": form.argument_id, "department_id": tray.acts_for(given)}
    actor_id = g.viewer.person.id
    act = partial(recommending.recommend, contribution, actor_id=actor_id, **values)
    return _after(form, tray, contribution, act, "recommended")


@bp.post("/<reference>/hand-back")
@access(ANSWER)
def hand_back(reference: str) -> ResponseReturnValue:
    """Ask for another recommendation, with a note."""
    tray = tray_of(g.viewer, g.procedure)
    contribution = contribution_for(tray, g.procedure, reference)
    form: HandBackForm = form_of(HandBackForm)
    text, actor_id = form.text.data or "", g.viewer.person.id
    act = partial(recommending.hand_back, contribution, form.number, text, actor_id=actor_id)
    return _after(form, tray, contribution, act, "handed-back")


@bp.post("/<reference>/note")
@access(RECOMMEND)
def note(reference: str) -> ResponseReturnValue:
    """Say something that stays among those who work on it."""
    tray = tray_of(g.viewer, g.procedure)
    contribution = contribution_for(tray, g.procedure, reference)
    form: NoteForm = form_of(NoteForm)
    who = {"department_id": tray.acts_for(None), "actor_id": g.viewer.person.id}
    act = partial(recommending.write_note, contribution, form.text.data or "", **who)
    return _after(form, tray, contribution, act, "noted")


def _after(
    form: PartForm, tray: Tray, contribution: Contribution, act: Callable[[], Any], done: str
) -> ResponseReturnValue:
    """Do it and go back to where it was typed; else the page of the contribution with what was typed and why not."""
    if not form.validate_on_submit():
        return _page(tray, contribution, form), 422
    try:
        with writing():
            act()
    except Conflict as error:
        return _page(tray, contribution, form, conflict=error.sentence), error.status
    except Invalid as error:
        blame(form, error)
        return _page(tray, contribution, form), error.status
    case = form.back.data == "case" and tray.everything and "cases.show" in current_app.view_functions
    if case:
        return redirect(url_for("cases.show", reference=contribution.reference, done=done, _anchor="discussion"))
    return redirect(url_for("assignments.show", reference=contribution.reference, argument=form.argument_id, done=done))
