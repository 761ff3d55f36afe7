"""The second factor: set up, ask for, recover. Staff need one, everybody may have one."""

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.accounts import passkeys
from participation.accounts import second_factor as factor
from participation.accounts.models import Person
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.pages.account_entering import enter as log_in
from participation.pages.account_entering import go_on
from participation.pages.account_forms import blame
from participation.pages.account_next import local_path
from participation.pages.procedures import qr_code
from participation.pages.second_factor_forms import EnterForm, SetUpForm
from participation.web.again import again
from participation.web.guard import personal, public
from participation.web.known_devices import device_of
from participation.web.passkey_place import has_passkeys, passkey_place
from participation.web.routes import everywhere
from participation.web.security_log import note
from participation.web.sessions import awaited_person, current_key

bp = Blueprint("second_factor", __name__)


@everywhere(bp, "/second-factor", methods=["GET", "POST"])
@personal
@again
def show() -> ResponseReturnValue:
    """What is set up, and what can be changed: `act` is device, codes, remove-app or remove."""
    person, since = g.viewer.person, factor.set_since(g.viewer.person.id)
    if since is not None and not g.viewer.proven:
        return redirect(url_for("second_factor.enter", next=then()))
    if request.method == "POST":
        return _done(person, request.form.get("act", "device"))
    return render_template(
        "pages/second_factor/show.html",
        since=since,
        has_app=factor.has_app(person.id),
        keys=passkeys.passkeys_of(person.id),
        host=passkey_place().host,
        possible=has_passkeys(),
        left=factor.codes_left(person.id),
        then=then(),
        must=_must(),
    )


def _done(person: Person, act: str) -> ResponseReturnValue:
    """One of the four acts."""
    codes: list[str] = []
    taken_off = {"remove-app": factor.remove_app} | ({} if _must() else {"remove": factor.remove})
    with writing():
        if act == "codes" and g.viewer.proven:
            codes = factor.make_codes(person)
        elif act in taken_off:
            taken_off[act](person)
            log_in(person, proven=factor.is_set(person.id))
        else:
            factor.offer(person)
    if codes:
        return recovery_codes(codes)
    if act in taken_off:
        return redirect(url_for("second_factor.show", done="saved"))
    return redirect(url_for("second_factor.set_up", next=then()))


@everywhere(bp, "/second-factor/set-up", methods=["GET", "POST"])
@personal
@again
def set_up() -> ResponseReturnValue:
    """The key as a picture and as text; its first code sets it. Then the recovery codes, this once."""
    person, form = g.viewer.person, SetUpForm()
    key = factor.offered_key(person.id)
    if key is None:
        return redirect(url_for("second_factor.show", next=then()))
    if form.validate_on_submit():
        device = device_of(person)
        factor.count_try(person.id, device=device)
        try:
            with writing():
                codes = factor.confirm(person, form.code.data, device=device)
                log_in(person, proven=True)
            return recovery_codes(codes, first=True)
        except Invalid as error:
            blame(form, error)
    picture = qr_code(factor.address_of(key, person.email, current_app.config["SETTINGS"]["name"]))
    groups = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    page = render_template("pages/second_factor/set_up.html", form=form, picture=picture, key=groups)
    return page, 422 if form.errors else 200


@everywhere(bp, "/second-factor/code", methods=["GET", "POST"])
@public
def enter() -> ResponseReturnValue:
    """The second step of logging in."""
    person = awaited_person() or g.viewer.person
    if person is None:
        return redirect(url_for("account.log_in", next=then()))
    form = EnterForm()
    if form.validate_on_submit():
        factor.count_try(person.id, device=device_of(person))
        try:
            with writing():
                _prove(person, form)
                log_in(person, proven=True)
                target = go_on(person, then=then(), done="logged-in")
            return redirect(target)
        except Invalid as error:
            note("log_in_failed", way="passkey" if form.passkey.data else form.given.name, person=person.id)
            error.field = form.given.name
            blame(form, error)
    return _enter_page(person, form), 422 if form.errors else 200


def _prove(person: Person, form: EnterForm) -> None:
    device = device_of(person)
    if form.passkey.data:
        passkeys.prove(person, form.passkey.data, passkey_place(), key=current_key() or "", device=device)
    else:
        factor.prove(person, form.given.data, device=device)


def _enter_page(person: Person, form: EnterForm) -> str:
    return render_template(
        "pages/second_factor/enter.html",
        form=form,
        has_app=factor.has_app(person.id),
        has_passkey=bool(passkeys.passkeys_of(person.id, passkey_place().host)),
        codes_url=url_for("development.codes") if "development.codes" in current_app.view_functions else None,
    )


def recovery_codes(codes: list[str], *, first: bool = False) -> ResponseReturnValue:
    """The recovery codes. They are in this answer only: nobody can show them again."""
    return render_template("pages/second_factor/codes.html", codes=codes, first=first, then=then())


def then() -> str | None:
    """The page somebody wanted to see before the second factor came between."""
    return local_path(request.args.get("next"))


def _must() -> bool:
    """Whether this person works here and so needs a second factor."""
    return bool(g.viewer.grants or g.viewer.unproven or g.viewer.person.is_operator)
