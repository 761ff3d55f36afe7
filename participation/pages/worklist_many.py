"""Acting on many contributions of the work list in one go, and taking that back."""

from collections.abc import Callable, Mapping, Sequence

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from participation.access.rules import ANSWER
from participation.evaluation import batches
from participation.evaluation.worklist import chosen_references
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid, Unknown
from participation.pages.account_forms import blame
from participation.pages.worklist_forms import ActForm
from participation.pages.worklist_routes import actor, bp, filters, list_url
from participation.pages.worklist_show import list_page
from participation.web.guard import access

AT_ONCE = 100  # contributions that an address can name
Act = Callable[[Sequence[str], ActForm, int], object]
ACTS: Mapping[str, Act] = {
    "assign": lambda chosen, form, by: batches.assign_many(
        g.procedure, chosen, **form.assignee, due_on=form.due_on.data, actor_id=by
    ),
    "take_away": lambda chosen, _form, by: batches.take_away_many(g.procedure, chosen, actor_id=by),
    "tag": lambda chosen, form, by: batches.tag_many(g.procedure, chosen, form.keyword_id, actor_id=by),
    "untag": lambda chosen, form, by: batches.untag_many(g.procedure, chosen, form.keyword_id, actor_id=by),
    "work": lambda chosen, form, by: batches.set_work_many(g.procedure, chosen, form.to_work.data or "", actor_id=by),
    "district": lambda chosen, form, by: batches.set_district_many(
        g.procedure, chosen, form.to_district.data or "", actor_id=by
    ),
}


FIELDS = {  # of the services, as the form calls them
    "assignee": "to",
    "department": "to",
    "person": "to",
    "keyword": "to_keyword",
    "work": "to_work",
    "district": "to_district",
}


@bp.post("/act")
@access(ANSWER)
def act() -> ResponseReturnValue:
    """Do what the button says with everything that is ticked; not possible: the same page with everything typed."""
    form, ticked, by, do = ActForm(), request.form.getlist("chosen"), actor(), request.form.get("act", "")
    chosen = chosen_references(g.procedure, filters(), by, batches.MOST) if form.everything.data else ticked
    if do == "answer" and len(chosen) <= AT_ONCE:
        return redirect(_answer(chosen))
    if do not in (*ACTS, "answer"):
        raise Unknown
    if do == "answer":
        form.form_errors.append(_l("Eine gemeinsame Antwort geht an höchstens %(most)s Beiträge.", most=AT_ONCE))
    if not form.validate() or do == "answer":
        return list_page(form, frozenset(ticked)), 422
    try:
        with writing():
            ACTS[do](chosen, form, by)
    except Invalid as problem:
        problem.field = FIELDS.get(problem.field, problem.field)
        blame(form, problem)
        return list_page(form, frozenset(ticked)), problem.status
    return redirect(_back())


def _answer(chosen: Sequence[str]) -> str:
    if not chosen:
        return _back(done="nothing-chosen")
    return url_for("answers.write", reference=list(chosen))


def _back(**more: str) -> str:
    return list_url(filters(), after=request.args.get("after"), **more)


@bp.post("/acts/<int:number>/undo")
@access(ANSWER)
def undo(number: int) -> ResponseReturnValue:
    """Take it back."""
    batch = batches.batch_of(g.procedure, number, actor())
    with writing():
        undone = batches.take_back(batch)
    return redirect(_back(done="worklist-undone-partly" if undone.left else "worklist-undone"))
