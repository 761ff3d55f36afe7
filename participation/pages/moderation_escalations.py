"""A threat or a cry for help: giving it on in one step, reading the preserved copy, closing."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.contributions.models import Contribution
from participation.kernel.db import writing
from participation.moderation import escalation as escalating
from participation.moderation.desk import work_at
from participation.moderation.models import Escalation
from participation.pages.moderation_forms import CloseEscalationForm, EscalateForm
from participation.pages.moderation_routes import actor, age, bp, desk, on_desk, seen, small_number
from participation.tenants.attendance import attendance_of
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.route("/<tenant>/-/moderation/<reference>/escalate", methods=["GET", "POST"])
@personal
def escalate(reference: str) -> ResponseReturnValue:
    """What to do, and by POST everything the platform does: hide, preserve, tell."""
    contribution, form, by = on_desk(reference), EscalateForm(), actor()
    if not form.validate_on_submit():
        return _form_page(contribution, form), 422 if form.errors else 200
    kind, note = form.kind.data, form.note.data or ""
    with writing():
        row = escalating.escalate(contribution, actor_id=by, seen=seen(), kind=kind, note=note)
    return redirect(url_for("moderation.escalation", number=row.id, done="escalated"))


def _form_page(contribution: Contribution, form: EscalateForm) -> str:
    if not form.is_submitted():
        form.state.data, form.version.data = contribution.state, str(contribution.versions)
    return render_template(
        "pages/moderation/escalate.html",
        staff_nav=staff_nav(work_at(desk())),
        contribution=contribution,
        form=form,
        named=attendance_of(g.tenant).urgent,
    )


@bp.get("/<tenant>/-/moderation/escalations")
@personal
def escalations() -> str:
    """All of them, without the words."""
    here = desk()
    work = work_at(here)
    rows, following = escalating.escalations(here, after=small_number(request.args.get("after")))
    return render_template(
        "pages/moderation/escalations.html",
        staff_nav=staff_nav(work),
        desk=here,
        work=work,
        rows=rows,
        next=following,
        age=age,
    )


@bp.route("/<tenant>/-/moderation/escalations/<int:number>", methods=["GET", "POST"])
@personal
def escalation(number: int) -> str:
    """One of them; by POST with the preserved copy, which is written into the log."""
    row, by = escalating.escalation_at(desk(), number), actor()
    if request.method == "GET":
        return _page(row, None, CloseEscalationForm())
    with writing():
        copy = escalating.open_copy(row, actor_id=by)
    return _page(row, copy, CloseEscalationForm(formdata=None))


def _page(row: Escalation, copy: dict[str, Any] | None, form: CloseEscalationForm) -> str:
    return render_template(
        "pages/moderation/escalation.html",
        staff_nav=staff_nav(work_at(desk())),
        escalation=row,
        reference=row.copy["reference"],
        copy=copy,
        form=form,
    )


@bp.post("/<tenant>/-/moderation/escalations/<int:number>/close")
@personal
def close_escalation(number: int) -> ResponseReturnValue:
    """Say what was done."""
    row, form, by = escalating.escalation_at(desk(), number), CloseEscalationForm(), actor()
    if not form.validate():
        return _page(row, None, form), 422
    with writing():
        escalating.close_escalation(row, actor_id=by, note=form.note.data)
    return redirect(url_for("moderation.escalations", done="escalation-closed"))
