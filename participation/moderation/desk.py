"""Where somebody moderates: a whole authority, or some of its procedures; and how much is waiting there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select

from participation.access.rules import MODERATE, Viewer
from participation.access.sentences import role_needed
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.db import db
from participation.kernel.refusal import Refused
from participation.moderation.models import BarrierReport, Report
from participation.procedures.models import Procedure
from participation.tenants.models import Tenant

REPORTABLE = ("published", "pending")  # a hidden or withdrawn one needs no decision any more


class Place(NamedTuple):
    """A procedure as the desk names it."""

    slug: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The procedures somebody moderates; `whole` where it is the authority with everything it has."""

    tenant_id: int
    whole: bool
    procedures: dict[int, Place]

    def narrowed(self, slug: str) -> "Desk":
        """The desk with one procedure only; the same where it has none of that name."""
        found = {key: place for key, place in self.procedures.items() if place.slug == slug}
        return Desk(tenant_id=self.tenant_id, whole=self.whole, procedures=found) if found else self

    def covers(self) -> ColumnElement[bool]:
        """The contributions of the desk."""
        return Contribution.procedure_id.in_(self.procedures)


class Work(NamedTuple):
    """What waits at a desk, and since when the oldest of it."""

    reported: int
    reported_since: datetime | None
    waiting: int
    waiting_since: datetime | None
    hidden: int
    barriers: int
    barriers_since: datetime | None

    @property
    def open(self) -> int:
        """Everything that needs a human now."""
        return self.reported + self.waiting + self.barriers


def may_moderate(who: Viewer, tenant: Tenant) -> bool:
    """Whether somebody moderates anything here; asks no database."""
    return bool(_roles_anywhere(who, tenant.id) & MODERATE.staff)


def _roles_anywhere(who: Viewer, tenant_id: int) -> frozenset[Role]:
    some = {role for role, tenant, _procedure in who.grants if tenant == tenant_id}
    return who.roles_at(tenant_id) | some


def desk_of(who: Viewer, tenant: Tenant) -> Desk:
    """The desk of a moderator; one query. Raises Refused for everybody else."""
    if not may_moderate(who, tenant):
        raise Refused(role_needed(MODERATE))
    whole = bool(who.roles_at(tenant.id) & MODERATE.staff)
    query = select(Procedure.id, Procedure.slug, Procedure.title).where(Procedure.tenant_id == tenant.id)
    if not whole:
        own = {procedure for role, _tenant, procedure in who.grants if role in MODERATE.staff}
        query = query.where(Procedure.id.in_(own - {None}))
    rows = db.session.execute(query.order_by(Procedure.title, Procedure.id))
    return Desk(tenant_id=tenant.id, whole=whole, procedures={id_: Place(slug, title) for id_, slug, title in rows})


def work_at(desk: Desk) -> Work:
    """The numbers of a desk; one query."""
    pending = desk.covers() & (Contribution.state == "pending")
    hidden = desk.covers() & (Contribution.state == "hidden")
    reports = open_reports(desk).subquery()
    barriers = open_barriers(desk)
    query = select(
        _count(select(func.count()).select_from(reports)),
        _count(select(func.min(reports.c.oldest))),
        _count(select(func.count(Contribution.id)).where(pending)),
        _count(select(func.min(Contribution.created_at)).where(pending)),
        _count(select(func.count(Contribution.id)).where(hidden)),
        _count(select(func.count(BarrierReport.id)).where(barriers)),
        _count(select(func.min(BarrierReport.at)).where(barriers)),
    )
    return Work(*db.session.execute(query).one())


def _count(query: Select[Any]) -> Any:
    return query.scalar_subquery()


def open_reports(desk: Desk) -> Select[int, int, datetime]:
    """Reported contributions of a desk: contribution_id, number and oldest of the open reports."""
    return (
        select(Report.contribution_id, func.count().label("number"), func.min(Report.at).label("oldest"))
        .join(Contribution, Contribution.id == Report.contribution_id)
        .where(
            Report.tenant_id == desk.tenant_id,
            Report.closed_at.is_(None),
            desk.covers(),
            Contribution.state.in_(REPORTABLE),
        )
        .group_by(Report.contribution_id)
    )


def open_barriers(desk: Desk) -> ColumnElement[bool]:
    """Barriers that nobody has dealt with; only those who moderate the whole authority see them."""
    here = BarrierReport.tenant_id == desk.tenant_id if desk.whole else or_(False)
    return here & BarrierReport.closed_at.is_(None)
