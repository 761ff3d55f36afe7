"""The team of an authority: who has which role, inviting, taking a role back."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from participation.access.rules import INVITE
from participation.access.team import invite, open_invitations, procedures_of, take_grant, team_of
from participation.interfaces import Role
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.pages.account_forms import InviteForm, blame
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("staff", __name__)


@bp.route("/<tenant>/-/team", methods=["GET", "POST"])
@access(INVITE)
def team() -> ResponseReturnValue:
    """Everybody with a role here; by POST invite somebody."""
    form = InviteForm()
    form.offer(procedures_of(g.tenant.id))
    if form.validate_on_submit() and _has_invited(form):
        return redirect(url_for("staff.team", done="invited"))
    page = render_template(
        "pages/staff/team.html",
        staff_nav=staff_nav(),
        form=form,
        rows=team_of(g.tenant.id),
        invitations=open_invitations(g.tenant.id),
    )
    return page, 422 if form.errors else 200


def _has_invited(form: InviteForm) -> bool:
    procedure_id = int(form.procedure.data) or None
    try:
        with writing():
            invite(
                form.email.data,
                Role(form.role.data),
                g.tenant.id,
                procedure_id,
                actor_id=g.viewer.person.id,
                language=str(get_locale()),
            )
        return True
    except Invalid as error:
        blame(form, error)
        return False


@bp.post("/<tenant>/-/team/<int:number>/take")
@access(INVITE)
def take(number: int) -> ResponseReturnValue:
    """Take a role back; the person is logged out everywhere."""
    with writing():
        take_grant(number, g.tenant.id, actor_id=g.viewer.person.id)
    return redirect(url_for("staff.team", done="role-taken"))
