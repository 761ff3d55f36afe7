"""Asking the author of a contribution something while working on its answer."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import ANSWER
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.moderation import inquiries
from participation.pages.account_forms import blame
from participation.pages.case_routes import actor, bp, case
from participation.pages.case_show import page_of
from participation.pages.moderation_sorting_forms import AskForm
from participation.web.guard import access


@bp.post("/<reference>/ask")
@access(ANSWER)
def ask(reference: str) -> ResponseReturnValue:
    """Ask the author; the answer stands here, for staff alone."""
    contribution, form, by = case(reference), AskForm(prefix="ask-"), actor()
    if not form.validate():
        return page_of(contribution, asking=form), 422
    try:
        with writing():
            inquiries.ask(contribution, question=form.question.data, actor_id=by)
    except Invalid as problem:
        blame(form, problem)
        return page_of(case(reference), asking=form), problem.status
    return redirect(url_for("cases.show", reference=reference, done="asked", _anchor="inquiries"))


@bp.post("/<reference>/ask/<int:number>/close")
@access(ANSWER)
def close_inquiry(reference: str, number: int) -> ResponseReturnValue:
    """Nothing more is needed."""
    contribution, by = case(reference), actor()
    inquiry = inquiries.inquiry_on(contribution.id, number)
    with writing():
        inquiries.close(inquiry, contribution.procedure_id, actor_id=by)
    return redirect(url_for("cases.show", reference=reference, done="inquiry-closed", _anchor="inquiries"))
