"""The audit log shows tampering: whatever is done to it behind our back is found, and erasing people breaks nothing."""

import time
from datetime import timedelta

import pytest

from participation.kernel import seal
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import emit
from participation.kernel.heads import heads, heads_file, missing, note_heads, read_heads
from participation.kernel.seal import Fact, link, seal_events, verify
from participation.voting.leaving import leave
from tests.promises.chains import CHANGES, CUTS, TENANT, Noted, done, long_chain, made_anew

WRONG = {
    "id": -1, "tenant_id": 8, "name": "tests.other", "at": now(), "procedure_id": 99, "actor_id": None, "data": {},
}  # fmt: skip


@pytest.fixture
def length(app, sized):
    """How many entries the chain of this test has."""
    number = sized(test=500, quick=2_000, full=10_000)
    long_chain(number)
    assert verify(TENANT).broken_at is None
    return number


def test_every_change_removal_insert_swap_and_cut_is_found(length, chance, sized, figure):
    """Each way at the beginning, at the end and at places by chance; then each column of each entry by its link."""
    places = {1, 2, length - 1, *(chance.randrange(2, length - 1) for _ in range(sized(test=1, quick=8, full=40)))}
    ends = heads()
    tried, overlooked = 0, []
    for name, statements in CHANGES.items():
        for place in sorted(places):
            with done(statements, place):
                tried += 1
                if verify(TENANT).broken_at is None:
                    overlooked.append(f"{name} at {place}")
    for name, statements in CUTS.items():
        for place in sorted(places):
            with done(statements, place):
                tried += 1
                if not missing(ends):
                    overlooked.append(f"{name} at {place}")
    changed, unnoticed = every_column_of_every_entry()
    figure(
        f"{length} entries: {tried} tamperings in the database, {len(overlooked)} overlooked; {changed} changes of "
        f"each column of each entry, {unnoticed} overlooked"
    )
    assert overlooked == []
    assert (changed, unnoticed) == (length * len(Fact._fields), 0)


def every_column_of_every_entry():
    """How many single changes were tried against the link of their entry, and how many the link does not tell."""
    before, tried, unnoticed = seal.START, 0, 0
    for _, stored, fact in seal._links(TENANT):
        for column in Fact._fields:
            tried += 1
            unnoticed += link(before, fact._replace(**{column: WRONG[column]})) == stored
        before = stored
    db.session.rollback()
    return tried, unnoticed


def test_a_chain_that_was_made_anew_does_not_reach_the_ends_that_were_written(app):
    long_chain(60)
    note_heads()
    written = read_heads(heads_file())
    heads_file().unlink()
    with transaction():
        made_anew(20, link)
    assert verify(TENANT).broken_at is None, "the chain itself is whole"
    assert [head.position for head in missing(written)] == [60]


def test_a_fact_of_an_earlier_day_put_in_later_is_told(app, at):
    long_chain(10)
    with at(now() - timedelta(days=3)), transaction():
        emit(Noted(tenant_id=TENANT))
    assert verify(TENANT).unsealed == 1
    seal_events()
    found = verify(TENANT)
    assert (found.broken_at, found.dated_back_at) == (None, 11)


def test_erasing_people_keeps_every_chain_valid(world):
    procedure, person = world.procedure(), world.person()
    world.contribution(procedure, person)
    seal_events()
    ends = heads()
    with transaction():
        leave(person, withdraw_all=True)
    seal_events()
    tenants = {head.tenant_id for head in heads()}
    assert [tenant for tenant in tenants if verify(tenant).broken_at is not None] == []
    assert missing(ends) == []


@pytest.mark.waits
def test_ten_thousand_entries_are_checked_in_five_seconds(app, figure):
    long_chain(10_000)
    best = min(seconds_of_a_check() for _ in range(3))
    figure(f"10,000 entries checked in {best:.1f} s")
    assert best <= 5


def seconds_of_a_check():
    begun = time.monotonic()
    assert verify(TENANT).sealed == 10_000
    return time.monotonic() - begun
