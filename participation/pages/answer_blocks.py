"""The text blocks of an authority for its answers."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import ANSWER
from participation.evaluation.answer_blocks import answer_blocks, keep_answer_block, remove_answer_block
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.pages.account_forms import blame
from participation.pages.keyword_forms import AnswerBlockForm
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("answer_blocks", __name__, url_prefix="/<tenant>/-/answer-blocks")


@bp.route("", methods=["GET", "POST"])
@access(ANSWER)
def index() -> ResponseReturnValue:
    """All text blocks; one of them, or a new one, in the form; by POST keep it."""
    tenant_id, by, number = g.tenant.id, int(g.viewer.person.id), _number()
    blocks = answer_blocks(tenant_id)
    form = AnswerBlockForm(obj=next((block for block in blocks if block.id == number), None))
    if form.validate_on_submit():
        try:
            with writing():
                words = {"title": form.title.data, "source": form.source.data or "", "decision": form.decision.data}
                keep_answer_block(tenant_id, number, actor_id=by, **words)
            return redirect(url_for("answer_blocks.index", done="saved"))
        except Invalid as problem:
            blame(form, problem)
    page = render_template("pages/answers/blocks.html", staff_nav=staff_nav(), blocks=blocks, form=form, number=number)
    return page, 422 if form.errors else 200


@bp.post("/<int:number>/remove")
@access(ANSWER)
def remove(number: int) -> ResponseReturnValue:
    """Throw one away."""
    tenant_id, by = g.tenant.id, int(g.viewer.person.id)
    with writing():
        remove_answer_block(tenant_id, number, actor_id=by)
    return redirect(url_for("answer_blocks.index", done="block-removed"))


def _number() -> int | None:
    typed = request.args.get("number", "")
    return int(typed) if typed.isdecimal() and len(typed) < 19 else None
