"""Blacking passages out, reading the original, and lifting it again."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.contributions.models import Contribution
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.moderation import redaction
from participation.moderation.desk import work_at
from participation.pages.account_forms import blame
from participation.pages.moderation_forms import RedactForm
from participation.pages.moderation_routes import actor, bp, chosen_list, desk, on_desk, seen
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.route("/<tenant>/-/moderation/<reference>/redact", methods=["GET", "POST"])
@personal
def redact(reference: str) -> ResponseReturnValue:
    """Choose the words; by POST black them out for everybody."""
    contribution, form, by = on_desk(reference), RedactForm(), actor()
    if not form.validate_on_submit():
        return _page(contribution, form), 422 if form.errors else 200
    try:
        with writing():
            passages, reason, sentence = form.passages.data, form.reason.data, form.sentence.data or ""
            redaction.redact(
                contribution, actor_id=by, seen=seen(), passages=passages, reason=reason, sentence=sentence
            )
    except Invalid as problem:
        blame(form, problem)
        return _page(on_desk(reference), form), problem.status
    return redirect(url_for("moderation.item", reference=reference, list=chosen_list(), done="redacted"))


def _page(contribution: Contribution, form: RedactForm) -> str:
    if not form.is_submitted():
        form.state.data, form.version.data = contribution.state, str(contribution.versions)
    return render_template(
        "pages/moderation/redact.html",
        staff_nav=staff_nav(work_at(desk())),
        contribution=contribution,
        form=form,
        which=chosen_list(),
    )


@bp.post("/<tenant>/-/moderation/<reference>/original")
@personal
def original(reference: str) -> str:
    """Read what the author wrote; that is written into the log, so it is no link."""
    contribution, by = on_desk(reference), actor()
    with writing():
        text = redaction.open_original(contribution, actor_id=by)
    return render_template(
        "pages/moderation/original.html",
        staff_nav=staff_nav(work_at(desk())),
        reference=reference,
        original=text,
        which=chosen_list(),
    )


@bp.post("/<tenant>/-/moderation/<reference>/lift")
@personal
def lift(reference: str) -> ResponseReturnValue:
    """Show everything again."""
    contribution, by = on_desk(reference), actor()
    with writing():
        redaction.lift(contribution, actor_id=by, seen=seen())
    return redirect(url_for("moderation.item", reference=reference, list=chosen_list(), done="redaction-lifted"))
