"""Name, language, e-mail address and password."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.accounts.changes import change_profile, request_new_email
from participation.accounts.limits import password_wait
from participation.accounts.models import Person
from participation.accounts.passwords import checked_password, hash_password, is_right
from participation.accounts.services import set_password
from participation.contributions.leaving import show_new_name
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.pages.account_entry import tenant_id
from participation.pages.account_forms import ChangeEmailForm, ChangePasswordForm, ProfileForm, blame, wrong_password
from participation.pages.account_routes import bp
from participation.web.again import again_by_factor
from participation.web.errors import TooMany
from participation.web.guard import personal
from participation.web.known_devices import device_of, here
from participation.web.routes import everywhere
from participation.web.security_log import note
from participation.web.sessions import current_key


@everywhere(bp, "/settings", methods=["GET", "POST"])
@personal
def settings() -> ResponseReturnValue:
    """User name and language; from here to everything else about the account."""
    person = g.viewer.person
    form = ProfileForm(name=person.display_name, language=person.language)
    if form.validate_on_submit():
        try:
            with writing():
                change_profile(person, name=form.name.data, language=form.language.data)
                show_new_name(person)
            return redirect(url_for("account.settings", done="saved"))
        except Invalid as error:
            blame(form, error)
    return render_template("pages/account/settings.html", form=form, person=person), 422 if form.errors else 200


@everywhere(bp, "/password", methods=["GET", "POST"])
@personal
@again_by_factor
def password() -> ResponseReturnValue:
    """Change the password; the old one is asked, all other log-ins end."""
    person, form = g.viewer.person, ChangePasswordForm()
    if not person.has_account:
        return redirect(url_for("account.forgotten"))
    if form.validate_on_submit() and knows_password(person, form):
        try:
            new = checked_password(form.password.data, email=person.email, name=person.display_name)
        except Invalid as error:
            blame(form, error)
        else:
            hashed = hash_password(new)
            with writing():
                set_password(person, hashed, but=current_key())
            return redirect(url_for("account.settings", done="password-changed"))
    return render_template("pages/account/password.html", form=form), 422 if form.errors else 200


def knows_password(person: Person, form: ChangePasswordForm | ChangeEmailForm) -> bool:
    """Whether the password in the field `old` is the person's; people without one need none. Counts a try."""
    if not person.has_account:
        return True
    if wait := password_wait(person.email, device=device_of(person), network=here()):
        raise TooMany(wait)
    if is_right(form.old.data or "", person.password_hash):
        return True
    note("again_failed", way="password", person=person.id)
    wrong_password(form.old)
    return False


@everywhere(bp, "/e-mail", methods=["GET", "POST"])
@personal
@again_by_factor
def email() -> ResponseReturnValue:
    """Change the address: a link goes to the new one, a note to the old one."""
    person, form = g.viewer.person, ChangeEmailForm()
    if form.validate_on_submit() and knows_password(person, form):
        try:
            with writing():
                request_new_email(person, form.email.data, tenant_id())
            return redirect(url_for("account.sent"))
        except Invalid as error:
            blame(form, error)
    return render_template("pages/account/email.html", form=form, person=person), 422 if form.errors else 200
