"""Arguments of a contribution: marked, their working copy edited, joined again with the rest, brought back."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import ANSWER
from participation.contributions.models import Contribution
from participation.evaluation import arguments, case_file
from participation.evaluation.alike import alike_arguments
from participation.evaluation.answer_blocks import answer_blocks
from participation.evaluation.case_models import Argument
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid
from participation.pages.account_forms import blame
from participation.pages.answer_forms import AnswerForm
from participation.pages.case_forms import WorkingCopyForm
from participation.pages.case_routes import actor, bp, case, keyword_values, looks_near, single_of
from participation.pages.case_show import page_of
from participation.web.guard import access
from participation.web.staff_nav import staff_nav


@bp.post("/<reference>/arguments")
@access(ANSWER)
def split(reference: str) -> ResponseReturnValue:
    """Make marked words an argument of its own."""
    contribution, by, quote = case(reference), actor(), request.form.get("quote", "")
    try:
        with writing():
            made = arguments.split(contribution, quote=quote, span=_span(), version=_version(), actor_id=by)
            number = made.number
    except Invalid as problem:
        return page_of(case(reference), quote, problem.sentence), problem.status
    return redirect(url_for("cases.show", reference=reference, done="argument-made", _anchor=f"argument-{number}"))


def _span() -> tuple[int, int] | None:
    """The offsets that a script found for marked words; without script there are the words alone."""
    start, end = request.form.get("start", ""), request.form.get("end", "")
    if not (start.isdecimal() and end.isdecimal() and len(start) < 7 and len(end) < 7):
        return None
    return int(start), int(end)


def _version() -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


@bp.route("/<reference>/arguments/<int:number>", methods=["GET", "POST"])
@access(ANSWER)
def argument(reference: str, number: int) -> ResponseReturnValue:
    """One argument: original beside working copy, keywords, the like of it, its answer; by POST a new working copy."""
    contribution, by = case(reference), actor()
    found = arguments.argument_at(contribution, number)
    form = WorkingCopyForm(prefix="copy-", source=found.source, number=found.versions)
    if not form.validate_on_submit():
        return _page(contribution, found, form), 422 if form.errors else 200
    try:
        with writing():
            arguments.change(found, source=form.source.data, number=form.seen, actor_id=by)
    except Conflict as problem:
        form.number.data = str(found.versions)
        return _page(contribution, found, form, conflict=problem.sentence), problem.status
    except Invalid as problem:
        blame(form, problem)
        return _page(contribution, found, form), problem.status
    return redirect(url_for("cases.argument", reference=reference, number=number, done="argument-saved"))


def _page(contribution: Contribution, found: Argument, form: WorkingCopyForm, conflict: Any = None) -> str:
    single, near = single_of(contribution, found), looks_near()
    keywords = keyword_values(contribution)
    mine = [id_ for id_, _title in keywords["keywords"].get(found.id, [])]
    return render_template(
        "pages/cases/argument.html",
        staff_nav=staff_nav(),
        contribution=contribution,
        single=single,
        versions=[] if single.is_covered else case_file.kept_versions(found),
        near=near,
        alike=[] if single.is_covered else alike_arguments(found, near=near),
        copy=form,
        conflict=conflict,
        form=None if single.answer else AnswerForm(formdata=None),
        blocks=[] if single.answer else answer_blocks(g.tenant.id, mine),
        **keywords,
    )


@bp.post("/<reference>/arguments/<int:number>/remove")
@access(ANSWER)
def remove(reference: str, number: int) -> ResponseReturnValue:
    """Join an argument with the rest again."""
    found, by = arguments.argument_at(case(reference), number), actor()
    with writing():
        arguments.remove(found, actor_id=by)
    return redirect(url_for("cases.show", reference=reference, done="argument-removed", _anchor="arguments"))


@bp.post("/<reference>/arguments/<int:number>/restore")
@access(ANSWER)
def restore(reference: str, number: int) -> ResponseReturnValue:
    """Bring a removed argument back."""
    found, by = arguments.argument_at(case(reference), number, removed=True), actor()
    with writing():
        arguments.restore(found, actor_id=by)
    return redirect(url_for("cases.show", reference=reference, done="argument-restored", _anchor="arguments"))
