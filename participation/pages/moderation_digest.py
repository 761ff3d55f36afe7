"""Whether a moderator gets a mail a day about what waits: one's own choice."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.kernel.db import writing
from participation.moderation.desk import work_at
from participation.moderation.digest import choose_digest, gets_digest
from participation.pages.moderation_routes import actor, bp, desk
from participation.pages.moderation_sorting_forms import DigestForm
from participation.tenants.attendance import attendance_of
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.route("/<tenant>/-/moderation/digest", methods=["GET", "POST"])
@personal
def digest() -> ResponseReturnValue:
    """What it is and when it comes; by POST want it or not."""
    here, me, tenant_id = desk(), actor(), g.tenant.id
    form = DigestForm(wanted=gets_digest(g.tenant, me))
    if form.validate_on_submit():
        with writing():
            choose_digest(tenant_id, me, wanted=form.wanted.data)
        return redirect(url_for("moderation.digest", done="saved"))
    page = render_template(
        "pages/moderation/digest.html",
        staff_nav=staff_nav(work_at(here)),
        form=form,
        hours=attendance_of(g.tenant),
    )
    return page, 422 if form.errors else 200
