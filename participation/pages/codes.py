"""Taking part with an access code from a letter, a school, an office: typed in, or by the QR code on the sheet."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField

from participation.kernel.db import writing
from participation.kernel.limits import wait_for
from participation.kernel.refusal import Invalid
from participation.pages.account_forms import blame, needed
from participation.pages.account_next import in_this_language, local_path
from participation.procedures.codes import knows, use_code
from participation.procedures.queries import procedure_by_id
from participation.web.errors import TooMany
from participation.web.guard import public
from participation.web.known_devices import here
from participation.web.security_log import note
from participation.web.sessions import enter_as_guest

bp = Blueprint("codes", __name__)

HOUR = timedelta(hours=1)
TRIES = 600  # in an hour from one network: a whole school may come in at the same time
WRONG = 20  # wrong ones among them


class CodeForm(FlaskForm):  # type: ignore[misc]
    """An access code as it stands on the sheet."""

    code = StringField(
        _l("Zugangscode"),
        needed(),
        description=_l("12 Zeichen, zum Beispiel K7QX-2MPA-9TRB. Große oder kleine Buchstaben sind gleich gut."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "maxlength": 40},
    )


@bp.route("/<tenant>/-/code", methods=["GET", "POST"])
@public
def enter() -> ResponseReturnValue:
    """Type a code; by POST take part as the one it stands for."""
    form = CodeForm()
    then = local_path(request.args.get("next"))
    if form.validate_on_submit():
        try:
            return redirect(_entered(form.code.data, then), 303)
        except Invalid as invalid:
            blame(form, invalid)
    return _page(form, then, 422 if form.errors else 200)


@bp.get("/<tenant>/-/code/<code>")
@public
def scanned(code: str) -> ResponseReturnValue:
    """Where the QR code of a sheet leads: the code stands there already, one button takes part with it."""
    return _page(CodeForm(data={"code": code[:40]}), None, 200, scanned=True)


def _page(form: CodeForm, then: str | None, status: int, **values: Any) -> ResponseReturnValue:
    html = render_template("pages/codes/enter.html", form=form, then=then, **values)
    return html, status, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def _entered(code: str, then: str | None) -> str:
    """Let the browser in as the one the code stands for, and say where to go on."""
    _slow_down(code)
    with writing():
        guest = use_code(g.tenant.id, code)
        enter_as_guest(guest)
        procedure = procedure_by_id(guest.procedure_id)
    path = in_this_language(then) if then else None
    return path or url_for("procedures.show", procedure=procedure.slug if procedure else "", done="code-accepted")


def _slow_down(code: str) -> None:
    who = here()
    if wait := wait_for("code", who, TRIES, HOUR):
        raise TooMany(wait)
    if not knows(g.tenant.id, code):
        note("log_in_failed", way="access_code")
        if wait := wait_for("code-wrong", who, WRONG, HOUR):
            raise TooMany(wait)
