"""Barriers that somebody reported."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import MODERATE, role_refusal
from participation.kernel.db import writing
from participation.kernel.refusal import Unknown
from participation.moderation import reports
from participation.moderation.desk import desk_of, work_at
from participation.moderation.queue import barriers as reported_barriers
from participation.pages.moderation_routes import age, bp
from participation.web.guard import personal
from participation.web.routes import everywhere
from participation.web.staff_nav import staff_nav


@everywhere(bp, "/barriers", methods=["GET"])
@personal
def barriers() -> str:
    """Pages that somebody could not use; those of the central portal are the operator's."""
    _require_barriers()
    rows, following = reported_barriers(g.tenant.id if g.tenant else None, after=request.args.get("after"))
    work = work_at(desk_of(g.viewer, g.tenant)) if g.tenant else None
    return render_template(
        "pages/moderation/barriers.html",
        staff_nav=staff_nav(work),
        work=work,
        rows=rows,
        next=following,
        age=age,
    )


@everywhere(bp, "/barriers/<int:number>/close", methods=["POST"])
@personal
def close_barrier(number: int) -> ResponseReturnValue:
    """Say that a barrier was dealt with."""
    _require_barriers()
    tenant_id = g.tenant.id if g.tenant else None
    with writing():
        reports.close_barrier(number, tenant_id)
    return redirect(url_for("moderation.barriers", done="barrier-closed"))


def _require_barriers() -> None:
    if g.tenant is None and not g.viewer.operates:
        raise Unknown
    if g.tenant is not None and not g.viewer.roles_at(g.tenant.id) & MODERATE.staff:
        raise role_refusal(g.viewer, MODERATE, g.tenant.id)
