"""Authorities, procedures and their phases."""

from typing import Any

from flask import g, url_for
from marshmallow import Schema, fields, validate
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation.api.v1.description import PageAsked, described, listed, paged
from participation.contributions.visible import visible_procedures
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Activity, Procedure
from participation.procedures.queries import open_phases, stage_of
from participation.tenants.models import Tenant
from participation.web.guard import public

bp = described("procedures", "Authorities, their procedures, and the dated phases in which people take part.")


class TenantSchema(Schema):
    """An authority with a portal of its own."""

    slug = fields.String(required=True, metadata={"description": "Part of every address of the authority."})
    name = fields.String(required=True)
    kind = fields.String(required=True)
    url = fields.Function(lambda tenant: url_for("portal.tenant_home", tenant=tenant.slug), metadata={"type": "string"})


class PhaseSchema(Schema):
    """A dated slice of an activity: what is open, for whom. Half-open: `ends_at` is no longer part of it."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    step = fields.String(
        required=True, validate=validate.OneOf(("consultation", "commenting", "voting", "publication"))
    )
    title = fields.String(required=True)
    begins_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    is_open = fields.Boolean(required=True, metadata={"description": "People can take part now."})
    opens = fields.List(fields.String(), required=True, metadata={"description": "Names of actions."})
    round = fields.Integer(required=True)
    audience = fields.String(required=True)
    identity = fields.List(fields.String(), required=True, metadata={"description": "Accepted ways of identity."})
    moderation = fields.String(required=True)
    statutory = fields.Boolean(required=True)


class ActivitySchema(Schema):
    """A participation format placed in a procedure."""

    module = fields.String(required=True)
    slug = fields.String(required=True)
    title = fields.String(required=True)
    phases = fields.List(fields.Nested(PhaseSchema), required=True)


class ProcedureSchema(Schema):
    """One participation process of an authority."""

    slug = fields.String(required=True)
    tenant = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    stage = fields.String(required=True, validate=validate.OneOf([stage.value for stage in Stage]))
    level = fields.String(required=True, metadata={"description": "How far participation goes."})
    topic = fields.String(required=True)
    area = fields.String(required=True)
    legal_basis = fields.String(required=True)
    deciders = fields.String(required=True)
    contact = fields.String(required=True)
    answers_by = fields.Date(required=True, allow_none=True)
    decision_on = fields.Date(required=True, allow_none=True)
    url = fields.String(required=True, metadata={"description": "The page for people."})


class WholeProcedureSchema(ProcedureSchema):
    """A procedure with its activities and phases."""

    activities = fields.List(fields.Nested(ActivitySchema), required=True)


class ProceduresAsked(PageAsked):
    """Which procedures."""

    stage = fields.String(load_default=None, validate=validate.OneOf([stage.value for stage in Stage]))


@bp.get("/tenants")
@bp.arguments(PageAsked, location="query")
@bp.response(200, listed(TenantSchema))
@public
def tenants(asked: dict[str, Any]) -> Any:
    """The authorities of this portal."""
    query = select(Tenant).where(Tenant.id > (asked["after"] or 0)).order_by(Tenant.id).limit(asked["limit"] + 1)
    return paged(list(db.session.scalars(query)), asked["limit"])


@bp.get("/tenants/<tenant>/procedures")
@bp.arguments(ProceduresAsked, location="query")
@bp.response(200, listed(ProcedureSchema))
@public
def procedures(asked: dict[str, Any]) -> Any:
    """The procedures of an authority that you may see, the newest first."""
    query = select(Procedure).where(Procedure.tenant_id == g.tenant.id, visible_procedures(g.viewer))
    if asked["after"] is not None:
        query = query.where(Procedure.id < asked["after"])
    phases = joinedload(Procedure.activities).joinedload(Activity.phases)
    query = query.options(phases).order_by(Procedure.id.desc()).limit(asked["limit"] + 1)
    page = paged(list(db.session.scalars(query).unique()), asked["limit"])
    found = [procedure_data(entry) for entry in page["items"]]
    wanted = asked["stage"]
    return page | {"items": [entry for entry in found if wanted in (None, entry["stage"])]}


@bp.get("/tenants/<tenant>/procedures/<procedure>")
@bp.response(200, WholeProcedureSchema)
@public
def procedure() -> Any:
    """A procedure with its activities and phases."""
    activities = [
        {"module": entry.module, "slug": entry.slug, "title": entry.title, "phases": phases_data(entry)}
        for entry in g.procedure.activities
    ]
    return procedure_data(g.procedure) | {"activities": activities}


@bp.get("/tenants/<tenant>/procedures/<procedure>/phases")
@bp.response(200, PhaseSchema(many=True))
@public
def phases() -> Any:
    """All phases of a procedure, by their begin."""
    found = [phase for activity in g.procedure.activities for phase in phases_data(activity)]
    return sorted(found, key=lambda phase: (phase["begins_at"], int(phase["id"])))


def procedure_data(procedure: Procedure) -> dict[str, Any]:
    """What the interface says of a procedure."""
    names = (
        "slug", "title", "summary", "level", "topic", "area", "legal_basis", "deciders", "contact", "answers_by",
        "decision_on",
    )  # fmt: skip
    return {name: getattr(procedure, name) for name in names} | {
        "tenant": g.tenant.slug,
        "stage": stage_of(procedure, now()).value,
        "url": url_for("procedures.show", procedure=procedure.slug),
    }


def phases_data(activity: Activity) -> list[dict[str, Any]]:
    """What the interface says of the phases of an activity."""
    opened = {phase.id for phase in open_phases(activity)}
    names = (
        "kind", "step", "title", "begins_at", "ends_at", "opens", "round", "audience", "identity", "moderation",
        "statutory",
    )  # fmt: skip
    return [
        {name: getattr(phase, name) for name in names} | {"id": str(phase.id), "is_open": phase.id in opened}
        for phase in activity.phases
    ]
