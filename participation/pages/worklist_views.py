"""Saved views of the work list: keep what is shown under a name, open it, throw it away."""

from flask import g, redirect
from flask.typing import ResponseReturnValue

from participation.access.rules import ANSWER
from participation.evaluation.views import delete_view, filters_of, save_view, view_in
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid
from participation.pages.account_forms import blame
from participation.pages.worklist_forms import ViewForm
from participation.pages.worklist_routes import actor, bp, filters, list_url
from participation.pages.worklist_show import list_page
from participation.web.guard import access


@bp.post("/views")
@access(ANSWER)
def keep_view() -> ResponseReturnValue:
    """Keep the filters and the order of the address under a name."""
    form, narrow, by = ViewForm(), filters(), actor()
    try:
        with writing():
            save_view(g.procedure, form.title.data or "", narrow, person_id=by, shared=form.shared.data)
    except Invalid as problem:
        blame(form, problem)
        return list_page(view_form=form), problem.status
    except Conflict as problem:
        form.title.errors = [problem.sentence]
        return list_page(view_form=form), problem.status
    return redirect(list_url(narrow, done="view-saved"))


@bp.get("/views/<int:number>")
@access(ANSWER)
def open_view(number: int) -> ResponseReturnValue:
    """The list as it was saved."""
    return redirect(list_url(filters_of(view_in(g.procedure, number, person_id=actor()))))


@bp.post("/views/<int:number>/delete")
@access(ANSWER)
def remove_view(number: int) -> ResponseReturnValue:
    """Throw a view away; what it showed stays."""
    by = actor()
    with writing():
        delete_view(g.procedure, number, person_id=by)
    return redirect(list_url(filters(), done="view-deleted"))
