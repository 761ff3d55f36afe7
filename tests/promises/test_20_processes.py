"""Promise 20 with what is used in earnest: worker processes that are killed, and a mail server that is off and back."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import DeliveryRow
from participation.kernel.migrations import owners, upgrade
from participation.kernel.outbox import LEASE
from participation.kernel.versions import version_of
from participation.notices.models import Mailing
from participation.search.models import SearchRow
from participation.testing.fixtures import _postgres_database
from participation.testing.world import World
from tests.promises.posting import AFTER, BEFORE, Worker, counted, posted

MINUTE, OFF = timedelta(minutes=1), 30
EACH = 2  # texts between two kills
LONGEST = 300.0  # seconds that anything may take on a busy machine
RECEIPT = "notices.receipt"


@pytest.fixture(params=["sqlite", "postgresql"])
def ground(request, tmp_path):
    """The address of an empty database, and a folder."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'site.db'}", tmp_path
    else:
        with _postgres_database("posting") as url:
            yield url, tmp_path


class Town:
    """People write, and a worker does what follows; its clock is moved instead of waiting."""

    def __init__(self, app, post, moved, settings, path):
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
        self.world, self.post, self.moved, self.made = World(app), post, moved, []
        self.procedure = self.world.procedure(module="text", kinds=["consultation"])
        db.session.rollback()
        self.worker = Worker(settings, path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.worker.kill()

    def write(self, number):
        for _ in range(number):
            self.made.append(self.world.contribution(self.procedure, source=f"Text {len(self.made)}.").id)
            db.session.rollback()

    def due(self):
        """How many deliveries a worker could take now."""
        free = DeliveryRow.lease_until.is_(None) | (DeliveryRow.lease_until < now())
        query = select(func.count()).where(DeliveryRow.state == "waiting", DeliveryRow.run_at <= now(), free)
        found = db.session.scalar(query)
        db.session.rollback()
        return found

    def busy(self):
        """How many deliveries are held by a lease."""
        query = select(func.count()).where(DeliveryRow.state == "waiting", DeliveryRow.lease_until >= now())
        found = db.session.scalar(query)
        db.session.rollback()
        return found

    def kill(self, chance):
        """Kill the worker when it hands a mail over, before or after the server has it, or at any moment."""
        moment = chance.choice((BEFORE, AFTER, ""))
        if moment:
            self.post.kill_at(moment, self.worker.kill)
            self.write(EACH)
            assert self.post.killed.wait(LONGEST), f"no mail came to be killed at: {self.due()} due"
        else:
            self.write(EACH)
            self.kill_somewhere(chance)
        self.go_on()

    def kill_somewhere(self, chance):
        time.sleep(chance.uniform(0, 2))
        self.worker.kill()

    def go_on(self):
        """The next worker begins, after the leases of the killed one are over."""
        self.worker.again()
        self.moved.move(LEASE + timedelta(seconds=1))

    def settle(self):
        """Wait until nothing is due and nothing is in hand."""
        until(lambda: not self.due() and not self.busy())

    def finish(self):
        """Let time pass until nothing waits."""
        for _ in range(24 * 60):
            if not self.waiting():
                return
            self.settle()
            self.moved.move(MINUTE)
        raise AssertionError(f"{self.waiting()} deliveries wait after a day")

    def waiting(self):
        """What is not done, of what follows contributions."""
        query = select(func.count()).where(DeliveryRow.state == "waiting", DeliveryRow.handler.in_(self._handlers()))
        found = db.session.scalar(query)
        db.session.rollback()
        return found

    def _handlers(self):
        return RECEIPT, "tests.counted", "search.contribution"


def until(is_so):
    end = time.monotonic() + LONGEST
    while not is_so():
        assert time.monotonic() < end, "nothing happens any more"
        time.sleep(0.05)


@pytest.mark.waits
def test_nothing_is_lost_with_a_real_server_off_and_processes_killed(ground, sized, chance, figure):
    url, folder = ground
    kills, number = sized(test=2, quick=10, full=100), sized(test=4, quick=20, full=100)
    with (
        posted(url, folder) as (app, post, moved, settings),
        Town(app, post, moved, settings, folder / "clock") as town,
    ):
        shot_at = set(chance.sample(range(OFF), kills // 5))
        for minute in range(OFF):  # nobody answers at the port of the mail server
            town.write(number // OFF + (minute < number % OFF))
            if minute in shot_at:
                town.kill_somewhere(chance)
                town.go_on()
            town.settle()
            moved.move(MINUTE)
        assert not post.taken
        post.on()
        while town.worker.kills < kills:
            town.kill(chance)
        town.finish()
        made = town.made
        states = Counter(db.session.scalars(select(DeliveryRow.state).where(DeliveryRow.handler == RECEIPT)))
        mailings = Counter(db.session.scalars(select(Mailing.state).where(Mailing.purpose == "receipt")))
        once = sum(version_of(counted(one)) == 1 for one in made)
        found = db.session.scalar(select(func.count()).select_from(SearchRow).where(SearchRow.kind == "contribution"))
    people = Counter(address for _number, address in post.taken)
    doubled = sum(post.taken.values()) - len(post.taken)
    figure(
        f"{'sqlite' if url.startswith('sqlite') else 'postgresql'}: server off 30 min (moved clock), {kills} kills of "
        f"worker processes: {len(made) - len(people)} of {len(made)} mails lost, {doubled} twice with the same "
        f"Message-ID, {len(made) - once} database effects not exactly once"
    )
    assert states == Counter(done=len(made))
    assert mailings == Counter(sent=len(made))
    assert len(people) == len(post.taken) == len(made), "each person has one mail, with one Message-ID"
    assert (once, found) == (len(made), len(made))
    assert doubled <= kills
