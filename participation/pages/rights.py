"""Who may do what: roles and actions as a table, and the people who hold a role; the policy of the guard is asked."""

from typing import Any

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from participation.access.members import MEANING
from participation.access.rights import ROLES, holders, phase_actions, rights, staff_actions
from participation.access.rules import ADMINISTER, OPERATE
from participation.access.team import procedures_of
from participation.kernel.refusal import Unknown
from participation.openness.installation import operators
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_by_id
from participation.tenants.queries import tenants
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("rights", __name__)


@bp.get("/-/rights")
@access(OPERATE)
def installation() -> str:
    """The table for the whole installation, and the way to each authority's people."""
    return _page(tenants=tenants())


@bp.get("/<tenant>/-/rights")
@access(ADMINISTER)
def show() -> ResponseReturnValue:
    """The table, and who holds a role at the authority; with `?procedure=` who may do what there."""
    procedures = procedures_of(g.tenant.id)
    procedure = _chosen(dict(procedures))
    actions = [action for action, _owner in staff_actions(current_app.extensions["registry"])]
    people = holders(g.tenant, procedure, actions)
    return _page(procedures=procedures, chosen=procedure, people=people)


def _chosen(titles: dict[int, str]) -> Procedure | None:
    """The procedure of the address. Raises Unknown for one of another authority."""
    typed = request.args.get("procedure", "")
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 18 or int(typed) not in titles:
        raise Unknown
    return procedure_by_id(int(typed))


def _page(**values: Any) -> str:
    registry = current_app.extensions["registry"]
    return render_template(
        "pages/rights/show.html",
        staff_nav=staff_nav(),
        roles=ROLES,
        meaning=MEANING,
        rights=rights(registry),
        by_phase=phase_actions(registry),
        owners={module.name: module.title for module in registry},
        operators=operators(),
        **values,
    )
