"""The audit chain: whatever is changed, removed, put in, swapped or cut off is found; erasing people breaks nothing."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError

from participation.accounts.models import Person
from participation.kernel.db import db, ledger, transaction
from participation.kernel.events import Event, EventRow, emit
from participation.kernel.seal import SealRow, seal_events, tenants_with_events, verify
from participation.tenants.models import Tenant

TENANT = 7


@dataclass(frozen=True, kw_only=True)
class Noted(Event):
    name: ClassVar[str] = "tests.noted"
    thing_id: int = 0


def note(number, tenant_id=TENANT):
    with transaction():
        for thing_id in range(number):
            emit(Noted(tenant_id=tenant_id, thing_id=thing_id))


@pytest.fixture
def chain(app):
    """Ten sealed facts; the ids of their events."""
    note(10)
    assert seal_events() == 10
    assert verify(TENANT).broken_at is None
    return list(db.session.scalars(select(EventRow.id).order_by(EventRow.id)))


def tamper(*statements):
    """What somebody with the database in hand does: no rule of ours stops it, only the chain tells."""
    db.session.rollback()
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if db.engine.dialect.name == "sqlite":
            raw.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
        connection.invalidate()


@pytest.mark.requirement("RA-3-30")
@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ("UPDATE event SET name = 'tests.other' WHERE id = {4}", 5),
        ("UPDATE event SET data = '{{\"thing_id\": 99}}' WHERE id = {4}", 5),
        ("UPDATE event SET actor_id = 1 WHERE id = {0}", 1),
        ("UPDATE event SET tenant_id = 8 WHERE id = {4}", 5),
        ("DELETE FROM event WHERE id = {4}", 5),
        ("DELETE FROM event WHERE id = {9}", 10),
        ("DELETE FROM event_seal WHERE position = 5", 5),
        ("UPDATE event_seal SET hash = 'x' WHERE position = 9", 9),
    ],
    ids=["name", "data", "actor", "tenant", "removed", "last removed", "link removed", "link forged"],
)
def test_a_change_behind_our_back_is_found_where_it_was_made(chain, change, broken_at):
    tamper(change.format(*chain))
    found = verify(TENANT)
    assert found.broken_at == broken_at
    assert found.sealed == broken_at - 1


def test_two_swapped_facts_are_found(chain):
    tamper(
        f"UPDATE event_seal SET event_id = -1 WHERE event_id = {chain[2]}",
        f"UPDATE event_seal SET event_id = {chain[2]} WHERE event_id = {chain[6]}",
        f"UPDATE event_seal SET event_id = {chain[6]} WHERE event_id = -1",
    )
    assert verify(TENANT).broken_at == 3


def test_a_fact_put_in_between_is_found(chain):
    tamper(
        "UPDATE event_seal SET position = position + 100 WHERE position >= 5",
        "UPDATE event_seal SET position = position - 99 WHERE position >= 100",
    )
    note(1)
    new = db.session.scalar(select(func.max(EventRow.id)))
    tamper(f"INSERT INTO event_seal (tenant_id, position, event_id, hash) VALUES ({TENANT}, 5, {new}, 'x')")
    assert verify(TENANT).broken_at == 5


def test_a_chain_cut_short_shows_its_tail_as_not_sealed(chain):
    tamper("DELETE FROM event_seal WHERE position > 6")
    found = verify(TENANT)
    assert (found.sealed, found.unsealed, found.broken_at) == (6, 4, None)


def test_what_is_not_sealed_yet_is_told(chain):
    note(3)
    assert verify(TENANT).unsealed == 3
    seal_events()
    assert (verify(TENANT).sealed, verify(TENANT).unsealed) == (13, 0)


def test_each_tenant_has_a_chain_of_its_own(app):
    note(2, tenant_id=1)
    note(3, tenant_id=2)
    note(1, tenant_id=0)
    seal_events()
    assert {tenant: verify(tenant).sealed for tenant in tenants_with_events()} == {0: 1, 1: 2, 2: 3}
    tamper("UPDATE event SET name = 'x' WHERE tenant_id = 2")
    assert [verify(tenant).broken_at for tenant in (0, 1, 2)] == [None, None, 1]


def test_sealing_with_nothing_to_seal_writes_nothing(app):
    assert seal_events() == 0


def test_erasing_a_person_and_a_whole_authority_breaks_nothing(app, world):
    world.contribution(world.procedure(world.tenant("ort")))
    seal_events()
    tenant_id = db.session.scalar(select(Tenant.id))
    with transaction():
        db.session.execute(delete(Person))
        db.session.execute(delete(Tenant))
    found = verify(tenant_id)
    assert found.broken_at is None
    assert found.sealed > 3


def test_sealing_at_once_from_several_places_leaves_one_whole_chain(app, in_threads):
    note(40)

    def seal():
        try:
            return seal_events()
        except DBAPIError:  # the slower one is turned away whole
            db.session.rollback()
            return 0

    sealed = in_threads(3, seal)
    seal_events()
    assert max(sealed) == 40
    assert (verify(TENANT).sealed, verify(TENANT).unsealed, verify(TENANT).broken_at) == (40, 0, None)


def test_a_fact_is_sealed_once(app):
    note(1)
    seal_events()
    row = db.session.scalars(select(SealRow)).one()
    again = text("INSERT INTO event_seal (tenant_id, position, event_id, hash) VALUES (7, 2, :event, 'x')")
    with pytest.raises(DBAPIError), ledger() as connection:
        connection.execute(again, {"event": row.event_id})
