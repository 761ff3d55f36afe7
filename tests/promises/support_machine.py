"""Any order of supporting, changing, taking back, hiding and waiting, beside a model that knows what must be."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from participation.access.queries import viewer_for
from participation.access.taking_part import participant_of
from participation.accounts.models import Person
from participation.contributions.models import Contribution, RatingRow
from participation.contributions.ratings import NONE, VALUES, rate
from participation.kernel.clock import now, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Refused
from participation.procedures.lifecycle import GRACE
from participation.testing.world import World
from participation.voting.leaving import leave

LASTS = timedelta(days=10)
PEOPLE, TEXTS = 3, 2


class Supports(RuleBasedStateMachine):
    """The model: who gave which contribution which of the three answers. The kept counters say the same."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.begun_at, self.day = world, now(), timedelta(0)
        self.talk = world.procedure(kinds=["noting"], begins=timedelta(0), lasts=LASTS)
        self.people = [world.person().id for _ in range(PEOPLE)]
        authors = [db.session.get_one(Person, self.people[0]), None]  # the first text is of the first person
        self.texts = [world.contribution(self.talk, author).id for author in authors]
        self.hidden: set[int] = set()
        self.has_left = False
        self.own = {(0, 0)}  # places of person and text
        self.expected: dict[tuple[int, int], str] = {}
        self.gone: list[tuple[int, str]] = []  # text and answer of those who left after the end

    def standing(self) -> Any:
        """The clock of the model; what is closed on a day is closed half a minute later."""
        return standing_at(self.begun_at + self.day + GRACE)

    @rule(
        place=st.integers(0, PEOPLE - 1), number=st.integers(0, TEXTS - 1), value=st.sampled_from((*VALUES, NONE))
    )  # fmt: skip
    def somebody_presses(self, place: int, number: int, value: str) -> None:
        may = self.day < LASTS and number not in self.hidden and (place, number) not in self.own
        with self.standing():
            try:
                with transaction():
                    who = viewer_for(db.session.get(Person, self.people[place]), self.talk.id)
                    activity = self.world.activity(self.talk)
                    by = participant_of(who, activity.procedure)
                    rate(db.session.get_one(Contribution, self.texts[number]), activity, value, who=who, by=by)
            except Refused:
                assert not may
                return
        assert may
        self.expected.pop((place, number), None)
        if value != NONE:
            self.expected[place, number] = value

    @rule(number=st.integers(0, TEXTS - 1))
    def a_moderator_hides_or_restores(self, number: int) -> None:
        with transaction():
            state = "published" if number in self.hidden else "hidden"
            self.world.set_state(db.session.get_one(Contribution, self.texts[number]), state)
        self.hidden ^= {number}

    @precondition(lambda self: not self.has_left)  # once in each example: it reads every table there is
    @rule(place=st.integers(0, PEOPLE - 1))
    def somebody_leaves_and_comes_back(self, place: int) -> None:
        with self.standing(), transaction():
            leave(db.session.get_one(Person, self.people[place]), withdraw_all=False)
        for key in [key for key in self.expected if key[0] == place]:
            value = self.expected.pop(key)
            if self.day >= LASTS:
                self.gone.append((key[1], value))
        self.own = {key for key in self.own if key[0] != place}  # whoever comes back is somebody else
        self.people[place] = self.world.person().id
        self.has_left = True

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.day += timedelta(hours=hours)

    @invariant()
    def each_person_counts_once(self) -> None:
        db.session.rollback()
        said = [(key[1], value) for key, value in self.expected.items()] + self.gone
        rows = select(RatingRow.contribution_id, RatingRow.value).where(RatingRow.contribution_id.in_(self.texts))
        there = sorted((self.texts.index(number), value) for number, value in db.session.execute(rows))
        assert there == sorted(said)
        columns = select(Contribution.id, *(getattr(Contribution, name) for name in VALUES), Contribution.score)
        for number, *counts, score in db.session.execute(columns.where(Contribution.id.in_(self.texts))):
            mine = [value for text, value in said if self.texts[text] == number]
            assert counts == [mine.count(value) for value in VALUES]
            assert score == mine.count("agree") - mine.count("disagree")
