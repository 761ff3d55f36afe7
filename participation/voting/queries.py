"""Reading one's own ballot; nobody reads another's here."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from participation.access.rules import Viewer
from participation.kernel.db import db
from participation.procedures.models import Activity, Participant, Procedure
from participation.tenants.models import Tenant
from participation.voting.models import Ballot


class OwnBallot(NamedTuple):
    """What the voter sees of the own ballot."""

    receipt: str
    choices: dict[str, Any]
    cast_at: datetime
    changed_at: datetime | None


class OwnVote(NamedTuple):
    """A vote somebody took part in, for "My participation"; how they voted is not in it."""

    receipt: str
    cast_at: datetime
    module: str
    activity: str
    activity_slug: str
    procedure: str
    procedure_slug: str
    tenant_slug: str


def own_ballot(activity: Activity, who: Viewer) -> OwnBallot | None:
    """The viewer's ballot in a vote, None where there is none. At most one query."""
    if not who.participant_ids:
        return None
    query = select(Ballot.receipt, Ballot.choices, Ballot.cast_at, Ballot.changed_at).where(
        Ballot.activity_id == activity.id, Ballot.participant_id.in_(who.participant_ids)
    )
    row = db.session.execute(query).first()
    return OwnBallot(*row) if row else None


def own_votes(person_id: int, tenant_id: int | None = None) -> list[OwnVote]:
    """The votes a person took part in, the newest first; one query."""
    query = _votes().where(Participant.person_id == person_id)
    return _fetch(query if tenant_id is None else query.where(Procedure.tenant_id == tenant_id))


def votes_of_guest(guest: Participant) -> list[OwnVote]:
    """The same for somebody with an access code."""
    return _fetch(_votes().where(Participant.id == guest.id))


def choices_of_guest(guest: Participant) -> list[dict[str, Any]]:
    """The ballots of somebody with an access code, for the download of what is stored."""
    query = select(Ballot.receipt, Ballot.choices, Ballot.cast_at, Ballot.changed_at)
    rows = db.session.execute(query.where(Ballot.participant_id == guest.id).order_by(Ballot.id))
    return [OwnBallot(*row)._asdict() for row in rows]


def _votes() -> Any:
    return (
        select(
            Ballot.receipt, Ballot.cast_at, Activity.module, Activity.title, Activity.slug,
            Procedure.title, Procedure.slug, Tenant.slug,
        )
        .join(Participant, Participant.id == Ballot.participant_id)
        .join(Activity, Activity.id == Ballot.activity_id)
        .join(Procedure, Procedure.id == Activity.procedure_id)
        .join(Tenant, Tenant.id == Procedure.tenant_id)
    )  # fmt: skip


def _fetch(query: Any) -> list[OwnVote]:
    return [OwnVote(*row) for row in db.session.execute(query.order_by(Ballot.cast_at.desc(), Ballot.id.desc()))]
