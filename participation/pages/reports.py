"""Pages: report a contribution or a barrier. Both work without an account, and also after the end of all phases."""

from datetime import timedelta

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from participation.contributions.form_keys import sent_before
from participation.contributions.trust import step_of_viewer
from participation.kernel.db import writing
from participation.kernel.limits import allow, network
from participation.kernel.refusal import Refused, Unknown
from participation.moderation import queries
from participation.moderation.reports import report_barrier, report_contribution
from participation.pages.report_forms import BarrierForm, ReportForm
from participation.web.guard import public
from participation.web.routes import everywhere

DAILY = 20  # reports of one kind from one network

bp = Blueprint("reports", __name__)


@bp.route("/<tenant>/<procedure>/-/contributions/<reference>/report", methods=["GET", "POST"])
@public
def contribution(reference: str) -> ResponseReturnValue:
    """Say that a contribution breaks the rules; it stays visible until a human has decided."""
    reported = queries.reportable(g.procedure, reference)
    if reported is None:
        raise Unknown
    form = ReportForm()
    if not form.validate_on_submit():
        page = render_template("pages/reports/contribution.html", form=form, item=reported)
        return page, 422 if form.errors else 200
    if not form.is_trapped:
        key, reason, email = form.form_key.data or "", form.reason.data, form.email.data or ""
        if sent_before(key, None) is None:
            _count("report")
        said = {"reason": reason, "note": form.note.data or "", "email": email, "key": key}
        with writing():
            weight = step_of_viewer(g.viewer, g.tenant.id)
            report_contribution(reported.id, reporter=_reporter(), weight=weight, **said)
    return redirect(url_for("contributions.show", reference=reference, done="reported"))


@everywhere(bp, "/barrier", methods=["GET", "POST"])
@public
def barrier() -> ResponseReturnValue:
    """Say that a page cannot be used; goes to the authority, on the central portal to its operator."""
    form = BarrierForm(page=request.args.get("page", "")[:500])
    if not form.validate_on_submit():
        return render_template("pages/reports/barrier.html", form=form), 422 if form.errors else 200
    tenant_id = g.tenant.id if g.tenant else None
    if not form.is_trapped:
        note, page, key = form.note.data, form.page.data or "", form.form_key.data or ""
        if sent_before(key, None) is None:
            _count("barrier")
        with writing():
            report_barrier(tenant_id, note=note, page=page, email=form.email.data or "", key=key)
    return redirect(url_for("portal.tenant_home" if tenant_id else "portal.home", done="barrier-reported"))


def _reporter() -> str:
    """Who it may be: the network, as a keyed hash, another one each day."""
    return network(request.remote_addr or "", current_app.config["SECRET_KEY"])


def _count(what: str) -> None:
    """At most 20 a day and network; more are refused with what was typed."""
    if not allow(what, _reporter(), DAILY, timedelta(days=1)):
        raise Refused(
            _l("Aus Ihrem Netz kamen heute schon viele Meldungen. Bitte senden Sie Ihre morgen noch einmal."),
            status=429,
        )
