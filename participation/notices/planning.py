"""Which digests are due: at 7 in the morning, those by week on Mondays. A row for each person and day, made once.

Planning looks only at when something last happened in each procedure; what happened is read when the mail is written.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, literal, or_, select, union_all
from sqlalchemy.types import Date

from participation.contributions.models import Contribution
from participation.documents.models import Document, DocumentVersion
from participation.evaluation.models import Response
from participation.kernel.clock import instant, local, now, today
from participation.kernel.db import Instant, db
from participation.kernel.events import EventRow, emit
from participation.moderation.models import ModerationAct
from participation.notices.events import DigestsPlanned
from participation.notices.models import DAILY, WEEKLY, Digest, Subscription
from participation.procedures.entries import Entry
from participation.procedures.models import Activity, Phase
from participation.procedures.step_models import StepTaken
from participation.results.models import Result

HOUR = time(7)
LOOKED_BACK = timedelta(days=15)  # what is older is no news, even where nobody could be told of it
SOON = {DAILY: timedelta(days=3), WEEKLY: timedelta(days=7)}  # before its end a phase is told of once more


def plan_digests(rhythm: str = "") -> int:
    """List the digests that are due now (of one rhythm), and have them written; how many. A second time does nothing.

    Nobody is listed who follows only what nothing happened in.
    """
    if local(now()).time() < HOUR:
        return 0
    due = [(DAILY, today()), (WEEKLY, today() - timedelta(days=today().weekday()))]
    return sum(_plan(name, day) for name, day in due if rhythm in ("", name))


def _plan(rhythm: str, day: date) -> int:
    until = instant(datetime.combine(day, HOUR))
    tenants = select(Subscription.tenant_id).where(Subscription.rhythm == rhythm, Subscription.told_at < until)
    planned = select(EventRow.tenant_id).where(
        EventRow.name == DigestsPlanned.name,
        EventRow.at >= until,
        EventRow.data["rhythm"].as_string() == rhythm,
        EventRow.data["day"].as_string() == day.isoformat(),
    )
    missing = db.session.scalars(tenants.where(Subscription.tenant_id.not_in(planned)).distinct()).all()
    return sum(_plan_at(tenant_id, rhythm, day, until) for tenant_id in missing)


def _plan_at(tenant_id: int, rhythm: str, day: date, until: datetime) -> int:
    latest = latest_news(tenant_id, rhythm, until)
    listed = 0
    if latest:
        people = select(Subscription.person_id).where(*_follow(tenant_id, rhythm), _behind(latest)).distinct()
        rows = people.add_columns(literal(tenant_id), literal(rhythm), literal(day, Date()), literal(until, Instant()))
        columns = ["person_id", "tenant_id", "rhythm", "day", "until"]
        db.session.execute(insert(Digest).from_select(columns, rows))
        mine = (Digest.tenant_id == tenant_id, Digest.rhythm == rhythm, Digest.day == day)
        listed = db.session.scalar(select(func.count()).where(*mine)) or 0
    emit(DigestsPlanned(tenant_id=tenant_id, rhythm=rhythm, day=day.isoformat()))
    return listed


def _follow(tenant_id: int, rhythm: str) -> tuple[Any, ...]:
    return (
        Subscription.tenant_id == tenant_id,
        Subscription.rhythm == rhythm,
        Subscription.confirmed_at.is_not(None),
    )


def _behind(latest: dict[int, datetime]) -> Any:
    """Who was told before the newest thing happened."""
    return or_(*(and_(Subscription.procedure_id == number, Subscription.told_at < at) for number, at in latest.items()))


def latest_news(tenant_id: int, rhythm: str, until: datetime) -> dict[int, datetime]:
    """When something last happened in each procedure that somebody follows in this rhythm; two queries."""
    since = until - LOOKED_BACK
    sources = union_all(*_sources(tenant_id, since, until)).subquery()
    followed = select(Subscription.procedure_id).where(*_follow(tenant_id, rhythm))
    query = select(sources.c.procedure_id, func.max(sources.c.at)).where(sources.c.procedure_id.in_(followed))
    latest = dict(db.session.execute(query.group_by(sources.c.procedure_id)).all())
    for number, at in _turns(followed, since, until, SOON[rhythm]):
        latest[number] = max(at, latest.get(number, at))
    return latest


def _sources(tenant_id: int, since: datetime, until: datetime) -> Iterator[Any]:
    """Everything a digest may tell of, as procedure and instant."""

    def news(procedure: Any, at: Any) -> Any:
        return select(procedure.label("procedure_id"), at.label("at")).where(at > since, at <= until)

    for model, at in ((StepTaken, StepTaken.at), (Response, Response.published_at), (Result, Result.published_at)):
        yield news(model.procedure_id, at).where(model.tenant_id == tenant_id)
    yield news(Entry.procedure_id, Entry.public_from).where(Entry.tenant_id == tenant_id)
    yield news(Contribution.procedure_id, Contribution.created_at).where(
        Contribution.tenant_id == tenant_id, Contribution.state == "published"
    )
    yield (
        news(Contribution.procedure_id, ModerationAct.at)
        .join(ModerationAct, ModerationAct.contribution_id == Contribution.id)
        .where(ModerationAct.tenant_id == tenant_id, ModerationAct.act == "publish")
    )
    yield (
        news(Document.procedure_id, DocumentVersion.published_at)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(DocumentVersion.tenant_id == tenant_id)
    )


def _turns(followed: Any, since: datetime, until: datetime, soon: timedelta) -> Iterator[tuple[int, datetime]]:
    """When phases opened, and when they came close to their end."""
    query = select(Activity.procedure_id, Phase.begins_at, Phase.ends_at).join(Phase, Phase.activity_id == Activity.id)
    near = (Phase.begins_at <= until, Phase.ends_at > since)
    for number, begins_at, ends_at in db.session.execute(query.where(Activity.procedure_id.in_(followed), *near)):
        yield from ((number, at) for at in (begins_at, ends_at - soon) if since < at <= until)


def digests_of(tenant_id: int, rhythm: str, day: date) -> Iterator[str]:
    """The numbers of the digests of a day, read in pages."""
    last = 0
    mine = (Digest.tenant_id == tenant_id, Digest.rhythm == rhythm, Digest.day == day)
    while numbers := list(
        db.session.scalars(select(Digest.id).where(*mine, Digest.id > last).order_by(Digest.id).limit(1_000))
    ):
        yield from map(str, numbers)
        last = numbers[-1]
