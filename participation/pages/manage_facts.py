"""Changing the facts of a procedure; when somebody else was faster, both versions stand side by side."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Field, RadioField, SelectField, StringField

from participation.access.rules import MANAGE
from participation.kernel.dates import day_with_weekday
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid
from participation.kernel.text import TextProblem, render_rich
from participation.pages.account_forms import blame
from participation.pages.manage_forms import ASKED_LATER, GROUPS, FactsForm
from participation.pages.manage_routes import bp
from participation.procedures.facts import change_facts, frozen_facts, last_editor, mark_of
from participation.web.guard import access
from participation.web.numbers import number_in
from participation.web.staff_nav import staff_nav

KEEP = "keep-"  # of a fact, which version stays: mine or theirs
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A fact that somebody else changed: both versions in words, and which of them is proposed."""

    name: str
    label: str
    mine: str
    theirs: str
    proposed: str
    editable: bool


@bp.route("/facts", methods=["GET", "POST"])
@access(MANAGE)
def facts() -> ResponseReturnValue:
    """All facts in groups; by POST they are saved, or the description is shown as it will look."""
    form = FactsForm(obj=g.procedure)
    form.leave_out(frozen_facts(g.procedure))
    if not form.is_submitted():
        form.show(g.procedure)
        return _page(form)
    _take_theirs(form)
    if not form.validate():
        return _page(form), 422
    if request.form.get("act") == "preview":
        return _page(form, preview=_preview(form))
    status, clashes = _save(form), []
    if status == 409 and not (clashes := _clashes(form)):  # others changed something else: nothing gets lost
        form.version.data = str(g.procedure.version)
        status = _save(form)
    if status == 409:
        return _both(form, clashes), 409
    return redirect(url_for("manage.facts", done="saved")) if status == 303 else (_page(form), status)


def _save(form: FactsForm) -> int:
    """303 when the facts were changed, else the status of what is wrong; the sentence stands at its field."""
    version = number_in(form.version.data) or 0
    try:
        with writing():
            change_facts(g.procedure, version, form.values, actor_id=g.viewer.person.id)
    except Conflict:
        return 409
    except Invalid as error:
        blame(form, error)
        return 422
    return 303


def _page(form: FactsForm, preview: dict[str, str] | None = None) -> str:
    return render_template(
        "pages/manage/facts.html",
        staff_nav=staff_nav(),
        procedure=g.procedure,
        form=form,
        groups=GROUPS,
        asked_later=ASKED_LATER,
        frozen=frozen_facts(g.procedure),
        preview=preview,
    )


def _preview(form: FactsForm) -> dict[str, str]:
    try:
        return {"html": render_rich(form.description.data)}
    except TextProblem as problem:
        form.description.errors = [problem.sentence]
        return {"html": ""}


def _take_theirs(form: FactsForm) -> None:
    """Where the page with both versions was answered with the other person's, that one is taken."""
    for name in form.values:
        if request.form.get(KEEP + name) == THEIRS:
            form[name].data = getattr(g.procedure, name)


def _both(form: FactsForm, clashes: list[Clash]) -> str:
    """The page with both versions; what else was typed stays in hidden fields."""
    form.show(g.procedure)
    return render_template(
        "pages/manage/conflict.html",
        staff_nav=staff_nav(),
        procedure=g.procedure,
        form=form,
        clashes={clash.name: clash for clash in clashes},
        editor=last_editor(g.procedure.id) or _("Jemand"),
    )


def _clashes(form: FactsForm) -> list[Clash]:
    """The facts that somebody else changed since the form was shown, and that differ from what was typed."""
    seen = dict(entry.partition(":")[::2] for entry in str(form.seen.data).split())
    found = []
    for name, mine in form.values.items():
        theirs = getattr(g.procedure, name)
        if mine != theirs and seen.get(name) != mark_of(theirs):
            proposed = THEIRS if seen.get(name) == mark_of(mine) else MINE
            found.append(_clash(form, name, theirs, proposed))
    return found


def _clash(form: FactsForm, name: str, theirs: Any, proposed: str) -> Clash:
    field = form[name]
    return Clash(
        name=name,
        label=str(field.label.text),
        mine=in_words(field, field.data),
        theirs=in_words(field, theirs),
        proposed=proposed,
        editable=isinstance(field, StringField),
    )


def in_words(field: Field, value: Any) -> str:
    """A value as people read it."""
    if isinstance(field, SelectField | RadioField):
        return next((str(choice.label) for choice in field.choices if choice.value == value), "–")
    if isinstance(value, bool):
        return str(_("Ja") if value else _("Nein"))
    return day_with_weekday(value) if isinstance(value, date) else str(value or "–")
