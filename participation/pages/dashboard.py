"""Where a procedure stands, for those who run it: what waits for whom, who took part, how far the answers are."""

from datetime import date

from flask import Blueprint, g, render_template
from flask_babel import gettext as _

from participation.access.rules import ANSWER
from participation.kernel.clock import today
from participation.notices.queries import subscriber_count
from participation.pages.result_charts import Chart, chart_of_channels, chart_of_days, chart_of_decisions
from participation.procedures.models import Procedure
from participation.results.standing import Standing, decisions_of, standing_of
from participation.web.guard import access
from participation.web.staff_nav import may_open, staff_nav

bp = Blueprint("dashboard", __name__, url_prefix="/<tenant>/<procedure>/-/manage/dashboard")


@bp.get("")
@access(ANSWER)
def show() -> str:
    """The numbers of now; nothing of a vote is among them."""
    standing = standing_of(g.procedure)
    return render_template(
        "pages/dashboard/show.html",
        staff_nav=staff_nav(),
        standing=standing,
        charts=charts_of(standing, g.procedure),
        promised=promise_of(standing.answers_by),
        subscribers=subscriber_count(g.procedure.id),
        may_open=may_open,
    )


def charts_of(standing: Standing, procedure: Procedure) -> list[Chart]:
    """Over time, by channel, by decision; none where there is nothing yet."""
    decisions = decisions_of(procedure)
    found = [chart_of_days(standing.days)] if standing.days else []
    found += [chart_of_channels(standing.channels)] if standing.channels else []
    return found + ([chart_of_decisions(decisions)] if decisions else [])


def promise_of(day: date | None) -> str:
    """How long there is until the day answers were promised for; empty without a promise."""
    if day is None:
        return ""
    left = (day - today()).days
    if left < 0:
        return str(_("seit %(days)s Tagen überschritten", days=-left) if left < -1 else _("seit gestern überschritten"))
    return str(_("noch %(days)s Tage", days=left) if left > 1 else (_("noch 1 Tag") if left else _("heute")))
