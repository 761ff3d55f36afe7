"""Any order of casting, changing, pausing, going on and waiting: one ballot each, only while it is open."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from participation.kernel.clock import now, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Refused
from participation.procedures.advancing import advance
from participation.procedures.lifecycle import GRACE, MANAGERS, Stage
from participation.procedures.queries import stage_of
from participation.testing.probe import VOTE
from participation.voting.embargo import Embargo, is_under_embargo
from participation.voting.models import Ballot
from participation.voting.services import cast
from participation.voting.urn import ballots

OPENS, ENDS = timedelta(days=2), timedelta(days=12)


class Vote(RuleBasedStateMachine):
    """The model: a dict of who chose what, and the day."""

    def __init__(self, world, people):
        super().__init__()
        self.world, self.people, self.day, self.expected = world, people, timedelta(0), {}
        self.begun_at = now()
        self.vote = world.procedure(kinds=["voting"], begins=OPENS, lasts=ENDS - OPENS)
        self.cancelled_on = None

    def standing(self):
        return standing_at(self.begun_at + self.day + GRACE)  # what is closed on a day is closed half a minute later

    @property
    def is_open(self):
        with self.standing():
            on = OPENS <= self.day < ENDS
            return on and stage_of(self.world.again(self.vote)) is Stage.RUNNING

    @rule(who=st.integers(0, 2), choice=st.sampled_from("abc"))
    def somebody_casts(self, who, choice):
        person, may = self.people[who], self.is_open
        try:
            with self.standing(), transaction():
                viewer = self.world.viewer(person, self.vote)
                cast(self.world.activity(self.vote), who=viewer, action=VOTE, choices={"q": [choice]})
        except Refused:
            assert not may
        else:
            assert may
            self.expected[person.id] = choice

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours):
        self.day += timedelta(hours=hours)

    @rule(step=st.sampled_from(["pause", "resume", "cancel"]))
    def a_manager_acts(self, step):
        try:
            with self.standing(), transaction():
                advance(
                    self.world.again(self.vote), step, actor_id=self.people[0].id, roles=MANAGERS, reason="Aus Gründen."
                )
                self.cancelled_on = self.day if step == "cancel" else self.cancelled_on
        except Refused:
            pass

    @invariant()
    def the_urn_holds_the_last_choice_of_each(self):
        db.session.rollback()
        rows = db.session.query(Ballot).where(Ballot.activity_id == self.world.activity(self.vote).id)
        assert sorted(row.choices["q"][0] for row in rows) == sorted(self.expected.values())

    @invariant()
    def it_opens_exactly_after_the_end(self):
        with self.standing():
            activity = self.world.activity(self.vote)
            early = self.cancelled_on is not None and self.cancelled_on < ENDS
            closed = OPENS <= self.day < ENDS or (early and self.day >= OPENS)
            assert is_under_embargo(activity) is closed
            if closed:
                with pytest.raises(Embargo):
                    ballots(activity)
            else:
                assert len(ballots(activity)) == len(self.expected)


def test_whatever_happens_in_whatever_order(world):
    people = [world.person() for _ in range(3)]
    quick = settings(
        max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(lambda: Vote(world, people), settings=quick)
