"""Passkeys of the own account: make one, remove one, and the tasks that browsers have to sign."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.accounts import passkeys
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.pages.account_entering import enter as log_in
from participation.pages.account_forms import blame
from participation.pages.second_factor import recovery_codes, then
from participation.pages.second_factor_forms import PasskeyForm
from participation.web.again import again
from participation.web.guard import LoginNeeded, personal, public
from participation.web.passkey_place import has_passkeys, passkey_place
from participation.web.routes import everywhere
from participation.web.sessions import awaited_person, current_key

bp = Blueprint("passkeys", __name__)


@everywhere(bp, "/second-factor/passkey", methods=["GET", "POST"])
@personal
@again
def add() -> ResponseReturnValue:
    """Name a new passkey and make it; all other log-ins end. The first one comes with recovery codes."""
    form, person = PasskeyForm(), g.viewer.person
    if form.validate_on_submit():
        try:
            with writing():
                answer, key = form.passkey.data or "", current_key() or ""
                codes = passkeys.add(person, answer, form.name.data, passkey_place(), key=key)
                log_in(person, proven=True)
            target = url_for("second_factor.show", done="passkey-added", next=then())
            return recovery_codes(codes, first=True) if codes else redirect(target)
        except Invalid as error:
            blame(form, error)
    here = has_passkeys()
    page = render_template("pages/second_factor/passkey.html", form=form, possible=here, host=passkey_place().host)
    return page, 422 if form.errors else 200


@everywhere(bp, "/second-factor/passkey/<int:number>/remove", methods=["POST"])
@personal
@again
def remove(number: int) -> ResponseReturnValue:
    """Remove one of one's own; all other log-ins end."""
    with writing():
        passkeys.remove(g.viewer.person, number)
        log_in(g.viewer.person, proven=True)
    return redirect(url_for("second_factor.show", done="passkey-removed"))


@everywhere(bp, "/second-factor/passkey/task/<any(make, show):kind>", methods=["POST"])
@public
def task(kind: str) -> dict[str, Any]:
    """What the browser has to sign, as JSON: to make a passkey, or to show one in the second step of a log-in."""
    person = g.viewer.person or (awaited_person() if kind == "show" else None)
    key = current_key()
    if person is None or key is None:
        raise LoginNeeded(passkeys.LOG_IN)
    set_task = passkeys.task_to_show if kind == "show" else passkeys.task_to_make
    with writing():
        return set_task(person, passkey_place(), key=key)
