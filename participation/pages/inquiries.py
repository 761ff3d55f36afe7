"""Questions of the authority: answered by the author (log-in, edit link or mail), asked and closed by case workers."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from participation.access.rules import ANSWER
from participation.contributions.models import Contribution
from participation.contributions.queries import contribution_at
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid, Unknown
from participation.moderation import inquiries as asking
from participation.moderation.sorting_models import Inquiry
from participation.pages.account_forms import blame
from participation.pages.moderation_sorting_forms import AnswerInquiryForm, AskForm
from participation.web.guard import LoginNeeded, access, public
from participation.web.staff_nav import staff_nav

bp = Blueprint("inquiries", __name__)


@bp.route("/<tenant>/<procedure>/-/contributions/<reference>/inquiry", methods=["GET", "POST"])
@public
def answer(reference: str) -> ResponseReturnValue:
    """The question about one's own contribution; by POST the answer."""
    contribution = _own(reference)
    inquiry = asking.open_inquiry_on(contribution.id)
    if inquiry is None:
        raise Unknown
    form = AnswerInquiryForm()
    return _answered(inquiry, contribution, form) or _page(inquiry, contribution, form)


@bp.route("/<tenant>/<procedure>/-/inquiries/<signed>", methods=["GET", "POST"])
@public
def by_mail(signed: str) -> ResponseReturnValue:
    """The same from a mail, without a log-in; an answer is given once and cannot be read here afterwards."""
    inquiry, contribution = asking.signed_inquiry(signed, g.procedure.id)
    form = AnswerInquiryForm()
    return _answered(inquiry, contribution, form) or _page(inquiry, contribution, form)


def _answered(inquiry: Inquiry, contribution: Contribution, form: AnswerInquiryForm) -> ResponseReturnValue | None:
    if not form.validate_on_submit():
        return None
    try:
        with writing():
            asking.answer(inquiry, contribution.procedure_id, text=form.answer.data)
    except Invalid as problem:
        blame(form, problem)
        return None
    return redirect(url_for("procedures.show", done="inquiry-answered"))


def _page(inquiry: Inquiry, contribution: Contribution, form: AnswerInquiryForm) -> ResponseReturnValue:
    page = render_template(
        "pages/inquiries/answer.html", inquiry=inquiry, contribution=contribution, form=form
    )  # fmt: skip
    return page, 422 if form.errors else 200, {"Cache-Control": "no-store"}


def _own(reference: str) -> Contribution:
    """One's own contribution, also of a guest. Raises LoginNeeded for somebody unknown, Unknown for everybody else."""
    contribution = contribution_at(g.procedure.id, reference)
    if contribution is not None and contribution.participant_id in g.viewer.participant_ids:
        return contribution
    if not g.viewer.participants and g.viewer.person is None:
        raise LoginNeeded(_l("Die Frage beantworten kann, wer den Beitrag geschrieben hat."))
    raise Unknown


@bp.route("/<tenant>/<procedure>/-/manage/inquiries/<reference>", methods=["GET", "POST"])
@access(ANSWER)
def on(reference: str) -> ResponseReturnValue:
    """What was asked about a contribution; by POST ask something. For those who answer."""
    contribution, form, by = _of_procedure(reference), AskForm(), g.viewer.person.id
    if form.validate_on_submit():
        try:
            with writing():
                asking.ask(contribution, question=form.question.data, actor_id=by)
            return redirect(url_for("inquiries.on", reference=reference, done="asked"))
        except Invalid as problem:
            blame(form, problem)
    page = render_template(
        "pages/inquiries/on.html",
        staff_nav=staff_nav(),
        contribution=contribution,
        inquiries=asking.inquiries_on(contribution.id),
        reachable=asking.can_be_reached(contribution),
        form=form,
    )
    return page, 422 if form.errors else 200


@bp.post("/<tenant>/<procedure>/-/manage/inquiries/<reference>/<int:number>/close")
@access(ANSWER)
def close(reference: str, number: int) -> ResponseReturnValue:
    """Nothing more is needed."""
    contribution, by = _of_procedure(reference), g.viewer.person.id
    inquiry = asking.inquiry_on(contribution.id, number)
    with writing():
        asking.close(inquiry, contribution.procedure_id, actor_id=by)
    return redirect(url_for("inquiries.on", reference=reference, done="inquiry-closed"))


def _of_procedure(reference: str) -> Contribution:
    contribution = contribution_at(g.procedure.id, reference)
    if contribution is None or contribution.state == "removed":
        raise Unknown
    return contribution
