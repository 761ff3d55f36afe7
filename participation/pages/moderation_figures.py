"""Public figures of moderation, for an authority and for each of its procedures."""

from datetime import timedelta

from flask import g, render_template
from flask_babel import format_timedelta

from participation.moderation.figures import FEWEST, figures
from participation.pages.moderation_routes import bp
from participation.web.guard import public


@bp.get("/<tenant>/-/moderation-figures")
@public
def tenant_figures() -> str:
    """How often was reported, hidden, restored and reviewed at an authority."""
    return _page(None)


@bp.get("/<tenant>/<procedure>/-/moderation-figures")
@public
def procedure_figures() -> str:
    """The same for one procedure."""
    return _page(g.procedure.id)


def _page(procedure_id: int | None) -> str:
    found = figures(g.tenant.id, procedure_id)
    median = None if found.median is None else str(format_timedelta(timedelta(seconds=found.median)))
    return render_template("pages/moderation/figures.html", figures=found, fewest=FEWEST, median=median)
