"""The audit chain: what is committed and not yet sealed is sealed per tenant, each link over the one before."""

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, db, transaction
from participation.kernel.events import EventRow

BATCH = 500
START = "0" * 64


class SealRow(Base):
    """One link: `position` is the order of the chain, not the event's id (ids commit out of order)."""

    __tablename__ = "event_seal"
    __table_args__ = (UniqueConstraint("tenant_id", "position"),)

    tenant_id: Mapped[int]
    position: Mapped[int]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    hash: Mapped[str]


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What a walk along a chain found: links checked, events not sealed yet, first broken position or None."""

    tenant_id: int
    sealed: int
    unsealed: int
    broken_at: int | None


def link(before: str, row: EventRow) -> str:
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
    checked, broken = _walk(tenant_id)
    total = db.session.scalar(select(func.count()).select_from(EventRow).where(EventRow.tenant_id == tenant_id)) or 0
    sealed = db.session.scalar(select(func.count()).select_from(SealRow).where(SealRow.tenant_id == tenant_id)) or 0
    broken = broken or checked < sealed  # links at the end whose events are gone
    return Verification(
        tenant_id=tenant_id,
        sealed=checked,
        unsealed=max(total - sealed, 0),
        broken_at=checked + 1 if broken else None,
    )


def _walk(tenant_id: int) -> tuple[int, bool]:
    """How many links from the beginning are whole, and whether the next one is broken."""
    before, checked = START, 0
    query = (
        select(SealRow.position, SealRow.hash, EventRow)
        .join(EventRow, EventRow.id == SealRow.event_id)
        .where(SealRow.tenant_id == tenant_id)
        .order_by(SealRow.position)
        .execution_options(yield_per=500)
    )
    with db.session.execute(query) as rows:
        for position, stored, row in rows:
            if position != checked + 1 or row.tenant_id != tenant_id or stored != link(before, row):
                return checked, True
            before, checked = stored, position
    return checked, False


def tenants_with_events() -> list[int]:
    """The ids of all chains, the installation's own (0) among them."""
    return sorted(db.session.scalars(select(EventRow.tenant_id).distinct()))
