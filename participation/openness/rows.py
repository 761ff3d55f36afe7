"""Rows of the core: what every procedure holds, whatever its formats and whether or not they are still installed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from participation.contributions.counts import columns_for
from participation.contributions.models import Anchor, Contribution
from participation.contributions.visible import public_contributions
from participation.kernel.db import db
from participation.procedures.models import Activity, Participant, Phase, Procedure

C = Contribution
CONTRIBUTION = {
    "reference": C.reference,
    "type": C.type,
    "module": Activity.module,
    "activity": Activity.slug,
    "phase": Phase.title,
    "round": Phase.round,
    "place": C.place,
    "passage": Anchor.exact,
    "title": C.title,
    "text": C.source,
    "language": C.language,
    "author": Participant.pseudonym,
    "organisation": Participant.organisation_name,
    "badge": Participant.badge,
    "state": C.state,
    "late": C.late,
    "intake_channel": C.intake_channel,
    "received_at": C.received_at,
    "edited_at": C.edited_at,
    "replies": C.replies,
}
RATINGS = {name: getattr(C, name) for name in ("agree", "neutral", "disagree")}


def contribution_rows(procedure_id: int, *, everything: bool = False) -> Iterator[dict[str, Any]]:
    """The contributions of a procedure, oldest first: what everybody may read, or (for the file) everything.

    Counts which a phase holds back are empty. No row holds an address or the number of a person.
    `parent` is the reference of what it answers.
    """
    above = aliased(Contribution)
    counts = RATINGS if everything else {name: columns_for()[name] for name in RATINGS}
    columns = [column.label(name) for name, column in (CONTRIBUTION | counts).items()]
    query = (
        select(*columns, above.reference.label("parent"))
        .join(Activity, Activity.id == C.activity_id)
        .join(Phase, Phase.id == C.phase_id)
        .join(Participant, Participant.id == C.participant_id)
        .outerjoin(Anchor, Anchor.contribution_id == C.id)
        .outerjoin(above, above.id == C.parent_id)
        .where(C.procedure_id == procedure_id)
        .order_by(C.id)
        .execution_options(yield_per=500)
    )
    if not everything:
        query = query.where(public_contributions())
    for row in db.session.execute(query):
        yield dict(row._mapping)


def procedure_facts(procedure: Procedure) -> dict[str, Any]:
    """What a procedure says about itself, with its formats and phases; they must be loaded."""
    names = ("slug", "title", "summary", "description", "topic", "area", "level", "legal_basis", "deciders", "stage")
    days = ("announced_on", "answers_by", "decision_on", "stage_since", "created_at")
    facts = {name: getattr(procedure, name) for name in (*names, *days)}
    return facts | {"authority": procedure.tenant.name, "activities": [_facts(entry) for entry in procedure.activities]}


def _facts(activity: Activity) -> dict[str, Any]:
    names = ("kind", "title", "step", "begins_local", "ends_local", "zone", "round", "audience", "identity")
    phases = [{name: getattr(phase, name) for name in names} for phase in activity.phases]
    return {"module": activity.module, "slug": activity.slug, "title": activity.title, "phases": phases}
