"""Where somebody moderates: a whole authority, or some of its procedures; and how much is waiting there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from participation.access.rules import MODERATE, Viewer, role_refusal
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.db import db
from participation.moderation.models import Appeal, BarrierReport, Escalation, ModerationAct, Redaction, Report
from participation.moderation.sorting_models import Inquiry
from participation.moderation.weighing import weighed
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
    appeals: int = 0
    escalations: int = 0
    inquiries: int = 0  # authors answered; nobody has looked yet

    @property
    def open(self) -> int:
        """Everything that needs a human now."""
        return self.reported + self.waiting + self.barriers + self.appeals + self.escalations + self.inquiries


def may_moderate(who: Viewer, tenant: Tenant) -> bool:
    """Whether somebody moderates anything here; asks no database."""
    return bool(_roles_anywhere(who, tenant.id) & MODERATE.staff)


def _roles_anywhere(who: Viewer, tenant_id: int) -> frozenset[Role]:
    some = {role for role, tenant, _procedure in who.grants if tenant == tenant_id}
    return who.roles_at(tenant_id) | some


def desk_of(who: Viewer, tenant: Tenant) -> Desk:
    """The desk of a moderator; one query. Raises Refused for everybody else, Unknown for other authorities' staff."""
    if not may_moderate(who, tenant):
        raise role_refusal(who, MODERATE, tenant.id)
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
        _count(_open_appeals(desk)),
        _count(_open_escalations(desk)),
        _count(_answered_inquiries(desk)),
    )
    return Work._make(db.session.execute(query).one())


def _count(query: Select[Any]) -> Any:
    return query.scalar_subquery()


def _open_appeals(desk: Desk) -> Select[int]:
    query = select(func.count(Appeal.id)).join(ModerationAct, ModerationAct.id == Appeal.act_id)
    query = query.join(Contribution, Contribution.id == Appeal.contribution_id)
    return query.where(desk.covers(), Appeal.decided_at.is_(None), still_holds())


def _open_escalations(desk: Desk) -> Select[int]:
    query = select(func.count(Escalation.id)).join(Contribution, Contribution.id == Escalation.contribution_id)
    return query.where(desk.covers(), Escalation.closed_at.is_(None))


def _answered_inquiries(desk: Desk) -> Select[int]:
    query = select(func.count(Inquiry.id)).join(Contribution, Contribution.id == Inquiry.contribution_id)
    return query.where(desk.covers(), Inquiry.answered_at.is_not(None), Inquiry.closed_at.is_(None))


def still_holds() -> ColumnElement[bool]:
    """Acts whose effect is still there, beside their contribution: hidden by them, or blacked out by them."""
    on_top = select(Redaction.id).where(Redaction.act_id == ModerationAct.id, Redaction.lifted_at.is_(None))
    hidden = and_(ModerationAct.act.in_(("hide", "escalate")), Contribution.state == "hidden")
    blacked = and_(ModerationAct.act == "redact", on_top.exists())
    return and_(ModerationAct.undone_at.is_(None), or_(hidden, blacked))


def open_reports(desk: Desk) -> Select[int, int, datetime]:
    """Reported contributions of a desk: contribution_id, what the reports weigh together, the oldest open one."""
    found = weighed(Report.tenant_id == desk.tenant_id, Report.closed_at.is_(None))
    here = found.join(Contribution, Contribution.id == found.selected_columns.contribution_id)
    return here.where(desk.covers(), Contribution.state.in_(REPORTABLE))


def open_barriers(desk: Desk) -> ColumnElement[bool]:
    """Barriers that nobody has dealt with; only those who moderate the whole authority see them."""
    here = BarrierReport.tenant_id == desk.tenant_id if desk.whole else or_(False)
    return here & BarrierReport.closed_at.is_(None)
