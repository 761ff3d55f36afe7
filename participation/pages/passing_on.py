"""The page on which the organiser gives contributions of one format to another one of the procedure."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import MANAGE
from participation.contributions.passing_on import MOST, adopters, best, pass_on
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid, Unknown
from participation.pages.account_forms import blame
from participation.pages.format_forms import PassOnForm
from participation.procedures.models import Activity
from participation.procedures.queries import procedure_by_id
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("passing_on", __name__, url_prefix="/<tenant>/<procedure>/-/manage/formats")


@bp.route("/<int:number>/pass-on", methods=["GET", "POST"])
@access(MANAGE)
def choose(number: int) -> ResponseReturnValue:
    """The best rated contributions to tick (`?best=` ticks so many), and where they go."""
    source, form = _source(number), PassOnForm()
    targets = adopters(g.procedure, source)
    form.offer(targets, best(source, MOST), _wished())
    if not form.validate_on_submit():
        return _page(source, form), 422 if form.errors else 200
    chosen, actor_id = form.chosen.data or [], g.viewer.person.id
    target = next(entry for entry in targets if entry.id == form.target.data)
    try:
        with writing():
            pass_on(source, target, chosen, actor_id=actor_id)
    except Invalid as invalid:
        blame(form, invalid)
        g.procedure = procedure_by_id(g.procedure.id)
        return _page(_source(number), form), invalid.status
    return redirect(url_for("formats.index", done="passed-on"), 303)


def _source(number: int) -> Activity:
    found: Activity | None = next((entry for entry in g.procedure.activities if entry.id == number), None)
    if found is None:
        raise Unknown
    return found


def _wished() -> int:
    """How many of the best are ticked at first."""
    typed = request.args.get("best", "")
    return min(int(typed), MOST) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0


def _page(source: Activity, form: PassOnForm) -> str:
    return render_template(
        "pages/formats/pass_on.html", staff_nav=staff_nav(), activity=source, form=form, wished=_wished(), most=MOST
    )
