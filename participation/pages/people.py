"""Lists of people and access codes of a procedure."""

import csv
import io
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from participation.access.rules import MANAGE
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid, Unknown
from participation.pages.account_forms import blame
from participation.pages.people_forms import KIND_WORDS, CodesForm, ListForm, PeopleForm, RevokeForm
from participation.pages.procedures import full_address, qr_code
from participation.procedures import codes, lists
from participation.procedures.codes import NewCode
from participation.procedures.lists import Row
from participation.web.again import again
from participation.web.bodies import takes
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("people", __name__, url_prefix="/<tenant>/<procedure>/-/manage/people")


@bp.route("", methods=["GET", "POST"])
@access(MANAGE)
def index() -> ResponseReturnValue:
    """All lists with their numbers; by POST make a new one."""
    form = ListForm()
    if form.validate_on_submit():
        try:
            with writing():
                made = lists.make_list(g.procedure, form.name.data, form.kind.data, actor_id=g.viewer.person.id)
            return redirect(url_for("people.show", number=made.id, done="list-made"), 303)
        except Invalid as invalid:
            blame(form, invalid)
    rows = lists.lists_of(g.procedure.id)
    html = render_template("pages/people/index.html", staff_nav=staff_nav(), form=form, rows=rows, kinds=KIND_WORDS)
    return html, 422 if form.errors else 200


@bp.get("/<int:number>")
@access(MANAGE)
def show(number: int) -> ResponseReturnValue:
    """One list: how many stand on it, and what can be done with it. The addresses are shown on request only."""
    return _page(number)


def _page(number: int, status: int = 200, **values: Any) -> ResponseReturnValue:
    found = lists.list_at(g.procedure.id, number)
    card = next(row for row in lists.lists_of(g.procedure.id) if row.id == number)
    forms = {"people_form": PeopleForm(), "codes_form": CodesForm(formdata=None), "revoke_form": RevokeForm()}
    html = render_template(
        "pages/people/show.html",
        staff_nav=staff_nav(),
        found=found,
        card=card,
        kind=KIND_WORDS[found.kind],
        **{"bad": [], "entries": None, **forms, **values},
    )
    return html, status, {"Cache-Control": "no-store"}


@bp.post("/<int:number>/add")
@access(MANAGE)
@takes(text=1_000_000)
def add(number: int) -> ResponseReturnValue:
    """Put addresses on the list, all or none; bad rows are named."""
    form = PeopleForm()
    rows = lists.read_rows(form.text())
    try:
        with writing():
            lists.add_people(lists.list_at(g.procedure.id, number), rows, actor_id=g.viewer.person.id)
    except Invalid as invalid:
        form.people.data = form.text()
        form.people.raw_data = [form.people.data]
        blame(form, invalid)
        return _page(number, 422, people_form=form, bad=_bad(rows))
    return redirect(url_for("people.show", number=number, done="people-added"), 303)


def _bad(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.problem][:200]


@bp.post("/<int:number>/addresses")
@access(MANAGE)
@again
def addresses(number: int) -> ResponseReturnValue:
    """Show the addresses; that somebody looked at them stands in the log."""
    with writing():
        found = lists.list_at(g.procedure.id, number)
        entries = lists.entries_of(found.id)
        lists.note(found, "read", number=len(entries), actor_id=g.viewer.person.id)
    return _page(number, entries=entries)


@bp.post("/<int:number>/remove/<int:entry>")
@access(MANAGE)
def remove(number: int, entry: int) -> ResponseReturnValue:
    """Take an address off the list."""
    with writing():
        lists.remove_person(lists.list_at(g.procedure.id, number), entry, actor_id=g.viewer.person.id)
    return redirect(url_for("people.show", number=number, done="person-removed"), 303)


@bp.post("/<int:number>/delete")
@access(MANAGE)
def delete(number: int) -> ResponseReturnValue:
    """Remove a list that is not needed."""
    try:
        with writing():
            lists.delete_list(lists.list_at(g.procedure.id, number), actor_id=g.viewer.person.id)
    except Invalid as invalid:
        return _page(number, 409, refusal=invalid.sentence)
    return redirect(url_for("people.index", done="list-deleted"), 303)


@bp.post("/<int:number>/codes")
@access(MANAGE)
def make(number: int) -> ResponseReturnValue:
    """Make codes. The answer is the sheet to print: no page shows them again."""
    form = CodesForm()
    try:
        with writing():
            found = lists.list_at(g.procedure.id, number)
            made = codes.make_codes(found, form.number.data or 0, actor_id=g.viewer.person.id)
            return _sheet(found.name, number, made)
    except Invalid as invalid:
        blame(form, invalid)
        return _page(number, 422, codes_form=form)


def _sheet(name: str, number: int, made: list[NewCode]) -> ResponseReturnValue:
    base = full_address(g.procedure).removesuffix(url_for("procedures.show"))
    address = base + url_for("codes.enter")
    sheets = [(entry, qr_code(f"{base}{url_for('codes.scanned', code=entry.code)}")) for entry in made]
    plain = address.partition("://")[2]
    html = render_template("pages/people/sheet.html", name=name, number=number, sheets=sheets, address=plain)
    return html, 200, {"Cache-Control": "no-store"}


@bp.post("/<int:number>/codes.csv")
@access(MANAGE)
def table(number: int) -> ResponseReturnValue:
    """The codes just made, from the page that shows them, as a table; only codes of this list."""
    found = lists.list_at(g.procedure.id, number)
    rows = codes.printed_again(found, request.form.get("codes", "").split())
    if not rows:
        raise Unknown
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([(_("Nummer"), _("Zugangscode")), *rows])
    answer = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="zugangscodes.csv"'
    return answer


@bp.post("/<int:number>/revoke")
@access(MANAGE)
def revoke(number: int) -> ResponseReturnValue:
    """Let a code end that was lost or given to the wrong person."""
    form = RevokeForm()
    try:
        with writing():
            codes.revoke(lists.list_at(g.procedure.id, number), form.revoked.data or 0, actor_id=g.viewer.person.id)
    except Unknown:
        blame(form, Invalid(_("Einen Code mit dieser Nummer gibt es auf dieser Liste nicht."), field="revoked"))
        return _page(number, 422, revoke_form=form)
    return redirect(url_for("people.show", number=number, done="code-revoked"), 303)
