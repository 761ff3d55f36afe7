"""What an authority sets for moderation: its text blocks, its hours, whom it calls."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import ADMINISTER, MODERATE
from participation.kernel.db import db, writing
from participation.kernel.refusal import Invalid
from participation.moderation.desk import work_at
from participation.moderation.text_blocks import keep_text_block, remove_text_block, text_blocks
from participation.pages.account_forms import blame
from participation.pages.moderation_routes import actor, bp, desk, small_number
from participation.pages.moderation_setting_forms import HoursForm, TextBlockForm
from participation.tenants.attendance import attendance_of, set_attendance
from participation.tenants.models import Tenant
from participation.web.guard import access
from participation.web.staff_nav import staff_nav


@bp.route("/<tenant>/-/moderation/text-blocks", methods=["GET", "POST"])
@access(MODERATE)
def text_block_list() -> ResponseReturnValue:
    """All text blocks; one of them, or a new one, in the form; by POST keep it."""
    tenant_id, by, number = g.tenant.id, actor(), small_number(request.args.get("number"))
    blocks = text_blocks(tenant_id)
    form = TextBlockForm(obj=next((block for block in blocks if block.id == number), None))
    if form.validate_on_submit():
        try:
            with writing():
                words = {"reason": form.reason.data, "title": form.title.data, "text": form.text.data}
                keep_text_block(tenant_id, number, actor_id=by, **words)
            return redirect(url_for("moderation.text_block_list", done="saved"))
        except Invalid as problem:
            blame(form, problem)
    page = render_template(
        "pages/moderation/text_blocks.html",
        staff_nav=staff_nav(work_at(desk())),
        blocks=blocks,
        form=form,
        number=number,
    )
    return page, 422 if form.errors else 200


@bp.post("/<tenant>/-/moderation/text-blocks/<int:number>/remove")
@access(MODERATE)
def remove_block(number: int) -> ResponseReturnValue:
    """Throw one away."""
    tenant_id, by = g.tenant.id, actor()
    with writing():
        remove_text_block(tenant_id, number, actor_id=by)
    return redirect(url_for("moderation.text_block_list", done="saved"))


@bp.route("/<tenant>/-/moderation/hours", methods=["GET", "POST"])
@access(ADMINISTER)
def hours() -> ResponseReturnValue:
    """When somebody looks after what comes in, what happens otherwise, who is called when it is urgent."""
    form, tenant_id, by = HoursForm(data=HoursForm.values_of(attendance_of(g.tenant))), g.tenant.id, actor()
    if form.validate_on_submit():
        try:
            with writing():
                set_attendance(db.session.get_one(Tenant, tenant_id), form.attendance(), actor_id=by)
            return redirect(url_for("moderation.hours", done="saved"))
        except Invalid as problem:
            blame(form, problem)
    page = render_template("pages/moderation/hours.html", staff_nav=staff_nav(work_at(desk())), form=form)
    return page, 422 if form.errors else 200
