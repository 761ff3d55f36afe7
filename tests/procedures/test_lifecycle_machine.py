"""Random people take random steps at random times: whatever they do, the life cycle keeps its promises."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from participation.access.rules import can
from participation.interfaces import Action, Role
from participation.kernel.clock import BERLIN, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.refusal import Refused
from participation.procedures.advancing import advance, tick
from participation.procedures.lifecycle import GRACE, TRANSITIONS, Stage
from participation.procedures.queries import open_phases, stage_of
from participation.procedures.step_models import StepTaken

START = datetime(2027, 3, 20, 9, tzinfo=BERLIN)
REASON = "Weil es so ist."
ADD = Action(name="probe:add", title="Notiz", taking_part=True)
ROLES = {
    "manager": frozenset({Role.MANAGER}),
    "second": frozenset({Role.MANAGER}),
    "admin": frozenset({Role.TENANT_ADMIN}),
    "moderator": frozenset({Role.MODERATOR}),
    "clock": frozenset(),
}
NEXT = {name: {(source, step.target) for source in step.source} for name, step in TRANSITIONS.items()}


def machine_in(world):
    """The machine, acting in a world whose database stays the same over all runs of it."""

    class LifeCycle(RuleBasedStateMachine):
        @initialize(
            votes=st.booleans(), statutory=st.booleans(), retained=st.booleans(), days=st.sampled_from([0, 16, 61])
        )
        def begin(self, votes, statutory, retained, days):
            self.at = START + GRACE  # an end is written down half a minute later
            with standing_at(START):
                self.tenant = world.tenant()
                announced = (START + timedelta(days=3)).date()
                until = (START + timedelta(days=140)).date() if retained else None
                procedure = world.ready(
                    self.tenant, begins=timedelta(days=15), lasts=timedelta(days=45), announced_on=announced,
                    retained_until=until, legal_basis="§ 3 BauGB",
                    answers_by=(START + timedelta(days=100)).date(),
                )  # fmt: skip
                with transaction():
                    phase = world.phase(procedure)
                    phase.statutory, phase.step = statutory, "voting" if votes else phase.step
                    db.session.flush()
            self.procedure, self.votes = procedure, votes
            self.people = {name: world.person().id for name in ROLES if name != "clock"}
            self.writer = world.viewer(world.person())
            self.submitter = None
            if days:
                self.release_and_wait(days)

        @rule(
            choice=st.integers(0, 99),
            who=st.sampled_from(["manager", "second", "admin", "manager", "second", "moderator", "clock"]),
            reason=st.sampled_from([REASON, REASON, REASON, ""]),
            days=st.integers(-3, 60),
            frozen=st.booleans(),
        )
        def take(self, choice, who, reason, days, frozen):
            name = self.step(choice)
            before, rows = self.read().stage, self.rows()
            until = (self.at + timedelta(days=days)).replace(tzinfo=None)
            actor = self.people.get(who)
            procedure = self.read()
            try:
                with standing_at(self.at), transaction():
                    advance(
                        procedure, name, actor_id=actor, roles=ROLES[who], reason=reason, until=until, frozen=frozen
                    )
            except Refused:
                assert (self.read().stage, self.rows()) == (before, rows), "a refusal leaves no trace"
                return
            step = TRANSITIONS[name]
            assert self.rows() >= rows + 1, "every move is logged"
            assert not step.needs_reason or reason
            assert step.by_clock if actor is None else step.roles & ROLES[who]
            if name in ("release", "send_back", "publish_results"):
                assert actor != self.submitter, "nobody decides on what they submitted"
            if name == "reopen":
                assert not self.votes, "a counted vote is never reopened"
            if name == "submit":
                self.submitter = actor

        @rule(hours=st.integers(1, 120))
        def wait(self, hours):
            self.at += timedelta(hours=hours)

        @rule()
        def let_the_clock_write(self):
            shown = self.shown()
            with standing_at(self.at), transaction():
                tick()
            assert self.read().stage == shown == self.shown(), "writing down changes nothing that is seen"

        @invariant()
        def people_take_part_only_while_it_runs_and_a_phase_is_open(self):
            if not hasattr(self, "procedure"):
                return
            with standing_at(self.at):
                activity = self.read().activities[0]
                decision = can(self.writer, ADD, activity)
                phases = open_phases(activity)
                assert decision.allowed is bool(phases)
                if decision.allowed:
                    assert stage_of(activity.procedure) is Stage.RUNNING

        @invariant()
        def the_log_is_one_unbroken_way_through_the_table(self):
            if not hasattr(self, "procedure"):
                return
            way = [(row.data["transition"], row.data["source"], row.data["target"]) for row in self.events()]
            place = Stage.DRAFT
            for name, source, target in way:
                assert source == place
                assert (source, target) in NEXT[name]
                place = target
            assert place == self.read().stage
            assert [name for name, _, _ in way] == list(db.session.scalars(self.steps()))
            assert Stage.ARCHIVED not in {source for _, source, _ in way}, "archived is final"

        def release_and_wait(self, days):
            for name, who in (("submit", "manager"), ("release", "second")):
                procedure = self.read()
                with standing_at(self.at), transaction():
                    advance(procedure, name, actor_id=self.people[who], roles=ROLES[who])
            self.submitter = self.people["manager"]
            self.at += timedelta(days=days)

        def step(self, choice):
            """Mostly a step that the table has here, so that runs get somewhere; sometimes any."""
            here = [name for name, step in TRANSITIONS.items() if self.shown() in step.source]
            likely = [name for name in here if name != "cancel" or choice > 90]
            names = likely if likely and choice >= 20 else list(TRANSITIONS)
            return names[choice % len(names)]

        def read(self):
            db.session.rollback()
            return world.again(self.procedure)

        def shown(self):
            with standing_at(self.at):
                return stage_of(self.read())

        def rows(self):
            return db.session.scalar(select(func.count()).select_from(EventRow))

        def events(self):
            query = select(EventRow).where(
                EventRow.procedure_id == self.procedure.id, EventRow.name == "procedures.procedure_advanced"
            )
            return list(db.session.scalars(query.order_by(EventRow.id)))

        def steps(self):
            mine = StepTaken.procedure_id == self.procedure.id
            return select(StepTaken.transition).where(mine).order_by(StepTaken.id)

    return LifeCycle


@pytest.mark.requirement("RA-3-27", "RA-3-30", "RA-3-11")
def test_whatever_people_do_the_life_cycle_keeps_its_promises(world):
    run_state_machine_as_test(
        machine_in(world),
        settings=settings(
            max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
