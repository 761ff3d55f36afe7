"""Links from mails. Each opens a page with one button; only its POST acts, so that scanners use nothing up."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_wtf import FlaskForm

from participation.access.team import accept_invitation
from participation.accounts.changes import change_email
from participation.accounts.limits import register_wait
from participation.accounts.passwords import checked_password, hash_password
from participation.accounts.queries import person_by_email
from participation.accounts.services import (
    checked_name,
    normalise_email,
    request_confirmation,
    request_new_password,
    set_new_password,
)
from participation.accounts.services import (
    confirm as confirm_link,
)
from participation.accounts.tokens import LinkOver, read_token
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.pages.account_entering import enter, go_on, via_code
from participation.pages.account_entry import tenant_id
from participation.pages.account_forms import EmailForm, InvitedForm, NewPasswordForm, blame
from participation.pages.account_next import local_path
from participation.pages.account_routes import bp
from participation.web.errors import TooMany
from participation.web.guard import public
from participation.web.known_devices import here
from participation.web.routes import everywhere
from participation.web.sessions import current_key


@bp.errorhandler(LinkOver)
def link_over(_error: LinkOver) -> ResponseReturnValue:
    """How to get a new link."""
    return render_template("pages/account/link_over.html"), LinkOver.status


@everywhere(bp, "/confirm/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    """Confirm an address: log in, take over the draft named in the link, and go exactly there."""
    form = FlaskForm()
    if not form.validate_on_submit():
        link = read_token(token, tenant_id(), "confirm", "log_in")
        if link is None:
            raise LinkOver
        return render_template("pages/account/confirm.html", form=form, link=link)
    with writing():
        person, draft_key, then = confirm_link(token, tenant_id())
        enter(person)
        target = go_on(person, draft_key=draft_key, then=then, done="confirmed")
    return redirect(target)


@everywhere(bp, "/log-in-link", methods=["GET", "POST"])
@public
def log_in_link() -> ResponseReturnValue:
    """Logging in by mail: for people without a password, and for those who do not have it at hand."""
    form = EmailForm()
    then = local_path(request.args.get("next"))
    if _may_send(form):
        try:
            with writing():
                request_confirmation(form.email.data, tenant_id(), "", str(get_locale()), then=then or "")
            return redirect(url_for("account.sent"))
        except Invalid as error:
            blame(form, error)
    return render_template("pages/account/log_in_link.html", form=form, then=then), 422 if form.errors else 200


@everywhere(bp, "/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    """Forgotten password, or a first one: a link by mail, the same answer for every address."""
    person = g.viewer.person
    is_first = person is not None and not person.has_account
    form = EmailForm(email=person.email if is_first else None)
    if _may_send(form):
        try:
            with writing():
                request_new_password(normalise_email(form.email.data), tenant_id(), str(get_locale()))
            return redirect(url_for("account.sent"))
        except Invalid as error:
            blame(form, error)
    page = render_template("pages/account/forgotten.html", form=form, is_first=is_first)
    return page, 422 if form.errors else 200


def _may_send(form: EmailForm) -> bool:
    if not form.validate_on_submit():
        return False
    if wait := register_wait(here()):
        raise TooMany(wait)
    return True


@everywhere(bp, "/new-password/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> ResponseReturnValue:
    """Set a new password by link; all other log-ins end."""
    form = NewPasswordForm()
    link = read_token(token, tenant_id(), "password")
    if link is None:
        raise LinkOver
    if form.validate_on_submit():
        try:
            hashed = hash_password(checked_password(form.password.data, email=link.email))
        except Invalid as error:
            blame(form, error)
        else:
            with writing():
                person = set_new_password(token, tenant_id(), hashed)
                enter(person)
            return redirect(via_code(url_for("account.settings", done="password-changed")))
    return render_template("pages/account/new_password.html", form=form, email=link.email), 422 if form.errors else 200


@everywhere(bp, "/new-email/<token>", methods=["GET", "POST"])
@public
def new_email(token: str) -> ResponseReturnValue:
    """Take a new address over."""
    form = FlaskForm()
    if not form.validate_on_submit():
        link = read_token(token, tenant_id(), "change_email")
        if link is None:
            raise LinkOver
        return render_template("pages/account/new_email.html", form=form, link=link)
    with writing():
        person = change_email(token, tenant_id(), keep=current_key())
        enter(person)
    return redirect(via_code(url_for("account.settings", done="email-changed")))


@everywhere(bp, "/invitation/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    """Accept an invitation to work for an authority."""
    link = read_token(token, tenant_id(), "invite")
    if link is None:
        raise LinkOver
    known = person_by_email(link.email)
    form = FlaskForm() if known is not None and known.has_account else InvitedForm()
    if form.validate_on_submit():
        try:
            name, hashed = _name_and_password(form, link.email)
        except Invalid as error:
            blame(form, error)
        else:
            with writing():
                person = accept_invitation(token, tenant_id(), name=name, password_hash=hashed)
                enter(person)
            return redirect(via_code(url_for("portal.tenant_home", done="invited-in")))
    return render_template("pages/account/invitation.html", form=form, link=link), 422 if form.errors else 200


def _name_and_password(form: FlaskForm, email: str) -> tuple[str, str | None]:
    if not isinstance(form, InvitedForm):
        return "", None
    name = checked_name(form.name.data)
    return name, hash_password(checked_password(form.password.data, email=email, name=name))
