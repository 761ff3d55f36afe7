"""The second factor: set up, ask for, recover. Staff need one, everybody may have one."""

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.accounts import second_factor as factor
from participation.accounts.models import Person
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.pages.account_entering import enter as log_in
from participation.pages.account_entering import go_on
from participation.pages.account_forms import blame
from participation.pages.account_next import local_path
from participation.pages.procedures import qr_code
from participation.pages.second_factor_forms import AgainForm, EnterForm, SetUpForm
from participation.web.guard import personal, public
from participation.web.routes import everywhere
from participation.web.sessions import awaited_person, current_key

bp = Blueprint("second_factor", __name__)


@everywhere(bp, "/second-factor", methods=["GET", "POST"])
@personal
def show() -> ResponseReturnValue:
    """What is set up, and what can be changed: `act` is device, codes or remove."""
    person, since = g.viewer.person, factor.set_since(g.viewer.person.id)
    if since is not None and not g.viewer.proven:
        return redirect(url_for("second_factor.enter", next=_then()))
    form = AgainForm()
    form.ask_again(unless=since is None)
    if form.validate_on_submit():
        form.count_try(person)
        try:
            return _done(person, form, request.form.get("act", "device"))
        except Invalid as error:
            blame(form, error)
    left = factor.codes_left(person.id)
    page = render_template(
        "pages/second_factor/show.html", form=form, since=since, left=left, then=_then(), must=_must()
    )
    return page, 422 if form.errors else 200


def _done(person: Person, form: AgainForm, act: str) -> ResponseReturnValue:
    """One of the three acts; the code, where one was asked for, counts as a new proof."""
    codes: list[str] = []
    with writing():
        form.prove(person, key=current_key())
        if act == "codes" and g.viewer.proven:
            codes = factor.make_codes(person)
        elif act == "remove" and not _must():
            factor.remove(person)
        else:
            factor.offer(person)
    if codes:
        return _codes(codes)
    if act == "remove":
        return redirect(url_for("second_factor.show", done="saved"))
    return redirect(url_for("second_factor.set_up", next=_then()))


@everywhere(bp, "/second-factor/set-up", methods=["GET", "POST"])
@personal
def set_up() -> ResponseReturnValue:
    """The key as a picture and as text; its first code sets it. Then the recovery codes, this once."""
    person, form = g.viewer.person, SetUpForm()
    key = factor.offered_key(person.id)
    if key is None:
        return redirect(url_for("second_factor.show", next=_then()))
    if form.validate_on_submit():
        factor.count_try(person.id)
        try:
            with writing():
                codes = factor.confirm(person, form.code.data)
                log_in(person, proven=True)
            return _codes(codes, first=True)
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
        return redirect(url_for("account.log_in", next=_then()))
    form = EnterForm()
    if form.validate_on_submit():
        factor.count_try(person.id)
        try:
            with writing():
                factor.prove(person, form.given.data)
                log_in(person, proven=True)
                target = go_on(person, then=_then(), done="logged-in")
            return redirect(target)
        except Invalid as error:
            error.field = form.given.name
            blame(form, error)
    shown = url_for("development.codes") if "development.codes" in current_app.view_functions else None
    page = render_template("pages/second_factor/enter.html", form=form, codes_url=shown)
    return page, 422 if form.errors else 200


def _codes(codes: list[str], *, first: bool = False) -> ResponseReturnValue:
    """The recovery codes. They are in this answer only: nobody can show them again."""
    return render_template("pages/second_factor/codes.html", codes=codes, first=first, then=_then())


def _then() -> str | None:
    return local_path(request.args.get("next"))


def _must() -> bool:
    """Whether this person works here and so needs a second factor."""
    return bool(g.viewer.grants or g.viewer.unproven or g.viewer.person.is_operator)
