"""Logging in and out, registering."""

from collections.abc import Callable

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from participation.accounts.limits import password_wait, password_was_right, register_wait
from participation.accounts.models import Person
from participation.accounts.passwords import checked_password, hash_password, is_outdated, is_right
from participation.accounts.queries import person_by_email
from participation.accounts.services import checked_name, normalise_email
from participation.accounts.services import register as begin_account
from participation.accounts.sessions import end_session_with
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.pages.account_entering import enter, go_on
from participation.pages.account_forms import LogInForm, RegisterForm, blame
from participation.pages.account_next import local_path, reason_for
from participation.pages.account_routes import bp
from participation.web.errors import TooMany
from participation.web.guard import public
from participation.web.known_devices import device_of, here
from participation.web.routes import everywhere
from participation.web.security_log import note
from participation.web.sessions import awaited_person, current_key
from participation.web.sessions import log_out as forget_session


def tenant_id() -> int | None:
    """The authority of this page; None at the portal over all."""
    return g.tenant.id if g.tenant else None


@everywhere(bp, "/log-in", methods=["GET", "POST"])
@public
def log_in() -> ResponseReturnValue:
    """By address and password."""
    form = LogInForm()
    then = local_path(request.args.get("next"))
    if getattr(session, "person", None) is not None and request.method == "GET":
        return redirect(then or url_for("account.participation"))
    if awaited_person() is not None and request.method == "GET":
        return redirect(url_for("second_factor.enter", next=then))
    person = _who_fits(form) if form.validate_on_submit() else None
    if person is None:
        page = render_template("pages/account/log_in.html", form=form, then=then, why=reason_for(then))
        return page, 422 if form.errors else 200
    fresh = hash_password(form.password.data) if is_outdated(person.password_hash or "") else None
    with writing():
        person.password_hash = fresh or person.password_hash
        password_was_right(person.email, device=device_of(person))
        enter(person)
        target = go_on(person, then=then, done="logged-in")
    return redirect(target)


def _who_fits(form: LogInForm) -> Person | None:
    """The person, if address and password fit; the same sentence and the same time for every other case."""
    try:
        email = normalise_email(form.email.data)
    except Invalid as error:
        blame(form, error)
        return None
    person = person_by_email(email)
    if wait := password_wait(email, device=device_of(person), network=here()):
        raise TooMany(wait)
    right = is_right(form.password.data, person.password_hash if person else None)
    if person is not None and right and person.confirmed_at is not None and person.blocked_at is None:
        return person
    note("log_in_failed", way="password", person=person.id if person else "-")
    form.form_errors.append(_("E-Mail-Adresse und Passwort passen nicht zusammen. Bitte prüfen Sie beides."))
    return None


@everywhere(bp, "/log-out", methods=["POST"])
@public
def log_out() -> ResponseReturnValue:
    """End the row, so that a copy of the cookie is worth nothing."""
    key = current_key()
    if key is not None:
        with writing():
            end_session_with(key)
    forget_session()
    return redirect(url_for("portal.tenant_home" if g.tenant else "portal.home", done="logged-out"))


@everywhere(bp, "/register", methods=["GET", "POST"])
@public
def register() -> ResponseReturnValue:
    """A new account; the answer does not tell whether the address is known."""
    form = RegisterForm()
    ways = {"then": local_path(request.args.get("next")), "draft": request.args.get("draft", "")[:64]}
    values = _checked(form) if form.is_submitted() else None
    if values is None:
        return render_template("pages/account/register.html", form=form, **ways), 422 if form.errors else 200
    if wait := register_wait(here()):
        raise TooMany(wait)
    email, name, password = values
    hashed, language = hash_password(password), str(get_locale())
    with writing():
        begin_account(
            email, tenant_id(), name=name, password_hash=hashed, language=language,
            draft_key=ways["draft"] or "", then=ways["then"] or "",
        )  # fmt: skip
    return redirect(url_for("account.sent"))


def _checked(form: RegisterForm) -> tuple[str, str, str] | None:
    """Address, name and password as they are stored; None with all sentences beside their fields at once."""
    form.validate()
    email = _tried(form, "email", normalise_email)
    name = _tried(form, "name", checked_name)
    password = _tried(form, "password", lambda text: checked_password(text, email=email, name=name))
    return None if form.errors else (email, name, password)


def _tried(form: RegisterForm, field: str, check: Callable[[str], str]) -> str:
    """A field as it is stored; "" where it has an error already, or gets one from the check."""
    if form[field].errors:
        return ""
    try:
        return check(form[field].data)
    except Invalid as error:
        blame(form, error)
        return ""


@everywhere(bp, "/mail-sent")
@public
def sent() -> str:
    """Look into your mailbox."""
    shown = "development.mails" in current_app.view_functions and not current_app.config["SETTINGS"]["mail_server"]
    return render_template("pages/account/sent.html", mails_url=url_for("development.mails") if shown else None)
