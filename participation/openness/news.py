"""What feeds tell: stages that procedures came to, and contributions that were published. Public things only."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.contributions.visible import public_contributions, visible_procedures
from participation.kernel.db import db
from participation.kernel.events import EventRow
from participation.procedures.events import ProcedureAdvanced
from participation.procedures.lifecycle import INTERNAL
from participation.procedures.models import Participant, Procedure
from participation.tenants.models import Tenant

NEWEST = 25  # of each kind
LOOKED_THROUGH = 4 * NEWEST  # steps, of which some lead back into preparation and are nobody's news
C = Contribution


class StageNews(NamedTuple):
    """A procedure came to a stage."""

    event_id: int
    stage: str
    at: datetime
    tenant: str
    procedure: str
    title: str
    summary: str


class ContributionNews(NamedTuple):
    """A contribution that can be read by everybody."""

    reference: str
    title: str
    html: str
    created_at: datetime
    edited_at: datetime | None
    pseudonym: str
    tenant: str
    procedure: str
    procedure_title: str


def stage_news(tenant_id: int | None = None, procedure_id: int | None = None) -> list[StageNews]:
    """The newest stages of the public procedures of a tenant (None: of all), newest first."""
    event = (EventRow.id, EventRow.data, EventRow.at, Tenant.slug, Procedure.slug, Procedure.title, Procedure.summary)
    query = select(*event).join(Procedure, Procedure.id == EventRow.procedure_id)
    query = query.join(Tenant, Tenant.id == Procedure.tenant_id).where(EventRow.name == ProcedureAdvanced.name)
    rows = db.session.execute(
        _within(query, tenant_id, procedure_id).order_by(EventRow.id.desc()).limit(LOOKED_THROUGH)
    )
    found = [StageNews(number, data["target"], *rest) for number, data, *rest in rows]
    return [entry for entry in found if entry.stage not in INTERNAL][:NEWEST]


def contribution_news(
    tenant_id: int | None = None, procedure_id: int | None = None, activity_id: int | None = None
) -> list[ContributionNews]:
    """The newest public contributions, newest first; of one activity without the answers."""
    own = (C.reference, C.title, C.html, C.created_at, C.edited_at, Participant.pseudonym)
    query = select(*own, Tenant.slug, Procedure.slug, Procedure.title).join(Procedure, Procedure.id == C.procedure_id)
    query = query.join(Tenant, Tenant.id == C.tenant_id).join(Participant, Participant.id == C.participant_id)
    query = _within(query.where(public_contributions()), tenant_id, procedure_id)
    if activity_id is not None:
        query = query.where(C.activity_id == activity_id, C.parent_id.is_(None))
    return [ContributionNews(*row) for row in db.session.execute(query.order_by(C.id.desc()).limit(NEWEST))]


def _within(query: Any, tenant_id: int | None, procedure_id: int | None) -> Any:
    """Only what everybody may see of a tenant, or of one procedure."""
    query = query.where(visible_procedures())
    if tenant_id is not None:
        query = query.where(Procedure.tenant_id == tenant_id)
    return query.where(Procedure.id == procedure_id) if procedure_id is not None else query
