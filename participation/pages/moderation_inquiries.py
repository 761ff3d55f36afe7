"""Asking back from the desk: the questions of an authority, and those about one contribution."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.contributions.models import Contribution
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.moderation import inquiries as asking
from participation.moderation.desk import work_at
from participation.pages.account_forms import blame
from participation.pages.moderation_routes import actor, age, bp, chosen_list, desk, on_desk, small_number
from participation.pages.moderation_sorting_forms import AskForm
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.get("/<tenant>/-/moderation/inquiries")
@personal
def inquiries() -> str:
    """All questions, newest first."""
    here = desk()
    work = work_at(here)
    rows, following = asking.inquiries(here, after=small_number(request.args.get("after")))
    return render_template(
        "pages/moderation/inquiries.html",
        staff_nav=staff_nav(work),
        desk=here,
        work=work,
        rows=rows,
        next=following,
        age=age,
    )


@bp.route("/<tenant>/-/moderation/<reference>/ask", methods=["GET", "POST"])
@personal
def ask(reference: str) -> ResponseReturnValue:
    """What was asked about a contribution; by POST ask its author something."""
    contribution, form, by = on_desk(reference), AskForm(), actor()
    if not form.validate_on_submit():
        return _page(contribution, form), 422 if form.errors else 200
    try:
        with writing():
            asking.ask(contribution, question=form.question.data, actor_id=by)
    except Invalid as problem:
        blame(form, problem)
        return _page(on_desk(reference), form), problem.status
    return redirect(url_for("moderation.ask", reference=reference, list=chosen_list(), done="asked"))


def _page(contribution: Contribution, form: AskForm) -> str:
    return render_template(
        "pages/moderation/ask.html",
        staff_nav=staff_nav(work_at(desk())),
        contribution=contribution,
        inquiries=asking.inquiries_on(contribution.id),
        reachable=asking.can_be_reached(contribution),
        form=form,
        which=chosen_list(),
    )


@bp.post("/<tenant>/-/moderation/<reference>/ask/<int:number>/close")
@personal
def close_inquiry(reference: str, number: int) -> ResponseReturnValue:
    """Nothing more is needed."""
    contribution, by = on_desk(reference), actor()
    inquiry = asking.inquiry_on(contribution.id, number)
    with writing():
        asking.close(inquiry, contribution.procedure_id, actor_id=by)
    return redirect(url_for("moderation.ask", reference=reference, list=chosen_list(), done="inquiry-closed"))
