"""What an authority sets for itself: look, legal pages, formats."""

from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from participation.access.members import members_of
from participation.access.rules import ADMINISTER
from participation.accounts.services import normalise_email
from participation.kernel.db import writing
from participation.kernel.files import FileRefused
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.kernel.text import TextProblem, render_rich
from participation.pages.account_forms import blame
from participation.pages.administration_forms import (
    MAP_KINDS,
    STATE_NAMES,
    FormatsForm,
    LookForm,
    MapForm,
    PageForm,
    PlanningForm,
)
from participation.procedures.queries import procedures_with_formats
from participation.procedures.schedule import LEAD_DAYS
from participation.tenants.colours import DARK_PAGE, LIGHT_PAGE, in_words, is_colour, readable_on, text_on
from participation.tenants.map_sources import MapSource, map_source, set_map_source
from participation.tenants.models import LEGAL_PAGES, LegalPage
from participation.tenants.queries import legal_page, legal_pages
from participation.tenants.services import (
    change_tenant,
    look_mark,
    set_logo,
    set_planning,
    shrunk_logo,
    switch_modules,
    text_mark,
    write_legal_page,
)
from participation.web.guard import access
from participation.web.site import legal_title
from participation.web.staff_nav import staff_nav

bp = Blueprint("administration", __name__)

NO_ALT = _l("Bitte beschreiben Sie das Logo in einem kurzen Satz.")


@bp.get("/<tenant>/-/settings/portal")
@access(ADMINISTER)
def show() -> str:
    """Everything there is to set, and what is missing."""
    pages = legal_pages(g.tenant.id)
    members = members_of(g.tenant.id)
    return render_template(
        "pages/administration/show.html",
        staff_nav=staff_nav(),
        pages=[(key, legal_title(key), key in pages) for key in LEGAL_PAGES],
        formats=[module.title for module in current_app.extensions["registry"] if module.name in g.tenant.modules],
        planning=_planning(),
        map_kind=MAP_KINDS[map_source(g.tenant).kind],
        map_host=map_source(g.tenant).host,
        states=dict(STATE_NAMES),
        people=len(members),
        tenant=g.tenant,
        contact=current_app.config["SETTINGS"]["contact"],
        unprotected=sum(1 for member in members if member.protected_since is None),
    )


@bp.route("/<tenant>/-/settings/look", methods=["GET", "POST"])
@access(ADMINISTER)
def look() -> ResponseReturnValue:
    """Name, colour, logo, contact; `act=preview` shows the colour and stores nothing."""
    form, status = LookForm(obj=g.tenant), 200
    if not form.is_submitted():
        form.seen.data = look_mark(g.tenant)
    elif form.validate() and request.form.get("act") != "preview":
        status = _saved_look(form)
        if status == 302:
            return redirect(url_for("administration.look", done="saved"))
    colour = form.colour.data if is_colour(form.colour.data or "") else g.tenant.colour
    page = render_template(
        "pages/administration/look.html",
        staff_nav=staff_nav(),
        form=form,
        shown=preview_of(colour),
        status=status,
        tenant=g.tenant,
    )
    return page, 422 if form.errors and status == 200 else status


def _saved_look(form: LookForm) -> int:
    """302 when it is stored; else the status of the page that says what is in the way."""
    values = {name: (form[name].data or "").strip() for name in ("name", "short_name", "claim", "colour", "logo_alt")}
    actor_id = g.viewer.person.id
    try:
        values |= {"address": (form.address.data or "").strip()}
        values |= {"contact_email": normalise_email(form.contact_email.data)}
        sent = form.logo.data.read() if form.logo.data else b""
        logo = shrunk_logo(sent) if sent else b""
        if (logo or g.tenant.logo_hash) and not values["logo_alt"]:
            raise Invalid(NO_ALT, field="logo_alt")
        with writing():
            change_tenant(g.tenant, actor_id=actor_id, seen=form.seen.data, **values)
            if logo:
                set_logo(g.tenant, logo, values["logo_alt"], actor_id=actor_id)
        return 302
    except Conflict as error:
        form.form_errors.append(error.sentence)
        form.seen.data = look_mark(g.tenant)
        return 409
    except FileRefused as error:
        form.logo.errors = [error.sentence]
    except Invalid as error:
        error.field = "contact_email" if error.field == "email" else error.field
        blame(form, error)
    return 422


@bp.get("/<tenant>/-/settings/look/colour")
@access(ADMINISTER)
def colour() -> dict[str, Any]:
    """How a colour can be read, for the page's script. Raises Unknown for what is none."""
    wanted = request.args.get("value", "")
    if not is_colour(wanted):
        raise Unknown
    shown = preview_of(wanted)
    return shown | {"words": [str(sentence) for sentence in shown["words"]]}


def preview_of(colour: str) -> dict[str, Any]:
    """The colours as pages would use them, and words about them."""
    light, dark = readable_on(colour, LIGHT_PAGE), readable_on(colour, DARK_PAGE)
    return {"light": light, "dark": dark, "text": text_on(light), "on_dark": text_on(dark), "words": in_words(colour)}


@bp.route("/<tenant>/-/settings/pages/<key>", methods=["GET", "POST"])
@access(ADMINISTER)
def text(key: str) -> ResponseReturnValue:
    """Write a legal page; `act=preview` shows it and stores nothing. Raises Unknown."""
    if key not in LEGAL_PAGES:
        raise Unknown
    stored, form, html, status = legal_page(g.tenant.id, key), PageForm(), None, 200
    if not form.is_submitted():
        form.source.data, form.seen.data = stored.source if stored else "", _mark(stored)
    elif form.validate() and request.form.get("act") == "preview":
        html = render_rich(form.source.data)
    elif form.validate():
        status = _saved_text(key, form)
        if status == 302:
            return redirect(url_for("administration.show", done="saved"))
        stored = legal_page(g.tenant.id, key)
    page = render_template(
        "pages/administration/text.html",
        staff_nav=staff_nav(), form=form, title=legal_title(key), key=key, stored=stored, html=html, status=status,
    )  # fmt: skip
    return page, status


def _saved_text(key: str, form: PageForm) -> int:
    """302 when it is stored; else the status of the page that says what is in the way."""
    try:
        with writing():
            write_legal_page(g.tenant, key, form.source.data or "", seen=form.seen.data, actor_id=g.viewer.person.id)
        return 302
    except Conflict as error:
        form.form_errors.append(error.sentence)
        form.seen.data = _mark(legal_page(g.tenant.id, key))
        return 409
    except (Invalid, TextProblem) as error:
        form.source.errors = [error.sentence]
    return 422


def _mark(page: LegalPage | None) -> str:
    return text_mark(page.source if page else "")


@bp.route("/<tenant>/-/settings/formats", methods=["GET", "POST"])
@access(ADMINISTER)
def formats() -> ResponseReturnValue:
    """Which formats managers may place in new procedures. What runs stays."""
    registry = current_app.extensions["registry"]
    form = FormatsForm(names=g.tenant.modules)
    form.names.choices = [SelectChoice(module.name, module.title) for module in registry]
    if form.validate_on_submit():
        with writing():
            switch_modules(g.tenant, form.names.data, actor_id=g.viewer.person.id)
        return redirect(url_for("administration.formats", done="saved"))
    used = procedures_with_formats(g.tenant.id)
    gone = sorted(set(used) - {module.name for module in registry})
    page = render_template(
        "pages/administration/formats.html",
        staff_nav=staff_nav(), form=form, modules=list(registry), used=used, gone=gone,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/<tenant>/-/settings/planning", methods=["GET", "POST"])
@access(ADMINISTER)
def planning() -> ResponseReturnValue:
    """What the schedules here are measured by: the holidays of the state, and how early to announce."""
    form = PlanningForm(data=_planning())
    if form.validate_on_submit():
        values = {name: form[name].data for name in ("federal_state", "announcement_lead_days")}
        with writing():
            set_planning(g.tenant, actor_id=g.viewer.person.id, **values)
        return redirect(url_for("administration.planning", done="saved"))
    page = render_template("pages/administration/planning.html", staff_nav=staff_nav(), form=form)
    return page, 422 if form.errors else 200


def _planning() -> dict[str, Any]:
    planning: dict[str, Any] = {"federal_state": "", "announcement_lead_days": LEAD_DAYS} | g.tenant.settings
    return planning


@bp.route("/<tenant>/-/settings/map", methods=["GET", "POST"])
@access(ADMINISTER)
def ground() -> ResponseReturnValue:
    """Where maps take their pictures from. The page shows the map that is kept."""
    form = MapForm(data=map_source(g.tenant)._asdict())
    if form.validate_on_submit():
        try:
            with writing():
                source = MapSource(**{name: (form[name].data or "").strip() for name in MapSource._fields})
                set_map_source(g.tenant, source, actor_id=g.viewer.person.id)
            return redirect(url_for("administration.ground", done="saved"))
        except Invalid as error:
            blame(form, error)
    page = render_template(
        "pages/administration/ground.html", staff_nav=staff_nav(), form=form, source=map_source(g.tenant)
    )
    return page, 422 if form.errors else 200
