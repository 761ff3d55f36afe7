"""The page on which staff arrange the categories."""

from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from modules.ideas.actions import PREPARE
from modules.ideas.forms import CategoryForm
from modules.ideas.queries import CategoryItem, categories_of
from modules.ideas.routes import bp
from modules.ideas.services import add_category, change_category, departments_for, move_category, remove_category
from participation.evaluation.departments import departments_of
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

STEPS = {"up": -1, "down": 1}


@bp.get("/setup")
@access(PREPARE)
def setup() -> ResponseReturnValue:
    """The categories, and the form for a new one or for one that is changed (`?category=`)."""
    found = _chosen()
    return _page(_form(found, sent=False), found)


@bp.post("/setup")
@access(PREPARE)
def save() -> ResponseReturnValue:
    """Keep a category."""
    found = _chosen()
    form = _form(found)
    if not form.validate_on_submit():
        return _page(form, found), 422
    said: dict[str, Any] = {
        "title": form.title.data or "",
        "colour": form.colour.data or "",
        "shape": form.shape.data or "",
        "department_id": form.department_id.data if "department_id" in form else None,
    }
    actor = g.viewer.person.id
    try:
        with writing():
            if found:
                change_category(g.activity, found.key, **said, actor_id=actor)
            else:
                add_category(g.activity, **said, actor_id=actor)
    except Invalid as invalid:
        form[invalid.field].errors = [*form[invalid.field].errors, invalid.sentence]
        return _page(form, found), 422
    return redirect(url_for("ideas.setup", done="saved"), 303)


@bp.post("/setup/<key>/<any(up, down, remove):act>")
@access(PREPARE)
def arrange(key: str, act: str) -> ResponseReturnValue:
    """Move a category, or take it out."""
    try:
        with writing():
            if act == "remove":
                remove_category(g.activity, key, actor_id=g.viewer.person.id)
            else:
                move_category(g.activity, key, STEPS[act], actor_id=g.viewer.person.id)
    except Conflict as conflict:
        return _page(_form(None, sent=False), None, conflict.sentence), conflict.status
    return redirect(url_for("ideas.setup", done="saved"), 303)


def _chosen() -> CategoryItem | None:
    """The category of `?category=`; one that is gone is 404."""
    key = request.args.get("category", "")
    found = next((category for category in categories_of(g.activity) if category.key == key), None)
    if key and found is None:
        abort(404)
    return found


def _form(found: CategoryItem | None, *, sent: bool = True) -> CategoryForm:
    """The form with what the category has, and what was `sent`; with the departments of the authority."""
    kept = found._asdict() if found else None
    form = CategoryForm(data=kept) if sent else CategoryForm(formdata=None, data=kept)
    form.offer(departments_for(g.activity, found.department_id if found else None))
    return form


def _page(form: CategoryForm, found: CategoryItem | None, problem: object = "") -> str:
    return render_template(
        "ideas/setup.html",
        staff_nav=staff_nav(),
        categories=categories_of(g.activity),
        departments={row.id: row.title for row in departments_of(g.tenant.id)},
        form=form,
        found=found,
        problem=problem,
    )
