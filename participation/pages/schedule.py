"""The schedule of a procedure: all phases on one line of time."""

from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import MANAGE
from participation.interfaces import PhaseKind, Role
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.pages.schedule_draft import Draft, compared, draft_of, findings_of
from participation.pages.schedule_forms import FIELD_OF, PhaseForm
from participation.procedures.advancing import possible_steps
from participation.procedures.models import Activity, Phase
from participation.procedures.phases import change_phase, has_begun, plan_phase, remove_phase
from participation.procedures.queries import procedure_by_id
from participation.web.guard import access
from participation.web.staff_nav import staff_nav
from participation.web.timeline import timeline_of

bp = Blueprint("schedule", __name__, url_prefix="/<tenant>/<procedure>/-/manage/schedule")


@bp.get("")
@access(MANAGE)
def show() -> str:
    """All phases on one line of time and as a table, with what there is to say about them."""
    registry = current_app.extensions["registry"]
    kinds = [
        (f"{entry.id}:{kind.name}", f"{entry.title}: {kind.title}")
        for entry in g.procedure.activities
        for kind in (registry.get(entry.module).phases if entry.module in registry else ())
    ]
    return render_template(
        "pages/schedule/show.html",
        staff_nav=staff_nav(),
        timeline=timeline_of(g.procedure),
        kinds=kinds,
        may_extend=("extend", None) in possible_steps(g.procedure, int(g.viewer.person.id), _roles()),
    )


@bp.route("/new", methods=["GET", "POST"])
@access(MANAGE)
def new() -> ResponseReturnValue:
    """Plan a further phase of an activity."""
    activity, kind = _chosen()
    draft = draft_of(g.procedure, activity, kind, None)
    if not _is_sent(draft.form):
        return _page(draft)
    actor_id = g.viewer.person.id
    try:
        with writing():
            plan_phase(_chosen()[0], kind, actor_id=actor_id, **draft.form.plan())
    except Invalid as invalid:
        return _refused(draft, invalid)
    return redirect(url_for("schedule.show", done="phase-saved"))


@bp.route("/<int:number>", methods=["GET", "POST"])
@access(MANAGE)
def phase(number: int) -> ResponseReturnValue:
    """Plan a phase anew."""
    found = _phase(number)
    draft = draft_of(g.procedure, found.activity, None, found)
    if not _is_sent(draft.form):
        return _page(draft)
    actor_id, version = g.viewer.person.id, _version()
    try:
        with writing():
            change_phase(_phase(number), version=version, actor_id=actor_id, **draft.form.plan())
    except Invalid as invalid:
        return _refused(draft, invalid)
    except Conflict as conflict:
        return _both(number, conflict)
    return redirect(url_for("schedule.show", done="phase-saved"))


@bp.post("/check")
@access(MANAGE)
def check() -> Response:
    """What there is to say about a plan while it is typed; nothing is saved."""
    number = request.args.get("phase", "")
    found = _phase(int(number)) if number.isdecimal() and len(number) < 19 else None
    activity, kind = (found.activity, None) if found else _chosen()
    draft = draft_of(g.procedure, activity, kind, found)
    said = findings_of(g.procedure, draft) if draft.form.validate() else []
    return jsonify(findings=[{"weight": one.weight, "sentence": str(one.sentence)} for one in said])


@bp.route("/<int:number>/remove", methods=["GET", "POST"])
@access(MANAGE)
def remove(number: int) -> ResponseReturnValue:
    """Take a phase out of the plan, after its consequence was read."""
    if request.method == "GET":
        page = {"phase": _phase(number), "begun": has_begun(_phase(number))}
        return render_template("pages/schedule/remove.html", staff_nav=staff_nav(), **page)
    actor_id, version = g.viewer.person.id, _version()
    with writing():
        remove_phase(_phase(number), version=version, actor_id=actor_id)
    return redirect(url_for("schedule.show", done="phase-removed"))


def _is_sent(form: PhaseForm) -> bool:
    """Whether the form is to be saved: not while it is only checked, or has mistakes."""
    return request.method == "POST" and form.validate() and request.form.get("do") != "check"


def _page(draft: Draft, status: int = 200, **more: Any) -> ResponseReturnValue:
    said = findings_of(g.procedure, draft) if not draft.form.errors and draft.is_filled else []
    if draft.form.errors and status == 200:
        status = 422
    page = render_template("pages/schedule/phase.html", staff_nav=staff_nav(), draft=draft, said=said, **more)
    return page, status


def _refused(draft: Draft, invalid: Invalid) -> ResponseReturnValue:
    """What a service said no to, at its field; read again, since the transaction is over."""
    g.procedure = procedure_by_id(g.procedure.id)
    name = FIELD_OF.get(invalid.field, invalid.field)
    field = draft.form._fields.get(name, draft.form.title)
    field.errors = [*field.errors, invalid.sentence]
    number = draft.phase_id
    fresh = _phase(number) if number else None
    return _page(draft.again(fresh), invalid.status)


def _both(number: int, conflict: Conflict) -> ResponseReturnValue:
    """What somebody else saved beside what was typed; pressing save again then means it."""
    g.procedure = procedure_by_id(g.procedure.id)
    found = _phase(number)
    draft = draft_of(g.procedure, found.activity, None, found)
    draft.form.version.raw_data, draft.form.version.data = None, str(found.version)
    draft.form.validate()
    return _page(draft, conflict.status, conflict=conflict.sentence, both=compared(found, draft.form))


def _phase(number: int) -> Phase:
    phases = [entry for activity in g.procedure.activities for entry in activity.phases]
    found: Phase | None = next((entry for entry in phases if entry.id == number), None)
    if found is None:
        raise Unknown
    return found


def _chosen() -> tuple[Activity, PhaseKind]:
    """The activity and the kind of phase that the address names, as "12:commenting"."""
    number, _, name = request.args.get("kind", "").partition(":")
    activity = next((entry for entry in g.procedure.activities if str(entry.id) == number), None)
    kind = current_app.extensions["registry"].phase_kind(activity.module, name) if activity else None
    if activity is None or kind is None:
        raise Unknown
    return activity, kind


def _roles() -> frozenset[Role]:
    roles: frozenset[Role] = g.viewer.roles_at(g.tenant.id, g.procedure.id)
    return roles


def _version() -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0
