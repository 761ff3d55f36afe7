"""What one person added, typed and rated: for "My participation", over all procedures of an authority or of all."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.orm import joinedload

from participation.contributions.models import Anchor, Contribution, Draft, RatingRow
from participation.contributions.queries import INTO, Item, fetch, items
from participation.documents.models import Document, Node
from participation.kernel.db import db
from participation.procedures.models import Activity, Participant, Procedure
from participation.tenants.models import Tenant

PAGE = 20
STATES = ("published", "pending", "hidden", "withdrawn", "merged")
C, P = Contribution, Participant


class OwnContribution(NamedTuple):
    """What a row of the list shows."""

    id: int
    reference: str
    type: str
    state: str
    work: str
    decision: str  # of the public answer
    html: str
    created_at: datetime
    activity_id: int
    activity: str
    procedure_id: int
    procedure: str
    procedure_slug: str
    tenant: str
    tenant_slug: str
    organisation: str
    citation: str | None  # "§ 2 Absatz 4"
    quote: str | None
    is_answer: bool


class OwnPage(NamedTuple):
    """A page of the list, and the key after which the next one begins (None on the last)."""

    items: list[OwnContribution]
    next: int | None


class OwnDraft(NamedTuple):
    """Something typed and not sent."""

    key: str
    text: str
    changed_at: datetime
    expires_at: datetime
    activity: str
    procedure: str
    procedure_slug: str
    tenant: str
    tenant_slug: str


class Place(NamedTuple):
    """Where a draft belongs, as its address names it."""

    tenant: str
    procedure: str


def contributions_of(
    person_id: int,
    tenant_id: int | None = None,
    *,
    procedure_id: int | None = None,
    state: str | None = None,
    after: int | None = None,
) -> OwnPage:
    """What a person contributed, newest first, a page of 20; without a tenant over all authorities. One query."""
    query = (
        select(
            C.id, C.reference, C.type, C.state, C.work, func.coalesce(INTO.decision, C.decision), C.html, C.created_at,
            C.activity_id, Activity.title,
            C.procedure_id, Procedure.title, Procedure.slug, Tenant.name, Tenant.slug, P.organisation_name,
            _citation(), Anchor.exact, C.parent_id.is_not(None),
        )
        .join(P, P.id == C.participant_id)
        .join(Activity, Activity.id == C.activity_id)
        .join(Procedure, Procedure.id == C.procedure_id)
        .join(Tenant, Tenant.id == C.tenant_id)
        .outerjoin(Anchor, Anchor.contribution_id == C.id)
        .outerjoin(INTO, and_(INTO.id == C.merged_into_id, C.state == "merged", C.decision == ""))
        .where(P.person_id == person_id, C.state != "removed", _at(C.tenant_id, tenant_id))
    )  # fmt: skip
    query = query.where(C.procedure_id == procedure_id) if procedure_id else query
    query = query.where(C.state == state) if state else query
    query = query.where(C.id < after) if after else query
    rows = [OwnContribution._make(row) for row in db.session.execute(query.order_by(C.id.desc()).limit(PAGE + 1))]
    return OwnPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def procedures_with(activity_ids: Collection[int]) -> list[Procedure]:
    """The procedures of these activities, with all activities and phases, for the policy; one query, none for none."""
    if not activity_ids:
        return []
    whole = joinedload(Procedure.activities).joinedload(Activity.phases)
    mine = select(Activity.procedure_id).where(Activity.id.in_(activity_ids))
    return list(db.session.scalars(select(Procedure).where(Procedure.id.in_(mine)).options(whole)).unique())


def _citation() -> Any:
    """How the place is cited, where exactly one text of the procedure has a node with its key."""
    places = select(func.min(Node.citation)).join(Document, Document.current_version_id == Node.version_id)
    places = places.where(Document.procedure_id == C.procedure_id, Node.key == C.place)
    return places.having(func.count() == 1).correlate(C).scalar_subquery()


def _at(column: Any, tenant_id: int | None) -> ColumnElement[bool]:
    return column == tenant_id if tenant_id is not None else true()


def own_procedures(person_id: int, tenant_id: int | None = None) -> list[tuple[int, str, int]]:
    """The procedures a person contributed to: number, title, how many contributions; for the filter."""
    query = (
        select(Procedure.id, Procedure.title, func.count())
        .join(C, C.procedure_id == Procedure.id)
        .join(P, P.id == C.participant_id)
        .where(P.person_id == person_id, C.state != "removed", _at(C.tenant_id, tenant_id))
        .group_by(Procedure.id, Procedure.title)
        .order_by(Procedure.title)
    )
    return [(number, title, count) for number, title, count in db.session.execute(query)]


def own_drafts(person_id: int, tenant_id: int | None = None) -> list[OwnDraft]:
    """What a person typed and did not send, newest first."""
    query = (
        select(
            Draft.key, Draft.fields, Draft.changed_at, Draft.expires_at, Activity.title,
            Procedure.title, Procedure.slug, Tenant.name, Tenant.slug,
        )
        .join(Activity, Activity.id == Draft.activity_id)
        .join(Procedure, Procedure.id == Activity.procedure_id)
        .join(Tenant, Tenant.id == Draft.tenant_id)
        .where(Draft.person_id == person_id, _at(Draft.tenant_id, tenant_id))
        .order_by(Draft.changed_at.desc(), Draft.id.desc())
    )  # fmt: skip
    return [OwnDraft(key, str(fields.get("text", "")), *rest) for key, fields, *rest in db.session.execute(query)]


def number_of_ratings(person_id: int, tenant_id: int | None = None) -> int:
    """How many contributions a person has rated."""
    query = select(func.count()).select_from(RatingRow).join(P, P.id == RatingRow.participant_id)
    return db.session.scalar(query.where(P.person_id == person_id, _at(RatingRow.tenant_id, tenant_id))) or 0


def claim_draft(key: str, person_id: int, tenant_id: int | None) -> Place | None:
    """Make the draft named in a link the person's; None when it is gone, somebody else's, or of another authority."""
    mine = or_(Draft.person_id.is_(None), Draft.person_id == person_id)
    here = (Draft.key == key, mine, _at(Draft.tenant_id, tenant_id))
    db.session.execute(
        update(Draft).where(*here).values(person_id=person_id), execution_options={"synchronize_session": False}
    )
    query = (
        select(Tenant.slug, Procedure.slug)
        .join(Procedure, Procedure.tenant_id == Tenant.id)
        .join(Activity, Activity.procedure_id == Procedure.id)
        .join(Draft, Draft.activity_id == Activity.id)
        .where(*here)
    )
    found = db.session.execute(query).one_or_none()
    return Place(*found) if found else None


def guest_items(guest: Participant) -> list[Item]:
    """What a guest contributed, newest first, whatever became of it."""
    query = items().where(C.participant_id == guest.id, C.state != "removed")
    return fetch(query.order_by(C.id.desc()))


def guest_data(guest: Participant) -> dict[str, Any]:
    """Everything stored under a guest, for the download: texts with their versions, and ratings."""
    texts = select(C).where(C.participant_id == guest.id, C.state != "removed").order_by(C.id)
    rated = select(C.reference, RatingRow.value, RatingRow.at).join(RatingRow, RatingRow.contribution_id == C.id)
    return {
        "name": guest.pseudonym,
        "organisation": guest.organisation_name,
        "since": guest.created_at.isoformat(),
        "identity": guest.identity,
        "contributions": [_text_of(row) for row in db.session.scalars(texts)],
        "ratings": [
            {"reference": reference, "value": value, "at": at.isoformat()}
            for reference, value, at in db.session.execute(rated.where(RatingRow.participant_id == guest.id))
        ],
    }


def _text_of(row: Contribution) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "text": row.source,
        "place": row.place,
        "state": row.state,
        "received_at": row.received_at.isoformat(),
        "versions": row.versions,
    }
