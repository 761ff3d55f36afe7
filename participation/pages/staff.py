"""The team of an authority: who has which role, inviting, giving and taking roles, second factors."""

from collections.abc import Callable

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from participation.access.members import MEANING, end_work, may_reset, member_at, members_of, reset_second_factor
from participation.access.rules import INVITE
from participation.access.team import give_role, invite, open_invitations, procedures_of, take_grant
from participation.accounts.queries import person_at
from participation.interfaces import Role
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.pages.account_forms import blame
from participation.pages.staff_forms import InviteForm, RoleForm
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("staff", __name__)


@bp.route("/<tenant>/-/team", methods=["GET", "POST"])
@access(INVITE)
def team() -> ResponseReturnValue:
    """Everybody who works here; by POST invite somebody."""
    form = InviteForm()
    form.offer(procedures_of(g.tenant.id))
    if form.validate_on_submit() and _has_done(form, lambda: _invite(form)):
        return redirect(url_for("staff.team", done="invited"))
    page = render_template(
        "pages/staff/team.html",
        staff_nav=staff_nav(),
        form=form,
        members=members_of(g.tenant.id),
        invitations=open_invitations(g.tenant.id),
        meaning=MEANING,
    )
    return page, 422 if form.errors else 200


@bp.route("/<tenant>/-/team/<int:number>", methods=["GET", "POST"])
@access(INVITE)
def member(number: int) -> ResponseReturnValue:
    """One of them; by POST give a further role."""
    found, form, person = member_at(number, g.tenant.id), RoleForm(), person_at(number)
    assert person is not None, "a member is somebody"
    form.offer(procedures_of(g.tenant.id))
    if form.validate_on_submit() and _has_done(form, lambda: _give(form, number)):
        return redirect(url_for("staff.member", number=number, done="saved"))
    page = render_template(
        "pages/staff/member.html",
        staff_nav=staff_nav(),
        form=form,
        member=found,
        meaning=MEANING,
        no_reset=may_reset(g.viewer, person, g.tenant.id),
        myself=number == g.viewer.person.id,
    )
    return page, 422 if form.errors else 200


def _has_done(form: RoleForm, act: Callable[[], None]) -> bool:
    """The act, with its errors at the fields."""
    try:
        with writing():
            act()
        return True
    except Invalid as error:
        blame(form, error)
        return False


def _invite(form: InviteForm) -> None:
    on = {"actor_id": g.viewer.person.id, "language": str(get_locale())}
    invite(form.email.data, Role(form.role.data), g.tenant.id, form.procedure_id, **on)


def _give(form: RoleForm, number: int) -> None:
    give_role(number, Role(form.role.data), g.tenant.id, form.procedure_id, actor_id=g.viewer.person.id)


@bp.post("/<tenant>/-/team/<int:number>/take")
@access(INVITE)
def take(number: int) -> ResponseReturnValue:
    """Take a role back; the person is logged out everywhere."""
    with writing():
        take_grant(number, g.tenant.id, actor_id=g.viewer.person.id)
    return redirect(url_for("staff.team", done="role-taken"))


@bp.post("/<tenant>/-/team/<int:number>/reset")
@access(INVITE)
def reset(number: int) -> ResponseReturnValue:
    """Take the second factor off somebody who lost it."""
    with writing():
        reset_second_factor(number, g.tenant.id, who=g.viewer)
    return redirect(url_for("staff.member", number=number, done="factor-reset"))


@bp.post("/<tenant>/-/team/<int:number>/end")
@access(INVITE)
def end(number: int) -> ResponseReturnValue:
    """End somebody's work here: every role is taken back."""
    with writing():
        end_work(number, g.tenant.id, actor_id=g.viewer.person.id)
    return redirect(url_for("staff.team", done="work-ended"))
