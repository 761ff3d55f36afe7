"""Counters in the database hold over all processes and keep no address."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from participation.kernel.clock import standing_at
from participation.kernel.db import db, transaction
from participation.kernel.forgetting import forget_due
from participation.kernel.limits import LimitBucket, allow, network, wait_for, wait_to_guess

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_limit_lets_so_many_through_and_no_more(app):
    with standing_at(NOON):
        assert [allow("log-in", "a", 3, HOUR) for _ in range(5)] == [True, True, True, False, False]
        assert allow("log-in", "b", 3, HOUR), "another one is not held up"
        assert allow("register", "a", 3, HOUR), "nor something else"
    with standing_at(NOON + HOUR):
        assert allow("log-in", "a", 3, HOUR)


def test_a_bucket_refills_evenly_and_no_full_hour_doubles_it(app):
    with standing_at(NOON - timedelta(seconds=1)):
        assert [allow("log-in", "a", 3, HOUR) for _ in range(4)] == [True, True, True, False]
    with standing_at(NOON + timedelta(seconds=1)):
        assert not allow("log-in", "a", 3, HOUR), "the clock struck, the bucket is as empty as before"
    with standing_at(NOON + timedelta(minutes=20)):
        assert [allow("log-in", "a", 3, HOUR) for _ in range(2)] == [True, False]


def test_a_limit_that_does_not_divide_the_hour_is_met_exactly(app):
    with standing_at(NOON):
        assert sum(allow("log-in", "a", 7, HOUR) for _ in range(20)) == 7


@pytest.mark.requirement("RA-5.1.7-01")
def test_many_at_once_do_not_slip_through(app, in_threads):
    with standing_at(NOON):
        answers = in_threads(4, lambda: [allow("log-in", "a", 25, HOUR) for _ in range(10)])
    assert sum(map(sum, answers)) == 25


def test_no_name_is_stored_and_old_windows_go(app):
    with standing_at(NOON):
        allow("log-in", "person@uebung.example", 3, HOUR)
        assert "person" not in db.session.scalar(select(LimitBucket.key))
    with standing_at(NOON + 2 * HOUR):
        with transaction():
            forget_due()
        assert db.session.scalar(select(func.count()).select_from(LimitBucket)) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:0:100::1", "2001:db8:0:1ff::9", True),
        ("2001:db8:0:100::1", "2001:db8:0:200::1", False),
    ],
)
def test_addresses_are_counted_by_their_network(one, other, same):
    with standing_at(NOON):
        assert (network(one, "s") == network(other, "s")) is same
        assert one not in network(one, "s")


def test_the_hash_of_a_network_is_another_one_each_day_and_with_each_secret():
    with standing_at(NOON):
        today, elsewhere = network("192.0.2.1", "s"), network("192.0.2.1", "t")
    with standing_at(NOON + timedelta(days=1)):
        assert len({today, elsewhere, network("192.0.2.1", "s")}) == 3


def test_an_odd_address_is_unknown():
    assert network("not an address", "s") == "unknown"


def test_who_is_too_fast_is_told_exactly_how_long_to_wait(app):
    with standing_at(NOON):
        waits = [wait_for("log-in", "a", 3, HOUR) for _ in range(4)]
        assert waits == [timedelta(0)] * 3 + [timedelta(minutes=20)]
        assert [wait_to_guess("code", "a", 2, HOUR) for _ in range(3)] == [timedelta(0)] * 2 + [HOUR]
    with standing_at(NOON + timedelta(minutes=15)):
        assert wait_for("log-in", "a", 3, HOUR) == timedelta(minutes=5)
        assert wait_to_guess("code", "a", 2, HOUR) == timedelta(minutes=45), "a refused try does not make it longer"
    with standing_at(NOON + timedelta(minutes=20)):
        assert wait_for("log-in", "a", 3, HOUR) == timedelta(0)
