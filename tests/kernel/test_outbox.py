"""The fact and its deliveries are committed together; each delivery is carried out until it is done."""

import smtplib
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import ClassVar

import pytest
from sqlalchemy import func, select

from participation.kernel import outbox
from participation.kernel.clock import now, shift, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow, Event, EventRow, Handler, emit
from participation.kernel.outbox import (
    ELECTION,
    LEASE,
    LeaseRow,
    Periodic,
    claim,
    deliver,
    hold,
    release,
    run_periodics,
    start_embedded,
    work_off,
)
from participation.kernel.versions import raise_version, version_of

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    name: ClassVar[str] = "tests.happened"
    thing_id: int = 0


def happen(**values):
    with transaction():
        emit(Happened(**values))


def states():
    db.session.rollback()
    return [
        (row.handler, row.target, row.state) for row in db.session.scalars(select(DeliveryRow).order_by(DeliveryRow.id))
    ]


def only_row():
    db.session.rollback()
    return db.session.scalars(select(DeliveryRow)).one()


@pytest.mark.requirement("RA-5.1.4-01")
def test_the_fact_and_its_deliveries_exist_after_the_commit_or_neither(app, listen):
    listen(Happened, Handler(name="tests.one", run=lambda _: None), Handler(name="tests.two", run=lambda _: None))

    def fail():
        with transaction():
            emit(Happened())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert db.session.scalar(select(func.count()).select_from(EventRow)) == 0
    assert states() == []
    happen()
    assert db.session.scalar(select(func.count()).select_from(EventRow)) == 1
    assert states() == [("tests.one", "", "waiting"), ("tests.two", "", "waiting")]


def test_a_handler_gets_the_fact_as_it_was(app, listen):
    seen = []
    listen(Happened, Handler(name="tests.see", run=seen.append))
    with standing_at(START):
        happen(tenant_id=3, procedure_id=5, actor_id=7, thing_id=11)
        assert work_off() == 1
    assert seen[0].event == Happened(tenant_id=3, procedure_id=5, actor_id=7, thing_id=11)
    assert seen[0].at == START
    assert work_off() == 0, "done is done"


def test_what_a_handler_writes_and_done_are_one_transaction(app, listen):
    def write_and_fail(_delivery):
        raise_version("written")
        raise ZeroDivisionError

    listen(Happened, Handler(name="tests.fail", run=write_and_fail))
    happen()
    work_off()
    assert version_of("written") == 0
    assert only_row().state == "waiting"


def test_a_lease_that_ran_out_is_claimed_again(app, listen):
    seen = []
    listen(Happened, Handler(name="tests.see", run=seen.append))
    with standing_at(START):
        happen()
        assert len(claim()) == 1, "claimed by a worker that is killed now"
        assert claim() == []
    with standing_at(START + LEASE):
        assert claim() == [], "the lease is not over yet"
    with standing_at(START + LEASE + timedelta(seconds=1)):
        assert work_off() == 1
    assert len(seen) == 1
    assert only_row().attempts == 2


def test_two_workers_never_claim_the_same_delivery(app, listen, in_threads):
    listen(Happened, Handler(name="tests.see", run=lambda _: None))
    with transaction():
        for number in range(60):
            emit(Happened(thing_id=number))

    def take_all():
        taken = []
        while ids := claim(5):
            taken += ids
        return taken

    first, second = in_threads(2, take_all)
    assert len(first + second) == len({*first, *second}) == 60


@pytest.mark.requirement("RA-5.1.4-01")
def test_a_failing_handler_is_tried_after_one_two_four_minutes_and_shown_as_failed_after_ten(app, listen, caplog):
    def fail(_delivery):
        raise ValueError("person@uebung.example")

    listen(Happened, Handler(name="tests.fail", run=fail))
    at, waits = START, []
    with standing_at(at):
        happen()
    for _ in range(10):
        with standing_at(at):
            assert work_off() == 1
            row = only_row()
        waits.append((row.run_at - at) / timedelta(minutes=1))
        with standing_at(row.run_at - timedelta(seconds=1)):
            assert work_off() == 0
        at = row.run_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    assert (row.state, row.attempts, row.error) == ("failed", 10, "ValueError"), "and no address in the error"
    with standing_at(at + timedelta(days=30)):
        assert work_off() == 0


def test_one_failing_handler_holds_no_other_up(app, listen):
    seen = []

    def fail(_delivery):
        raise ValueError

    listen(Happened, Handler(name="tests.fail", run=fail), Handler(name="tests.see", run=seen.append))
    happen()
    work_off()
    assert len(seen) == 1
    assert states() == [("tests.fail", "", "waiting"), ("tests.see", "", "done")]


def test_a_delivery_whose_handler_is_gone_becomes_orphaned(app, listen):
    listen(Happened, Handler(name="tests.gone", run=lambda _: None))
    happen()
    listen(Happened)
    work_off()
    assert only_row().state == "orphaned"


def test_an_event_whose_class_is_gone_still_reads(app, listen, monkeypatch):
    listen(Happened, Handler(name="tests.see", run=lambda _: None))
    happen(thing_id=9)
    monkeypatch.delitem(Event.known, "tests.happened")
    row = db.session.scalars(select(EventRow)).one()
    assert (row.event(), row.name, row.data) == (None, "tests.happened", {"thing_id": 9})
    work_off()
    assert only_row().state == "orphaned"


def test_a_fan_out_delivers_to_each_target_exactly_once(app, listen):
    seen = []
    handler = Handler(
        name="tests.fan",
        targets=lambda _: ["a", "b", "a", "c"],
        outside=True,
        run=lambda delivery: [lambda: seen.append((delivery.target, delivery.id))],
    )
    listen(Happened, handler)
    happen()
    work_off()
    work_off()
    assert sorted(target for target, _ in seen) == ["a", "b", "c"]
    assert len({number for _, number in seen}) == 3, "each has a number of its own"


def test_one_bad_target_holds_no_other_up(app, listen):
    seen = []

    def effects(delivery):
        if delivery.target == "bad":
            raise smtplib.SMTPRecipientsRefused({})
        return [lambda: seen.append(delivery.target)]

    listen(Happened, Handler(name="tests.fan", targets=lambda _: ["a", "bad", "b"], outside=True, run=effects))
    happen()
    work_off()
    assert seen == ["a", "b"]
    assert [state for _, target, state in states() if target == "bad"] == ["waiting"]


def test_an_outside_effect_runs_with_no_transaction_open(app, listen):
    seen = []

    def effect():
        seen.append((db.session().in_transaction(), db.engine.pool.checkedout()))

    def read(_delivery):
        db.session.scalar(select(EventRow.id))
        return [effect]

    listen(Happened, Handler(name="tests.outside", outside=True, run=read))
    happen()
    work_off()
    assert seen == [(False, 0)]


class Killed(BaseException):
    """What a power cut is to a process."""


def test_a_worker_killed_between_effect_and_done_sends_again_with_the_same_number(app, listen):
    sent = []

    def effect_of(delivery):
        def send():
            message = EmailMessage()
            message["Message-ID"] = f"<{delivery.id}@portal.example>"
            sent.append(message["Message-ID"])
            if len(sent) == 1:
                raise Killed

        return [send]

    listen(Happened, Handler(name="tests.mail", outside=True, run=effect_of))
    with standing_at(START):
        happen()
        with pytest.raises(Killed):
            work_off()
        db.session.rollback()
    with standing_at(START + LEASE + timedelta(seconds=1)):
        work_off()
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert only_row().state == "done"


def test_what_a_delivery_brings_about_is_worked_off_too(app, listen):
    seen = []

    def again(delivery):
        seen.append(delivery.event.thing_id)
        if delivery.event.thing_id < 3:
            emit(Happened(thing_id=delivery.event.thing_id + 1))

    listen(Happened, Handler(name="tests.again", run=again))
    happen(thing_id=1)
    assert work_off() == 3
    assert seen == [1, 2, 3]


@pytest.mark.requirement("RA-5.1.6-01")
def test_one_lease_elects_one_worker_and_another_follows_when_it_is_gone(app):
    with standing_at(START):
        assert hold("worker", "a", LEASE)
        assert not hold("worker", "b", LEASE)
        assert hold("worker", "a", LEASE)
    with standing_at(START + LEASE * 0.9):
        assert hold("worker", "a", LEASE), "renewed in time"
    with standing_at(START + LEASE * 1.5):
        assert not hold("worker", "b", LEASE)
    with standing_at(START + LEASE * 2):
        assert hold("worker", "b", LEASE)
        assert not hold("worker", "a", LEASE)


def test_a_worker_that_stops_makes_room_for_the_next_at_once(app):
    with standing_at(START):
        assert hold("worker", "a", ELECTION)
        release("worker", "b")
        assert not hold("worker", "b", ELECTION), "nobody gives away what another holds"
        release("worker", "a")
        assert hold("worker", "b", ELECTION)


def test_an_embedded_worker_keeps_no_lease_when_it_has_ended(app, listen, shifted):
    seen = []
    listen(Happened, Handler(name="tests.see", run=seen.append))
    for round_ in (1, 2):
        happen()
        end = start_embedded(app)
        wait_until(lambda expected=round_: len(seen) == expected)
        end()
    db.session.rollback()
    assert db.session.scalars(select(LeaseRow).where(LeaseRow.name == "worker")).one().until <= now()


def wait_until(reached):
    """For half an election: the second worker must not have to wait until the first one's lease runs out."""
    for _ in range(int(ELECTION.total_seconds() * 5)):
        if reached():
            return
        time.sleep(0.1)
    raise AssertionError("the worker did not get to it")


@pytest.fixture
def shifted():
    """The clock of the whole process, also of its threads, stands months ahead."""
    shift(timedelta(days=90))
    yield
    shift(timedelta())


def test_what_was_told_to_stop_takes_nothing_new(app, listen):
    listen(Happened, Handler(name="tests.see", run=lambda _: None))
    happen()
    stop = threading.Event()
    stop.set()
    assert work_off(stop) == 0
    assert work_off() == 1


def test_of_many_workers_at_once_exactly_one_is_elected(app, in_threads):
    with transaction():
        db.session.add(LeaseRow(name="worker", holder="", until=now() - timedelta(days=1)))
    holders = iter(["a", "b", "c", "d"])
    assert sum(in_threads(4, lambda: hold("worker", next(holders), LEASE))) == 1


def test_a_periodic_task_runs_once_per_period_whoever_asks(app, monkeypatch):
    done = []

    def fail():
        raise ZeroDivisionError

    tasks = (
        Periodic(name="broken", every=timedelta(minutes=10), run=fail),
        Periodic(name="fine", every=timedelta(minutes=10), run=lambda: done.append(now())),
    )
    monkeypatch.setitem(app.extensions, "periodics", tasks)
    for minutes in (0, 5, 9, 10, 11, 20):
        with standing_at(START + timedelta(minutes=minutes)):
            run_periodics("a")
            run_periodics("b")
    assert [(at - START) / timedelta(minutes=1) for at in done] == [0, 10, 20]


def test_the_batch_is_worked_off_whole(app, listen):
    seen = []
    listen(Happened, Handler(name="tests.see", run=seen.append))
    with transaction():
        for number in range(outbox.BATCH + 5):
            emit(Happened(thing_id=number))
    assert work_off() == outbox.BATCH + 5
    assert [delivery.event.thing_id for delivery in seen] == list(range(outbox.BATCH + 5)), "in the order of the facts"


def test_delivering_twice_by_hand_is_told_to_the_handler_by_the_same_number(app, listen):
    seen = []
    listen(Happened, Handler(name="tests.see", run=seen.append))
    happen()
    for _ in range(2):
        deliver(only_row().id)
    assert seen[0].id == seen[1].id
