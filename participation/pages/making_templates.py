"""The templates of an authority: share them, take those of others over, remove them."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import MANAGE
from participation.kernel.db import writing
from participation.pages.making_routes import bp
from participation.procedures.templates import (
    own_templates,
    remove_template,
    share_template,
    shared_templates,
    take_template,
    template_at,
)
from participation.web.checkbox import is_said
from participation.web.guard import access
from participation.web.staff_nav import staff_nav


@bp.get("/<tenant>/-/staff/templates")
@access(MANAGE)
def templates() -> ResponseReturnValue:
    """The own templates, and those other authorities share."""
    return render_template(
        "pages/manage/templates.html",
        staff_nav=staff_nav(),
        own=own_templates(g.tenant.id),
        shared=shared_templates(g.tenant.id),
    )


@bp.post("/<tenant>/-/staff/templates/<int:number>/share")
@access(MANAGE)
def share(number: int) -> ResponseReturnValue:
    """Offer a template to other authorities, or end that."""
    shared = is_said("shared")
    with writing():
        share_template(template_at(g.tenant.id, number), shared, actor_id=g.viewer.person.id)
    return redirect(url_for("making.templates", done="template-shared" if shared else "template-unshared"))


@bp.post("/<tenant>/-/staff/templates/<int:number>/take")
@access(MANAGE)
def take(number: int) -> ResponseReturnValue:
    """Take a shared template over as an own one."""
    with writing():
        take_template(g.tenant, number, actor_id=g.viewer.person.id)
    return redirect(url_for("making.templates", done="template-taken"))


@bp.post("/<tenant>/-/staff/templates/<int:number>/remove")
@access(MANAGE)
def remove(number: int) -> ResponseReturnValue:
    """Remove an own template."""
    with writing():
        remove_template(template_at(g.tenant.id, number), actor_id=g.viewer.person.id)
    return redirect(url_for("making.templates", done="template-removed"))
