"""Reading what moderation knows of a contribution: never more than the desk covers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from participation.access.rules import VISITOR
from participation.accounts.models import Person
from participation.contributions.models import Anchor, Contribution
from participation.contributions.queries import Item, fetch, items, visible_to
from participation.kernel.db import db
from participation.kernel.refusal import Unknown
from participation.kernel.text import plain
from participation.moderation.desk import Desk
from participation.moderation.models import ModerationAct, Report
from participation.procedures.models import Activity, Participant, Procedure

C, M, P = Contribution, ModerationAct, Participant


class ReportRow(NamedTuple):
    """One report; the address stands there only where an answer is wanted."""

    contribution_id: int
    reason: str
    note: str
    email: str
    at: datetime
    closed_at: datetime | None


class ActRow(NamedTuple):
    """One act of moderation."""

    act: str
    reason: str
    sentence: str
    at: datetime
    actor: str | None
    undone_at: datetime | None = None


def open_reports_of(ids: Iterable[int]) -> dict[int, list[ReportRow]]:
    """The open reports on these contributions, oldest first; one query, none without contributions."""
    wanted = list(ids)
    if not wanted:
        return {}
    found: dict[int, list[ReportRow]] = {}
    for row in _reports(Report.contribution_id.in_(wanted) & Report.closed_at.is_(None)):
        found.setdefault(row.contribution_id, []).append(row)
    return found


def reportable(procedure: Procedure, reference: str) -> Item | None:
    """A contribution that everybody may see, and therefore report; None for every other."""
    query = items().where(C.procedure_id == procedure.id, C.reference == reference)
    return next(iter(fetch(query.where(visible_to(VISITOR, procedure.id, procedure.tenant_id)))), None)


def reports_on(contribution_id: int) -> list[ReportRow]:
    """All reports on a contribution, closed ones too, oldest first."""
    return _reports(Report.contribution_id == contribution_id)


def _reports(which: Any) -> list[ReportRow]:
    columns = (Report.contribution_id, Report.reason, Report.note, Report.email, Report.at, Report.closed_at)
    return [ReportRow(*row) for row in db.session.execute(select(*columns).where(which).order_by(Report.id))]


def acts_on(contribution_id: int) -> list[ActRow]:
    """What moderation did with a contribution, oldest first, with who it was while that is known."""
    query = (
        select(M.act, M.reason, M.sentence, M.at, Person.display_name, M.undone_at)
        .outerjoin(Person, Person.id == M.actor_id)
        .where(M.contribution_id == contribution_id)
    )
    return [ActRow(*row) for row in db.session.execute(query.order_by(M.id))]


def contribution_for(desk: Desk, reference: str) -> Contribution:
    """A contribution of the desk by its number. Raises Unknown for everything else."""
    query = select(C).where(C.tenant_id == desk.tenant_id, C.reference == reference, desk.covers())
    found = db.session.scalar(query.where(C.state != "removed"))
    if found is None:
        raise Unknown
    return found


class Surroundings(NamedTuple):
    """What one has to know to judge a contribution."""

    activity: str
    author: Participant
    quote: str | None
    parent_reference: str | None
    parent_author: str | None
    parent_text: str | None


def surroundings(contribution: Contribution) -> Surroundings:
    """Where a contribution stands, who wrote it, and what it answers; one query."""
    above, of = C.__table__.alias("above"), P.__table__.alias("of")
    query = (
        select(Activity.title, P, Anchor.exact, above.c.reference, of.c.pseudonym, above.c.html)
        .select_from(Activity)
        .join(P, P.id == contribution.participant_id)
        .outerjoin(Anchor, Anchor.contribution_id == contribution.id)
        .outerjoin(above, above.c.id == contribution.parent_id)
        .outerjoin(of, of.c.id == above.c.participant_id)
        .where(Activity.id == contribution.activity_id)
    )
    activity, author, quote, reference, name, html = db.session.execute(query).one()
    return Surroundings(activity, author, quote, reference, name, plain(html).strip() if html else None)
