"""The keywords of a procedure: kept, read in as a list, proposed from the texts."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import ANSWER
from participation.evaluation import keywords, proposals
from participation.evaluation.answer_blocks import answer_blocks
from participation.evaluation.departments import open_departments
from participation.evaluation.keyword_lists import Read, add_keywords, keyword_rows
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.pages.account_forms import blame
from participation.pages.keyword_forms import KeywordForm, KeywordListForm
from participation.web.bodies import takes
from participation.web.checkbox import is_said
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("keywords", __name__, url_prefix="/<tenant>/<procedure>/-/manage/keywords")


@bp.get("")
@access(ANSWER)
def index() -> str:
    """All keywords with what they bring and how often they are used."""
    return _index(KeywordListForm())


def _index(form: KeywordListForm, read: Read | None = None) -> str:
    return render_template(
        "pages/keywords/index.html",
        staff_nav=staff_nav(),
        rows=keyword_rows(g.procedure),
        form=form,
        read=read,
    )


@bp.post("")
@access(ANSWER)
@takes(text=1_000_000)
def add() -> ResponseReturnValue:
    """Add keywords, one a line; lines that cannot be taken are named, the others are in."""
    form, by = KeywordListForm(), int(g.viewer.person.id)
    try:
        form.validate()
        with writing():
            read = add_keywords(g.procedure, form.typed(), actor_id=by)
    except Invalid as problem:
        blame(form, problem)
        return _index(form), problem.status
    if read.faults:
        return _index(form, read)
    return redirect(url_for("keywords.index", done="keywords-added"))


@bp.route("/<int:number>", methods=["GET", "POST"])
@access(ANSWER)
def change(number: int) -> ResponseReturnValue:
    """One keyword: title, text block, department."""
    by, keyword = int(g.viewer.person.id), keywords.keyword_in(g.procedure, number)
    form = KeywordForm(title=keyword.title, block=keyword.block_id or 0, department=keyword.department_id or 0)
    form.offer(answer_blocks(g.tenant.id), open_departments(g.tenant.id))
    if form.validate_on_submit():
        try:
            with writing():
                keywords.change_keyword(g.procedure, number, actor_id=by, **form.values())
            return redirect(url_for("keywords.index", done="keyword-saved"))
        except (Invalid, Conflict) as problem:
            blame(form, Invalid(problem.sentence, field="title"))
    page = render_template("pages/keywords/change.html", staff_nav=staff_nav(), keyword=keyword, form=form)
    return page, 422 if form.errors else 200


@bp.post("/<int:number>/remove")
@access(ANSWER)
def remove(number: int) -> ResponseReturnValue:
    """Throw a keyword away, at everything that has it."""
    by = int(g.viewer.person.id)
    with writing():
        keywords.remove_keyword(g.procedure, number, actor_id=by)
    return redirect(url_for("keywords.index", done="keyword-removed"))


@bp.post("/<int:number>/clear")
@access(ANSWER)
def clear(number: int) -> ResponseReturnValue:
    """Take a keyword off everything that has it, and keep it in the list."""
    by, keyword = int(g.viewer.person.id), keywords.keyword_in(g.procedure, number)
    with writing():
        proposals.untag_all(keyword, actor_id=by)
    return redirect(url_for("keywords.index", done="keyword-cleared"))


@bp.get("/proposals")
@access(ANSWER)
def propose() -> str:
    """What many contributions speak of, counted; nothing is tagged unless somebody agrees."""
    terms = proposals.proposals(g.procedure)
    return render_template("pages/keywords/proposals.html", staff_nav=staff_nav(), terms=terms)


@bp.post("/proposals")
@access(ANSWER)
def accept() -> ResponseReturnValue:
    """Make a proposed word a keyword, and give it to all contributions that use the word if that is wanted."""
    by, wanted = int(g.viewer.person.id), request.form.get("stem", "")
    term = next((one for one in proposals.proposals(g.procedure) if one.stem == wanted), None)
    if term is None:
        raise Unknown
    spread = is_said("spread")
    with writing():
        keyword = keywords.add_keyword(g.procedure, request.form.get("title", ""), actor_id=by)
        if spread:
            proposals.tag_all(keyword, term.ids, actor_id=by)
    return redirect(url_for("keywords.propose", done="keyword-spread" if spread else "keywords-added"))
