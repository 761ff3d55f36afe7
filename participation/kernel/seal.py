"""The audit chain: what is committed and not yet sealed is sealed per tenant, each link over the one before."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, db, transaction
from participation.kernel.events import EventRow

BATCH = 500
START = "0" * 64
PATIENCE = timedelta(hours=1)  # so much earlier than what was sealed before it a fact may be: a clock was set right


class SealRow(Base):
    """One link: `position` is the order of the chain, not the event's id (ids commit out of order)."""

    __tablename__ = "event_seal"
    __table_args__ = (UniqueConstraint("tenant_id", "position"),)

    tenant_id: Mapped[int]
    position: Mapped[int]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    hash: Mapped[str]


class Fact(NamedTuple):
    """What of an event is sealed."""

    id: int
    tenant_id: int
    name: str
    at: datetime
    procedure_id: int | None
    actor_id: int | None
    data: Any


class Link(NamedTuple):
    """One link of a chain with the fact that it seals."""

    position: int
    hash: str
    fact: Fact


class Walk(NamedTuple):
    """How many links are whole, whether the next one is broken, the first that tells of an earlier time, the end."""

    checked: int
    is_broken: bool
    dated_back_at: int | None
    head: str


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What a walk along a chain found: links checked, events not sealed yet, first broken position or None.

    `dated_back_at` is the first link whose fact is more than an hour older than one sealed before it: nothing is
    changed, but somebody may have put it in.
    """

    tenant_id: int
    sealed: int
    unsealed: int
    broken_at: int | None
    dated_back_at: int | None = None


def link(before: str, row: EventRow | Fact) -> str:
    """SHA-256 over the hash before and the event's canonical JSON."""
    facts = [row.id, row.tenant_id, row.name, row.at.isoformat(), row.procedure_id, row.actor_id, row.data]
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def seal_events() -> int:
    """Seal what is committed and not sealed, at most 500 at once. Returns how many links were added."""
    missing = select(EventRow).outerjoin(SealRow, SealRow.event_id == EventRow.id).where(SealRow.id.is_(None))
    if db.session.scalar(missing.with_only_columns(EventRow.id).limit(1)) is None:
        db.session.rollback()
        return 0
    with transaction():
        rows = list(db.session.scalars(missing.order_by(EventRow.id).limit(BATCH)))
        ends: dict[int, tuple[int, str]] = {}
        for row in rows:
            position, before = ends.get(row.tenant_id) or _end_of_chain(row.tenant_id)
            seal = SealRow(tenant_id=row.tenant_id, position=position + 1, event_id=row.id, hash=link(before, row))
            db.session.add(seal)
            ends[row.tenant_id] = (seal.position, seal.hash)
    return len(rows)


def _end_of_chain(tenant_id: int) -> tuple[int, str]:
    query = select(SealRow.position, SealRow.hash).where(SealRow.tenant_id == tenant_id)
    found = db.session.execute(query.order_by(SealRow.position.desc()).limit(1)).first()
    return (found.position, found.hash) if found else (0, START)


def verify(tenant_id: int) -> Verification:
    """Walk the chain of a tenant; any changed, removed, inserted or swapped event breaks it."""
    walked = walk(tenant_id, _links(tenant_id))
    total = db.session.scalar(select(func.count()).select_from(EventRow).where(EventRow.tenant_id == tenant_id)) or 0
    sealed = db.session.scalar(select(func.count()).select_from(SealRow).where(SealRow.tenant_id == tenant_id)) or 0
    broken = walked.is_broken or walked.checked < sealed  # links at the end whose events are gone
    return Verification(
        tenant_id=tenant_id,
        sealed=walked.checked,
        unsealed=max(total - sealed, 0),
        broken_at=walked.checked + 1 if broken else None,
        dated_back_at=walked.dated_back_at,
    )


def walk(tenant_id: int, links: Iterable[Link]) -> Walk:
    """Check links in the order of their positions, wherever they were read: here, or in a backup."""
    before, checked, newest, dated_back_at = START, 0, None, None
    for position, stored, fact in links:
        if position != checked + 1 or fact.tenant_id != tenant_id or stored != link(before, fact):
            return Walk(checked, True, dated_back_at, before)
        if newest is not None and fact.at < newest - PATIENCE and dated_back_at is None:
            dated_back_at = position
        before, checked, newest = stored, position, max(fact.at, newest or fact.at)
    return Walk(checked, False, dated_back_at, before)


def _links(tenant_id: int) -> Iterator[Link]:
    facts = [getattr(EventRow, name) for name in Fact._fields]
    query = (
        select(SealRow.position, SealRow.hash, *facts)
        .join(EventRow, EventRow.id == SealRow.event_id)
        .where(SealRow.tenant_id == tenant_id)
        .order_by(SealRow.position)
        .execution_options(yield_per=500)
    )
    with db.session.execute(query) as rows:
        for position, stored, *fact in rows:
            yield Link(position, stored, Fact(*fact))


def tenants_with_events() -> list[int]:
    """The ids of all chains, the installation's own (0) among them."""
    return sorted(db.session.scalars(select(EventRow.tenant_id).distinct()))
