"""Appeals on the desk: the list, and the decision of a second person."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.kernel.db import writing
from participation.kernel.refusal import Unknown
from participation.moderation import appeals as asking
from participation.moderation.desk import Desk, work_at
from participation.moderation.queries import surroundings
from participation.pages.moderation_forms import DecideAppealForm
from participation.pages.moderation_routes import actor, age, bp, desk, small_number
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.get("/<tenant>/-/moderation/appeals")
@personal
def appeals() -> str:
    """All of them, newest first."""
    here = desk()
    work = work_at(here)
    rows, following = asking.appeals(here, after=small_number(request.args.get("after")))
    return render_template(
        "pages/moderation/appeals.html",
        staff_nav=staff_nav(work),
        desk=here,
        work=work,
        rows=rows,
        next=following,
        me=actor(),
        age=age,
    )


@bp.route("/<tenant>/-/moderation/appeals/<int:number>", methods=["GET", "POST"])
@personal
def appeal(number: int) -> ResponseReturnValue:
    """What was decided, what the author says; by POST decide as a second person."""
    here, form, by = desk(), DecideAppealForm(), actor()
    if not form.validate_on_submit():
        return _page(here, number, form), 422 if form.errors else 200
    with writing():
        asking.decide_appeal(
            here, number, actor_id=by, outcome=form.outcome.data, sentence=form.sentence.data
        )  # fmt: skip
    return redirect(url_for("moderation.appeals", done="appeal-decided"))


def _page(here: Desk, number: int, form: DecideAppealForm) -> str:
    row, act, contribution = asking.appeal_at(here, number)
    if contribution.state == "removed":
        raise Unknown
    return render_template(
        "pages/moderation/appeal.html",
        staff_nav=staff_nav(work_at(here)),
        appeal=row,
        act=act,
        contribution=contribution,
        procedure=here.procedures[contribution.procedure_id],
        around=surroundings(contribution),
        is_own=act.actor_id == actor(),
        form=form,
        age=age,
    )
