"""One contribution on the desk, and the four decisions about it."""

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.contributions.locations import locations_of
from participation.contributions.models import Contribution
from participation.kernel.db import writing
from participation.moderation import queries, services
from participation.moderation.changes import latest_changes
from participation.moderation.desk import work_at
from participation.moderation.merging import into_of
from participation.moderation.moving import has_categories
from participation.moderation.redaction import redacted_because
from participation.moderation.relocating import is_located
from participation.moderation.settling import answered_marks
from participation.moderation.text_blocks import text_blocks, with_text_block
from participation.moderation.undo import undoable
from participation.pages.moderation_forms import HideForm
from participation.pages.moderation_routes import actor, age, bp, chosen_list, desk, on_desk, seen, small_number
from participation.procedures.queries import procedure_by_id
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.get("/<tenant>/-/moderation/<reference>")
@personal
def item(reference: str) -> str:
    """One contribution with everything needed to judge it."""
    contribution = on_desk(reference)
    return _item(contribution, HideForm(state=contribution.state, version=contribution.versions))


def _item(contribution: Contribution, form: HideForm) -> str:
    here = desk()
    form.offer(text_blocks(g.tenant.id))
    edited = {contribution.id: contribution.versions} if contribution.state == "pending" else {}
    return render_template(
        "pages/moderation/item.html",
        staff_nav=staff_nav(work_at(here)),
        contribution=contribution,
        procedure=here.procedures[contribution.procedure_id],
        around=queries.surroundings(contribution),
        place=place_title_of(contribution),
        reports=queries.reports_on(contribution.id),
        acts=queries.acts_on(contribution.id),
        changes=latest_changes(edited, whole=True).get(contribution.id),
        redacted=redacted_because(contribution.id) if contribution.redacted else [],
        into=into_of(contribution) if contribution.state == "merged" else None,
        has_categories=has_categories(contribution),
        is_located=is_located(contribution),
        location=locations_of([contribution.id]).get(contribution.id),
        mark=answered_marks([contribution.id]).get(contribution.id),
        batch=undoable(g.tenant.id, actor()) if "done" in request.args else None,
        chosen="",
        which=chosen_list(),
        form=form,
        age=age,
    )


@bp.post("/<tenant>/-/moderation/<reference>/publish")
@personal
def publish(reference: str) -> ResponseReturnValue:
    """Make visible what waits."""
    contribution, by = on_desk(reference), actor()
    with writing():
        services.publish(contribution, actor_id=by, seen=seen())
    return _back("published")


@bp.post("/<tenant>/-/moderation/<reference>/hide")
@personal
def hide(reference: str) -> ResponseReturnValue:
    """Take out of sight, with the reason that the author is told."""
    contribution, form, by, tenant_id = on_desk(reference), HideForm(), actor(), g.tenant.id
    if not form.validate():
        return _item(contribution, form), 422
    sentence = with_text_block(tenant_id, small_number(form.block.data), form.sentence.data or "")
    with writing():
        services.hide(contribution, actor_id=by, seen=seen(), reason=form.reason.data, sentence=sentence)
    return _back("hidden")


@bp.post("/<tenant>/-/moderation/<reference>/restore")
@personal
def restore(reference: str) -> ResponseReturnValue:
    """Make a hidden one visible again."""
    contribution, by = on_desk(reference), actor()
    with writing():
        services.restore(contribution, actor_id=by, seen=seen(), sentence=request.form.get("sentence", ""))
    return _back("restored")


@bp.post("/<tenant>/-/moderation/<reference>/close-reports")
@personal
def close_reports(reference: str) -> ResponseReturnValue:
    """Leave a reported contribution as it is."""
    contribution, by = on_desk(reference), actor()
    with writing():
        services.close_reports(contribution, actor_id=by, seen=seen())
    return _back("report-closed")


def _back(message: str) -> ResponseReturnValue:
    return redirect(url_for("moderation.queue", list=chosen_list(), done=message))


def place_title_of(contribution: Contribution) -> str:
    """How the module names the place; nothing where its folder is gone."""
    kind = current_app.extensions["registry"].contribution_type(contribution.type)
    procedure = procedure_by_id(contribution.procedure_id)
    if kind is None or kind.place_title is None or procedure is None:
        return ""
    activity = next(entry for entry in procedure.activities if entry.id == contribution.activity_id)
    return str(kind.place_title(activity, contribution.place))
