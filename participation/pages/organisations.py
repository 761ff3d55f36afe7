"""Organisations with several people: the authority vouches for them, they name members, who coordinates submits."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField

from participation.access.rules import MANAGE
from participation.accounts import organisations as service
from participation.accounts.models import Organisation
from participation.contributions.handing_over import submitted_for, waiting_for
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid, Unknown
from participation.pages.account_forms import blame
from participation.web.checkbox import BooleanField
from participation.web.guard import access, personal
from participation.web.staff_nav import staff_nav

bp = Blueprint("organisations", __name__, url_prefix="/<tenant>/-")
EMAIL_HELP = _l("Die Person meldet sich mit dieser Adresse an. Sie muss noch kein Konto haben.")


class OrganisationForm(FlaskForm):  # type: ignore[misc]
    """A new organisation, and who coordinates it."""

    name = StringField(_l("Name der Organisation"), description=_l("So, wie er bei den Beiträgen stehen soll."))
    email = EmailField(_l("E-Mail-Adresse der Koordination"), description=EMAIL_HELP)


class MemberForm(FlaskForm):  # type: ignore[misc]
    """Somebody who may write for an organisation."""

    email = EmailField(_l("E-Mail-Adresse"), description=EMAIL_HELP)
    coordinates = BooleanField(_l("Diese Person koordiniert: Sie gibt Entwürfe frei und sendet sie ab."))


@bp.route("/organisations", methods=["GET", "POST"])
@access(MANAGE)
def index() -> ResponseReturnValue:
    """The organisations this authority vouches for; by POST one more."""
    form = OrganisationForm()
    if form.validate_on_submit() and (number := _made(form)):
        return redirect(url_for("organisations.show", number=number, done="organisation-made"), 303)
    rows = service.organisations(g.tenant.id)
    page = render_template("pages/organisations/index.html", staff_nav=staff_nav(), form=form, rows=rows)
    return page, 422 if form.errors else 200


def _made(form: OrganisationForm) -> int | None:
    tenant_id, actor_id = g.tenant.id, g.viewer.person.id
    try:
        with writing():
            made = service.vouch_for(tenant_id, form.name.data or "", form.email.data or "", actor_id=actor_id)
            return made.id
    except Invalid as error:
        blame(form, error)
        return None


@bp.route("/organisations/<int:number>", methods=["GET", "POST"])
@access(MANAGE)
def show(number: int) -> ResponseReturnValue:
    """One organisation with its members; by POST one more."""
    form, organisation = MemberForm(), _organisation(number)
    if form.validate_on_submit() and _added(form, organisation):
        return redirect(url_for("organisations.show", number=organisation.id, done="organisation-joined"), 303)
    page = render_template("pages/organisations/show.html", staff_nav=staff_nav(), **_shown(form, organisation))
    return page, 422 if form.errors else 200


@bp.post("/organisations/<int:number>/close")
@access(MANAGE)
def close(number: int) -> ResponseReturnValue:
    """Do not vouch for it any more."""
    organisation, actor_id = _organisation(number), g.viewer.person.id
    with writing():
        service.close_organisation(organisation, actor_id=actor_id)
    return redirect(url_for("organisations.index", done="organisation-closed"), 303)


@bp.post("/organisations/<int:number>/members/<int:member>/remove")
@access(MANAGE)
def remove(number: int, member: int) -> ResponseReturnValue:
    """Take a member off."""
    return _removed(_organisation(number), member, "organisations.show")


@bp.get("/organisation")
@personal
def mine() -> str:
    """What somebody does for organisations: drafts that wait, what was submitted."""
    person = g.viewer.person
    memberships = service.memberships(person, g.tenant.id)
    return render_template(
        "pages/organisations/mine.html",
        memberships=memberships,
        waiting=waiting_for(person, g.tenant.id),
        submitted=submitted_for({entry.organisation_id for entry in memberships}),
    )


@bp.route("/organisation/<int:number>", methods=["GET", "POST"])
@personal
def members(number: int) -> ResponseReturnValue:
    """The members of an organisation, for who coordinates it."""
    form, organisation = MemberForm(), _coordinated(number)
    if form.validate_on_submit() and _added(form, organisation):
        return redirect(url_for("organisations.members", number=organisation.id, done="organisation-joined"), 303)
    page = render_template("pages/organisations/members.html", **_shown(form, organisation))
    return page, 422 if form.errors else 200


@bp.post("/organisation/<int:number>/members/<int:member>/remove")
@personal
def remove_member(number: int, member: int) -> ResponseReturnValue:
    """Take a member off, as who coordinates it."""
    return _removed(_coordinated(number), member, "organisations.members")


def _shown(form: MemberForm, organisation: Organisation) -> dict[str, Any]:
    return {"form": form, "organisation": organisation, "members": service.members_of(organisation)}


def _added(form: MemberForm, organisation: Organisation) -> bool:
    values = {"coordinates": form.coordinates.data, "actor_id": g.viewer.person.id}
    try:
        with writing():
            service.add_member(organisation, form.email.data or "", **values)
        return True
    except Invalid as error:
        blame(form, error)
        return False


def _removed(organisation: Organisation, member: int, endpoint: str) -> ResponseReturnValue:
    number, actor_id = organisation.id, g.viewer.person.id
    with writing():
        service.remove_member(organisation, member, actor_id=actor_id)
    return redirect(url_for(endpoint, number=number, done="organisation-left"), 303)


def _organisation(number: int) -> Organisation:
    if number >= 2**63:
        raise Unknown
    return service.organisation_at(number, g.tenant.id)


def _coordinated(number: int) -> Organisation:
    mine = service.memberships(g.viewer.person, g.tenant.id)
    if not any(entry.organisation_id == number and entry.coordinates for entry in mine):
        raise Unknown
    return _organisation(number)
