"""Asking for a review of a decision of moderation: the author, with or without an account."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from participation.contributions.models import Contribution
from participation.contributions.queries import contribution_at
from participation.kernel.db import writing
from participation.kernel.refusal import Unknown
from participation.moderation.appeals import decision_on, file_appeal
from participation.pages.moderation_forms import AppealForm
from participation.web.guard import LoginNeeded, public

bp = Blueprint("appeals", __name__)


@bp.route("/<tenant>/<procedure>/-/contributions/<reference>/appeal", methods=["GET", "POST"])
@public
def ask(reference: str) -> ResponseReturnValue:
    """What was decided and why; by POST ask that a second person decides again."""
    contribution, form = _own(reference), AppealForm()
    if not form.validate_on_submit():
        return _page(contribution, form), 422 if form.errors else 200
    with writing():
        file_appeal(contribution, who=g.viewer, text=form.text.data)
    return redirect(url_for("contributions.show", reference=reference, done="appealed"))


def _page(contribution: Contribution, form: AppealForm) -> str:
    found = decision_on(contribution.id)
    if found is None:
        raise Unknown
    act, appeal = found
    return render_template(
        "pages/appeals/ask.html", contribution=contribution, act=act, appeal=appeal, form=form
    )  # fmt: skip


def _own(reference: str) -> Contribution:
    """One's own contribution, also of a guest. Raises LoginNeeded for somebody unknown, Unknown for everybody else."""
    contribution = contribution_at(g.procedure.id, reference)
    if contribution is not None and contribution.participant_id in g.viewer.participant_ids:
        return contribution
    if not g.viewer.participants and g.viewer.person is None:
        raise LoginNeeded(_l("Eine Überprüfung verlangen kann, wer den Beitrag geschrieben hat."))
    raise Unknown
