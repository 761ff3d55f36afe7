"""Any order of casting, changing, leaving, pausing, going on and waiting, beside a model that knows what must be."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from modules.ballot.services import cast_ballot
from modules.ballot.tests.conftest import make_vote
from participation.access.queries import viewer_for
from participation.access.rules import Viewer
from participation.accounts.models import Person
from participation.kernel.clock import now, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Refused
from participation.procedures.advancing import advance
from participation.procedures.lifecycle import GRACE, MANAGERS
from participation.procedures.models import Activity, Participant, Procedure
from participation.procedures.participants import join
from participation.testing.probe import VOTE
from participation.testing.world import World
from participation.voting.embargo import Embargo, is_under_embargo
from participation.voting.leaving import leave
from participation.voting.models import Ballot
from participation.voting.services import cast
from participation.voting.urn import ballots

OPENS, CANCELS, ENDS = timedelta(days=2), timedelta(days=9), timedelta(days=12)
PEOPLE = 3


class Vote(RuleBasedStateMachine):
    """The model: who chose what, and the day. One ballot each, only while it is open; nothing comes out before."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.day, self.begun_at = world, timedelta(0), now()
        self.expected: dict[int, str] = {}  # place of the person → what they chose last
        self.gone: list[str] = []  # what those chose who left after the end
        self.is_paused, self.cancelled_on = False, None
        self.has_left = False
        self.vote = self.placed()
        self.manager = world.person().id
        self.people = [self.somebody(place) for place in range(PEOPLE)]

    def placed(self) -> Procedure:
        """The procedure in which people vote."""
        return self.world.procedure(kinds=["voting"], begins=OPENS, lasts=ENDS - OPENS)

    def somebody(self, _place: int) -> int:
        """Who comes to a place: the number of a person."""
        return self.world.person().id

    def viewer(self, place: int) -> Viewer:
        """How the policy sees whoever sits there."""
        return viewer_for(db.session.get(Person, self.people[place]), self.vote.id)

    def put(self, activity: Activity, who: Viewer, choice: str) -> None:
        """Cast a choice."""
        cast(activity, who=who, action=VOTE, choices={"q": [choice]})

    def chosen(self, choices: dict[str, Any]) -> str:
        """The choice on a ballot."""
        return str(choices["q"][0])

    def standing(self) -> Any:
        """The clock of the model; what is closed on a day is closed half a minute later."""
        return standing_at(self.begun_at + self.day + GRACE)

    @property
    def is_open(self) -> bool:
        """Whether somebody may vote."""
        return OPENS <= self.day < ENDS and not self.is_paused and self.cancelled_on is None

    @initialize(hours=st.integers(0, 100))
    def it_is_some_day(self, hours: int) -> None:
        self.day = timedelta(hours=hours)

    @rule(place=st.integers(0, PEOPLE - 1), choice=st.sampled_from("abc"))
    def somebody_casts(self, place: int, choice: str) -> None:
        try:
            with self.standing(), transaction():
                self.put(self.world.activity(self.vote), self.viewer(place), choice)
        except Refused:
            assert not self.is_open
        else:
            assert self.is_open
            self.expected[place] = choice

    @precondition(lambda self: not self.has_left)  # once in each example: it reads every table there is
    @rule(place=st.integers(0, PEOPLE - 2))  # the last one may have a code, and no account to delete
    def somebody_leaves_and_comes_back(self, place: int) -> None:
        with self.standing(), transaction():
            leave(db.session.get_one(Person, self.people[place]), withdraw_all=False)
        self.has_left = True
        chosen = self.expected.pop(place, None)
        if chosen is not None and self.day >= ENDS:
            self.gone.append(chosen)
        self.people[place] = self.somebody(place)

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.day += timedelta(hours=hours)

    @rule(step=st.sampled_from(["pause", "resume"]))
    def a_manager_pauses_or_goes_on(self, step: str) -> None:
        if self.advanced(step):
            self.is_paused = step == "pause"

    @precondition(lambda self: self.day > CANCELS)  # else in most examples nothing more would happen
    @rule()
    def a_manager_cancels(self) -> None:
        if self.advanced("cancel"):
            self.cancelled_on = self.day

    def advanced(self, step: str) -> bool:
        """Whether a step of the procedure could be taken."""
        try:
            with self.standing(), transaction():
                procedure = self.world.again(self.vote)
                advance(procedure, step, actor_id=self.manager, roles=MANAGERS, reason="Aus Gründen.")
        except Refused:
            return False
        return True

    @invariant()
    def the_urn_holds_the_last_choice_of_each(self) -> None:
        db.session.rollback()
        query = select(Ballot.choices).join(Activity, Activity.id == Ballot.activity_id)
        there = db.session.scalars(query.where(Activity.procedure_id == self.vote.id))
        assert sorted(self.chosen(choices) for choices in there) == sorted([*self.expected.values(), *self.gone])

    @invariant()
    def it_opens_exactly_after_the_end(self) -> None:
        with self.standing():
            activity = self.world.activity(self.vote)
            early = self.cancelled_on is not None and self.cancelled_on < ENDS
            closed = OPENS <= self.day < ENDS or (early and self.day >= OPENS)
            assert is_under_embargo(activity) is closed
            if closed:
                with pytest.raises(Embargo):
                    ballots(activity)
            else:
                assert len(ballots(activity)) == len(self.expected) + len(self.gone)


class Poll(Vote):
    """A poll of the format itself, taken by account, by a confirmed address alone, and by an access code."""

    def placed(self) -> Procedure:
        """A ballot whose effect is an opinion."""
        opinion = {"settings": {"effect": "opinion", "body": ""}, "identity": ("account", "email", "code")}
        return make_vote(self.world, begins=OPENS, lasts=ENDS - OPENS, **opinion)

    def somebody(self, place: int) -> int:
        """A person with or without password, or below zero the participant of a code."""
        if place < PEOPLE - 1:
            return self.world.person(account=place == 0).id
        with transaction():
            return -join(self.world.again(self.vote), quietly=True, identity="code").id

    def viewer(self, place: int) -> Viewer:
        """How the policy sees a person, or a guest."""
        number = self.people[place]
        if number > 0:
            return super().viewer(place)
        return viewer_for(None, self.vote.id, guest=db.session.get(Participant, -number))

    def put(self, activity: Activity, who: Viewer, choice: str) -> None:
        """Answer one question of the poll."""
        cast_ballot(activity, who=who, choices={"q2": [f"o{'abc'.index(choice) + 1}"]})

    def chosen(self, choices: dict[str, Any]) -> str:
        """The answer to that question."""
        return "abc"[int(choices["q2"][0][1:]) - 1]
