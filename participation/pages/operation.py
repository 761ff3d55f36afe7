"""For those who run the installation: authorities, overview, health, people who lost their second factor."""

from datetime import timedelta
from pathlib import Path

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from participation.access.members import reset_second_factor
from participation.access.rules import OPERATE
from participation.access.team import invite
from participation.accounts.queries import person_by_email
from participation.accounts.second_factor import is_set
from participation.accounts.services import normalise_email
from participation.interfaces import Role
from participation.kernel import health as machine
from participation.kernel.clock import now
from participation.kernel.config import ROOT
from participation.kernel.db import db, writing
from participation.kernel.migrations import owners
from participation.kernel.refusal import Invalid, Refused
from participation.kernel.seal import Verification, tenants_with_events, verify
from participation.openness.installation import numbers_by_tenant, operators
from participation.pages.account_forms import blame
from participation.pages.operation_forms import NewTenantForm, ResetForm
from participation.procedures.overview import Filter, Sight, page_of_procedures
from participation.tenants.queries import tenants
from participation.tenants.services import create_tenant, switch_modules
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("operation", __name__, url_prefix="/-/operation")

EVERYTHING = Sight(everything=True)
LATE = timedelta(minutes=10)
SCARCE = 10**9  # bytes


@bp.get("")
@access(OPERATE)
def show() -> str:
    """All authorities with their numbers."""
    return render_template("pages/operation/show.html", staff_nav=staff_nav(), rows=numbers_by_tenant())


@bp.route("/new", methods=["GET", "POST"])
@access(OPERATE)
def create() -> ResponseReturnValue:
    """A new authority; its first administrator is invited."""
    form = NewTenantForm()
    if form.validate_on_submit():
        try:
            with writing():
                _create(form)
            return redirect(url_for("operation.show", done="tenant-made"))
        except Invalid as error:
            blame(form, error)
    page = render_template("pages/operation/new.html", staff_nav=staff_nav(), form=form)
    return page, 422 if form.errors else 200


def _create(form: NewTenantForm) -> None:
    contact = _address(form, "contact_email")
    admin = _address(form, "admin_email")
    on = {"kind": form.kind.data, "actor_id": g.viewer.person.id}
    tenant = create_tenant(slug=form.slug.data.strip(), name=form.name.data.strip(), contact_email=contact, **on)
    switch_modules(tenant, [module.name for module in current_app.extensions["registry"]], actor_id=on["actor_id"])
    invite(admin, Role.TENANT_ADMIN, tenant.id, actor_id=on["actor_id"], language=str(get_locale()))


def _address(form: NewTenantForm, name: str) -> str:
    try:
        return normalise_email(form[name].data)
    except Invalid as error:
        error.field = name
        raise


@bp.get("/procedures")
@access(OPERATE)
def procedures() -> str:
    """All procedures of all authorities, running ones first."""
    cards, after = page_of_procedures(Filter(), EVERYTHING, request.args.get("after"))
    more = url_for("operation.procedures", after=after) if after else None
    return render_template("pages/operation/procedures.html", staff_nav=staff_nav(), cards=cards, more_url=more)


@bp.get("/health")
@access(OPERATE)
def health() -> str:
    """How the machine is; with `?check=log` every chain of the log is walked."""
    settings, waiting = current_app.config["SETTINGS"], machine.outbox()
    free = machine.free_bytes(ROOT / Path(settings["data_folder"]))
    return render_template(
        "pages/operation/health.html",
        staff_nav=staff_nav(),
        late=waiting.due_since is not None and waiting.due_since < now() - LATE,
        full=free < SCARCE,
        engine=db.engine.dialect.name,
        behind=machine.behind(owners(current_app.extensions["registry"].folders())),
        refusals=[refusal.sentence for refusal in current_app.extensions["registry"].refusals],
        outbox=waiting,
        stuck=machine.stuck_deliveries(),
        seal=machine.seal(),
        chains=_chains() if request.args.get("check") == "log" else None,
        free=free,
        mail_server=settings["mail_server"],
    )


def _chains() -> list[tuple[str | None, Verification]]:
    names = {tenant.id: tenant.name for tenant in tenants()}
    return [(names.get(number), verify(number)) for number in tenants_with_events()]


@bp.post("/deliveries/<int:number>/retry")
@access(OPERATE)
def retry(number: int) -> ResponseReturnValue:
    """Try again what did not work."""
    with writing():
        machine.retry(number, actor_id=g.viewer.person.id)
    return redirect(url_for("operation.health", done="retried"))


@bp.route("/people", methods=["GET", "POST"])
@access(OPERATE)
def people() -> ResponseReturnValue:
    """Who runs the installation; by POST take the second factor off somebody who lost it."""
    form = ResetForm()
    if form.validate_on_submit():
        try:
            with writing():
                _reset(form.email.data)
            return redirect(url_for("operation.people", done="factor-reset"))
        except Invalid as error:
            blame(form, error)
        except Refused as error:
            form.email.errors = [error.sentence]
    page = render_template("pages/operation/people.html", staff_nav=staff_nav(), form=form, rows=operators())
    return page, 422 if form.errors else 200


def _reset(address: str) -> None:
    person = person_by_email(normalise_email(address))
    if person is None or not is_set(person.id):
        raise Invalid(_l("Unter dieser Adresse hat niemand einen zweiten Schritt eingerichtet."), field="email")
    reset_second_factor(person.id, None, who=g.viewer)
