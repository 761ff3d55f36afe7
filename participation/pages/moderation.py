"""Pages of moderation: the queue, one contribution with its history, the four decisions, reported barriers."""

from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta

from participation.access.rules import MODERATE
from participation.access.sentences import role_needed
from participation.contributions.models import Contribution
from participation.kernel.clock import now
from participation.kernel.db import writing
from participation.kernel.refusal import Refused, Unknown
from participation.moderation import queries, reports, services
from participation.moderation.desk import Desk, desk_of, work_at
from participation.moderation.queue import LISTS
from participation.moderation.queue import barriers as reported_barriers
from participation.moderation.queue import queue as rows_of
from participation.moderation.services import Seen
from participation.pages.moderation_forms import HideForm
from participation.procedures.queries import procedure_by_id
from participation.web.guard import personal
from participation.web.routes import everywhere
from participation.web.staff_nav import staff_nav

bp = Blueprint("moderation", __name__)


@bp.get("/<tenant>/-/moderation")
@personal
def queue() -> str:
    """What waits for a human, as lists that can be shared."""
    desk = desk_of(g.viewer, g.tenant)
    narrow = desk.narrowed(request.args.get("procedure", ""))
    work, which = work_at(desk), _list()
    return render_template(
        "pages/moderation/queue.html",
        staff_nav=staff_nav(work),
        desk=desk,
        chosen=request.args.get("procedure", "") if narrow is not desk else "",
        work=work if narrow is desk else work_at(narrow),
        which=which,
        page=rows_of(narrow, which, after=request.args.get("after")),
        age=age,
    )


@bp.get("/<tenant>/-/moderation/<reference>")
@personal
def item(reference: str) -> str:
    """One contribution with everything needed to judge it."""
    desk = desk_of(g.viewer, g.tenant)
    contribution = queries.contribution_for(desk, reference)
    form = HideForm(state=contribution.state, version=contribution.versions)
    return _item(desk, contribution, form)


def _item(desk: Desk, contribution: Contribution, form: HideForm) -> str:
    return render_template(
        "pages/moderation/item.html",
        staff_nav=staff_nav(work_at(desk)),
        contribution=contribution,
        procedure=desk.procedures[contribution.procedure_id],
        around=queries.surroundings(contribution),
        place=_place_title(contribution),
        reports=queries.reports_on(contribution.id),
        acts=queries.acts_on(contribution.id),
        which=_list(),
        form=form,
        age=age,
    )


@bp.post("/<tenant>/-/moderation/<reference>/publish")
@personal
def publish(reference: str) -> ResponseReturnValue:
    """Make visible what waits."""
    contribution, actor = queries.contribution_for(desk_of(g.viewer, g.tenant), reference), g.viewer.person.id
    with writing():
        services.publish(contribution, actor_id=actor, seen=_seen())
    return _back("published")


@bp.post("/<tenant>/-/moderation/<reference>/hide")
@personal
def hide(reference: str) -> ResponseReturnValue:
    """Take out of sight, with the reason that the author is told."""
    desk, actor = desk_of(g.viewer, g.tenant), g.viewer.person.id
    contribution, form = queries.contribution_for(desk, reference), HideForm()
    if not form.validate():
        return _item(desk, contribution, form), 422
    reason, sentence = form.reason.data, form.sentence.data
    with writing():
        services.hide(contribution, actor_id=actor, seen=_seen(), reason=reason, sentence=sentence)
    return _back("hidden")


@bp.post("/<tenant>/-/moderation/<reference>/restore")
@personal
def restore(reference: str) -> ResponseReturnValue:
    """Make a hidden one visible again."""
    contribution, actor = queries.contribution_for(desk_of(g.viewer, g.tenant), reference), g.viewer.person.id
    with writing():
        services.restore(contribution, actor_id=actor, seen=_seen(), sentence=request.form.get("sentence", ""))
    return _back("restored")


@bp.post("/<tenant>/-/moderation/<reference>/close-reports")
@personal
def close_reports(reference: str) -> ResponseReturnValue:
    """Leave a reported contribution as it is."""
    contribution, actor = queries.contribution_for(desk_of(g.viewer, g.tenant), reference), g.viewer.person.id
    with writing():
        services.close_reports(contribution, actor_id=actor, seen=_seen())
    return _back("report-closed")


@everywhere(bp, "/barriers", methods=["GET"])
@personal
def barriers() -> str:
    """Pages that somebody could not use; those of the central portal are the operator's."""
    _require_barriers()
    rows, following = reported_barriers(g.tenant.id if g.tenant else None, after=request.args.get("after"))
    work = work_at(desk_of(g.viewer, g.tenant)) if g.tenant else None
    return render_template(
        "pages/moderation/barriers.html",
        staff_nav=staff_nav(work),
        work=work,
        rows=rows,
        next=following,
        age=age,
    )


@everywhere(bp, "/barriers/<int:number>/close", methods=["POST"])
@personal
def close_barrier(number: int) -> ResponseReturnValue:
    """Say that a barrier was dealt with."""
    _require_barriers()
    tenant_id = g.tenant.id if g.tenant else None
    with writing():
        reports.close_barrier(number, tenant_id)
    return redirect(url_for("moderation.barriers", done="barrier-closed"))


def _require_barriers() -> None:
    if g.tenant is None and not g.viewer.person.is_operator:
        raise Unknown
    if g.tenant is not None and not g.viewer.roles_at(g.tenant.id) & MODERATE.staff:
        raise Refused(role_needed(MODERATE))


def age(at: Any) -> str:
    """How long ago: "vor 3 Tagen"."""
    return str(format_timedelta(at - now(), add_direction=True))


def _list() -> str:
    which = request.values.get("list", "")
    return which if which in LISTS else LISTS[0]


def _seen() -> Seen:
    version = request.form.get("version", "")
    return Seen(request.form.get("state", ""), int(version) if version.isdecimal() and len(version) < 10 else 0)


def _back(message: str) -> ResponseReturnValue:
    return redirect(url_for("moderation.queue", list=_list(), done=message))


def _place_title(contribution: Contribution) -> str:
    """How the module names the place; nothing where its folder is gone."""
    kind = current_app.extensions["registry"].contribution_type(contribution.type)
    procedure = procedure_by_id(contribution.procedure_id)
    if kind is None or kind.place_title is None or procedure is None:
        return ""
    activity = next(entry for entry in procedure.activities if entry.id == contribution.activity_id)
    return str(kind.place_title(activity, contribution.place))
