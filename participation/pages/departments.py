"""The departments of an authority, planning offices outside it, and who works for them."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from participation.access.rules import ADMINISTER
from participation.access.team import procedures_of
from participation.evaluation import departments
from participation.evaluation.case_models import Department
from participation.evaluation.departments import department_at, departments_of, members_of_department
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.pages.account_forms import blame
from participation.pages.staff_forms import DepartmentForm, MemberForm
from participation.web.checkbox import is_said
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("departments", __name__, url_prefix="/<tenant>/-/departments")


@bp.route("", methods=["GET", "POST"])
@access(ADMINISTER)
def index() -> ResponseReturnValue:
    """All of them; by POST make a new one."""
    form = DepartmentForm()
    if form.validate_on_submit():
        values = {"external": form.kind.data == "external", "actor_id": g.viewer.person.id}
        try:
            with writing():
                made = departments.make_department(g.tenant, form.title.data or "", **values)
            return redirect(url_for("departments.show", number=made.id, done="department-made"))
        except Invalid as error:
            blame(form, error)
    rows = departments_of(g.tenant.id)
    page = render_template("pages/departments/index.html", staff_nav=staff_nav(), form=form, rows=rows)
    return page, 422 if form.errors else 200


@bp.get("/<int:number>")
@access(ADMINISTER)
def show(number: int) -> ResponseReturnValue:
    """One of them, with those who work for it."""
    return _page(department_at(g.tenant.id, number))


def _page(department: Department, status: int = 200, **forms: Any) -> ResponseReturnValue:
    kind = "external" if department.external else "internal"
    form = forms.get("form") or DepartmentForm(formdata=None, title=department.title, kind=kind)
    member_form = forms.get("member_form") or MemberForm(formdata=None)
    if "member_form" not in forms:
        member_form.offer(procedures_of(g.tenant.id))
    page = render_template(
        "pages/departments/show.html",
        staff_nav=staff_nav(),
        department=department,
        members=members_of_department(department),
        form=form,
        member_form=member_form,
    )
    return page, status


@bp.post("/<int:number>/change")
@access(ADMINISTER)
def change(number: int) -> ResponseReturnValue:
    """Another name, or another kind."""
    department, form = department_at(g.tenant.id, number), DepartmentForm()
    if form.validate_on_submit():
        values = {"external": form.kind.data == "external", "actor_id": g.viewer.person.id}
        try:
            with writing():
                departments.change_department(department, form.title.data or "", **values)
            return redirect(url_for("departments.show", number=number, done="saved"))
        except Invalid as error:
            blame(form, error)
    return _page(department, 422, form=form)


@bp.post("/<int:number>/members")
@access(ADMINISTER)
def add(number: int) -> ResponseReturnValue:
    """Somebody more: at once where the team knows them, else by invitation."""
    department, form = department_at(g.tenant.id, number), MemberForm()
    form.offer(procedures_of(g.tenant.id))
    if form.validate_on_submit():
        try:
            with writing():
                invited = _add(department, form)
            done = "invited" if invited else "member-added"
            return redirect(url_for("departments.show", number=number, done=done))
        except Invalid as error:
            blame(form, error)
    return _page(department, 422, member_form=form)


def _add(department: Department, form: MemberForm) -> bool:
    who = {"actor_id": g.viewer.person.id, "language": str(get_locale())}
    return departments.add_member(department, form.email.data or "", form.procedure_id, **who)


@bp.post("/<int:number>/members/<int:person>/remove")
@access(ADMINISTER)
def remove(number: int, person: int) -> ResponseReturnValue:
    """Somebody less; the roles stay."""
    actor_id = g.viewer.person.id
    with writing():
        departments.remove_member(department_at(g.tenant.id, number), person, actor_id=actor_id)
    return redirect(url_for("departments.show", number=number, done="member-removed"))


@bp.post("/<int:number>/close")
@access(ADMINISTER)
def close(number: int) -> ResponseReturnValue:
    """It gets nothing new any more; with `open=1` it does again."""
    closed, actor_id = not is_said("open"), g.viewer.person.id
    with writing():
        departments.close_department(department_at(g.tenant.id, number), closed=closed, actor_id=actor_id)
    done = "department-closed" if closed else "department-opened"
    return redirect(url_for("departments.show", number=number, done=done))
