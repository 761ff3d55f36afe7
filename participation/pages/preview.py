"""How pages will look on a day, to somebody with a role: choosing both."""

from datetime import datetime

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from participation.access.rules import PREPARE
from participation.interfaces import Role
from participation.pages.preview_form import PreviewForm
from participation.procedures.models import Procedure
from participation.web.guard import access
from participation.web.preview import edges_of, roles_for, root_of
from participation.web.procedure_words import activity_url
from participation.web.staff_nav import staff_nav

bp = Blueprint("preview", __name__)


@bp.get("/<tenant>/<procedure>/-/manage/preview")
@access(PREPARE)
def choose() -> ResponseReturnValue:
    """Day, role and page; once they are chosen, the way into the preview. Nothing is changed, so it is a GET."""
    form = PreviewForm(request.args)
    form.offer(roles_for(g.viewer, g.procedure), pages_of(g.procedure))
    if "day" in request.args and form.validate():
        return redirect(root_of(form.at(), Role(form.role.data)) + form.page.data)
    page = render_template(
        "pages/preview/choose.html",
        staff_nav=staff_nav(),
        form=form,
        dates=dates_to_visit(g.procedure),
    )
    return page, 422 if form.errors else 200


def pages_of(procedure: Procedure) -> list[tuple[str, str]]:
    """The pages to begin with: the procedure and its formats, as (address, title)."""
    formats = [(url, entry.title) for entry in procedure.activities if (url := activity_url(entry))]
    return [(url_for("procedures.show"), _("Seite des Verfahrens")), *formats]


def dates_to_visit(procedure: Procedure) -> list[tuple[datetime, str, str]]:
    """Where something changes: the instant, what happens then, and the visitors' preview of the procedure's page."""
    page = url_for("procedures.show")
    return [
        (edge, ", ".join(_happening(procedure, edge)), root_of(edge, Role.VISITOR) + page)
        for edge in edges_of(procedure)
    ]


def _happening(procedure: Procedure, at: datetime) -> list[str]:
    phases = [phase for activity in procedure.activities for phase in activity.phases]
    found = [_("Ankündigung")] if procedure.announced_at == at else []
    found += [_("„%(title)s“ beginnt", title=phase.title) for phase in phases if phase.begins_at == at]
    return found + [_("„%(title)s“ ist beendet", title=phase.title) for phase in phases if phase.ends_at == at]
