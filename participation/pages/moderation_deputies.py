"""Who stands in for whom: one's own deputy for some days, and for the administration everybody's."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.access.deputies import colleagues, deputies, end_deputy, name_deputy
from participation.access.rules import ADMINISTER, can
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.moderation.desk import work_at
from participation.pages.account_forms import blame
from participation.pages.moderation_routes import actor, bp, desk
from participation.pages.moderation_setting_forms import DeputyForm
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.route("/<tenant>/-/moderation/deputies", methods=["GET", "POST"])
@personal
def deputy_list() -> ResponseReturnValue:
    """Who stands in from today on; by POST name somebody for oneself."""
    here, me, form, tenant_id = desk(), actor(), DeputyForm(), g.tenant.id
    form.deputy.choices = [entry for entry in colleagues(tenant_id) if entry[0] != me]
    if form.validate_on_submit() and _has_named(tenant_id, me, form):
        return redirect(url_for("moderation.deputy_list", done="saved"))
    page = render_template(
        "pages/moderation/deputies.html",
        staff_nav=staff_nav(work_at(here)),
        rows=deputies(tenant_id),
        form=form,
        me=me,
        whole=_administers(),
    )
    return page, 422 if form.errors else 200


def _has_named(tenant_id: int, me: int, form: DeputyForm) -> bool:
    days = {"begins_on": form.begins_on.data, "ends_on": form.ends_on.data}
    try:
        with writing():
            name_deputy(tenant_id, person_id=me, deputy_id=form.deputy.data, **days)
        return True
    except Invalid as problem:
        blame(form, problem)
        return False


@bp.post("/<tenant>/-/moderation/deputies/<int:number>/end")
@personal
def end_deputation(number: int) -> ResponseReturnValue:
    """End it now."""
    desk()
    tenant_id, me, whole = g.tenant.id, actor(), _administers()
    with writing():
        end_deputy(number, tenant_id, person_id=me, whole=whole)
    return redirect(url_for("moderation.deputy_list", done="saved"))


def _administers() -> bool:
    return can(g.viewer, ADMINISTER, g.tenant).allowed
