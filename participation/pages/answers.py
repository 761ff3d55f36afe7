"""Answering contributions and arguments: one answer for one or many, changing it."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import ANSWER
from participation.evaluation import case_file, queries, services
from participation.evaluation.answer_blocks import answer_blocks
from participation.evaluation.models import Response
from participation.evaluation.recommending import proposed_words
from participation.evaluation.worklist_filters import WHOLE, Filters
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.pages.account_forms import blame
from participation.pages.answer_forms import AnswerForm, Chosen, chosen_now, inserted
from participation.pages.worklist_routes import list_url
from participation.web.fields import fields
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("answers", __name__, url_prefix="/<tenant>/<procedure>/-/manage/answers")


@bp.get("")
@access(ANSWER)
def queue() -> ResponseReturnValue:
    """Where the list of contributions was before it was the work list; addresses that were kept lead there."""
    place, show = request.args.get("place"), request.args.get("show", "")
    narrow = Filters.read({"answer": [show], "section": [] if place is None else [place or WHOLE]})
    return redirect(list_url(narrow, done=request.args.get("done")))


@bp.route("/new", methods=["GET", "POST"])
@access(ANSWER)
def write() -> ResponseReturnValue:
    """One answer to the contributions and arguments that were chosen; from a case it leads back there."""
    chosen = chosen_now()
    form = AnswerForm(data=proposed_words(g.procedure, request.args.get("recommendation", "")))
    if not chosen:
        return redirect(url_for("worklist.show", done="nothing-chosen"))
    if not inserted(form) and form.validate_on_submit() and _has_answered(form, chosen):
        return redirect(_back())
    page = render_template(
        "pages/answers/write.html",
        staff_nav=staff_nav(),
        form=form,
        chosen=chosen,
        back=fields().get("back", ""),
        blocks=answer_blocks(g.tenant.id, chosen.keywords()),
    )
    return page, 409 if form.form_errors else 422 if form.errors else 200


def _back() -> str:
    found = case_file.case_at(g.procedure, request.form.get("back", "")[:20])
    if found is None:
        return url_for("worklist.show", done="answer-proposed")
    return url_for("cases.show", reference=found.reference, done="answer-proposed")


def _has_answered(form: AnswerForm, chosen: Chosen) -> bool:
    values = {"decision": form.decision.data, "source": form.source.data, "actor_id": g.viewer.person.id}
    try:
        with writing():
            services.answer(g.procedure, chosen.contributions, arguments=chosen.arguments, **values)
        return True
    except Invalid as error:
        blame(form, error)
    except Conflict as error:  # somebody answered meanwhile: what was typed stays in the form
        form.form_errors.append(error.sentence)
    return False


@bp.route("/<int:number>", methods=["GET", "POST"])
@access(ANSWER)
def show(number: int) -> ResponseReturnValue:
    """One answer: who it is for, its words; by POST a new version of it."""
    response = response_at(number)
    version = services.version_of(response, response.number)
    form = AnswerForm(decision=version.decision, source=version.source, number=response.number)
    if inserted(form) or not form.validate_on_submit():
        return _page(response, form), 422 if form.errors else 200
    try:
        _change(response, form)
    except Conflict as error:
        form.number.data = str(response.number)
        return _page(response, form, conflict=error.sentence), error.status
    except Invalid as error:
        blame(form, error)
        return _page(response, form), error.status
    return redirect(url_for("answers.show", number=number, done="answer-changed"))


def _change(response: Response, form: AnswerForm) -> None:
    with writing():
        services.change(
            response,
            decision=form.decision.data,
            source=form.source.data,
            number=form.seen,
            actor_id=g.viewer.person.id,
        )


def _page(response: Response, form: AnswerForm, conflict: Any = None) -> str:
    """The answer with its words as they are now; after a conflict beside what was typed."""
    version = services.version_of(response, response.number)
    chosen = Chosen(queries.answered_by(response.id), queries.arguments_answered_by(response.id))
    return render_template(
        "pages/answers/show.html",
        staff_nav=staff_nav(),
        response=response,
        version=version,
        own=version.author_id == g.viewer.person.id,
        chosen=chosen,
        form=form,
        conflict=conflict,
        blocks=answer_blocks(g.tenant.id, chosen.keywords()),
    )


@bp.post("/<int:number>/discard")
@access(ANSWER)
def discard(number: int) -> ResponseReturnValue:
    """Throw away an answer that was never public."""
    response, actor_id = response_at(number), g.viewer.person.id
    with writing():
        services.discard(response, actor_id=actor_id)
    return redirect(url_for("worklist.show", done="answer-discarded"))


def response_at(number: int) -> Response:
    """An answer of the procedure by its number. Raises Unknown."""
    found = queries.response_in(g.procedure, number) if number < 2**63 else None
    if found is None:
        raise Unknown
    return found
