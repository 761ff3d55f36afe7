"""Steps through the services: every pair outside the table, what is kept of a step, and what a review compares."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from participation.interfaces import Role
from participation.kernel.clock import BERLIN, now, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.refusal import Conflict, Refused
from participation.procedures.advancing import advance, possible_steps
from participation.procedures.conditions import Incomplete
from participation.procedures.lifecycle import TRANSITIONS, IllegalStepError, Stage
from participation.procedures.review import Change, differences, fingerprint, kept_content, step_before
from participation.procedures.services import change_procedure
from participation.procedures.step_models import StepTaken

EVERYTHING = frozenset(Role)
REASON = "Das Gutachten fehlt noch."
PAIRS = [(stage, name) for stage in Stage for name in TRANSITIONS if stage not in TRANSITIONS[name].source]
LONG_AGO = {Stage.EVALUATION, Stage.COMPLETED, Stage.ARCHIVED}


def local_in(days):
    return (now() + timedelta(days=days)).astimezone(BERLIN).replace(tzinfo=None)


def move(world, procedure, name, actor=None, **values):
    fresh = world.again(procedure)
    with transaction():
        advance(fresh, name, actor_id=actor.id if actor else None, roles=EVERYTHING, **values)
    return world.again(procedure)


def steps(procedure):
    return list(db.session.scalars(select(StepTaken).where(StepTaken.procedure_id == procedure.id).order_by("id")))


@pytest.mark.requirement("RA-3-27")
@pytest.mark.parametrize(("stage", "name"), PAIRS)
def test_every_pair_outside_the_table_is_refused_and_leaves_no_trace(world, stage, name):
    begins = -60 if stage in LONG_AGO else -5 if stage in (Stage.RUNNING, Stage.PAUSED) else 5
    procedure = world.procedure(stage=stage, begins=timedelta(days=begins))
    events = len(list(db.session.scalars(select(EventRow.id))))
    with pytest.raises(IllegalStepError) as refused:
        move(world, procedure, name, world.person(), reason=REASON, until=local_in(90), frozen=True)
    assert refused.value.status == 409
    assert world.again(procedure).stage == stage
    assert steps(procedure) == []
    assert len(list(db.session.scalars(select(EventRow.id)))) == events


@pytest.mark.requirement("RA-3-30")
def test_what_was_said_with_a_step_is_kept_beside_its_event(world):
    procedure, actor = world.procedure(), world.person()
    until = local_in(60).replace(microsecond=0)
    move(world, procedure, "extend", actor, reason=f" {REASON} ", until=until)
    (step,) = steps(procedure)
    assert (step.transition, step.actor_id, step.reason) == ("extend", actor.id, REASON)
    assert step.ends_local == until.isoformat()
    event = db.session.scalar(select(EventRow).where(EventRow.name == "procedures.procedure_advanced"))
    assert event.data["step_id"] == step.id
    assert REASON not in str(event.data)


def test_the_steps_of_the_clock_are_kept_without_an_actor(world):
    procedure = world.procedure(stage="announced", begins=timedelta(days=1))
    with standing_at(now() + timedelta(days=2)):
        move(world, procedure, "pause", world.person(), reason=REASON)
    assert [(step.transition, step.actor_id is None) for step in steps(procedure)] == [("open", True), ("pause", False)]


@pytest.mark.requirement("RA-3-27")
def test_a_result_is_published_when_it_is_frozen_and_by_another_than_who_prepared_it(world):
    one, other = world.person(), world.person()
    procedure = world.procedure(stage="evaluation", begins=timedelta(days=-60))
    with pytest.raises(Refused):
        move(world, procedure, "publish_results", other)
    with pytest.raises(Refused):
        move(world, procedure, "publish_results", one, frozen=True, prepared_by_id=one.id)
    assert move(world, procedure, "publish_results", other, frozen=True, prepared_by_id=one.id).stage == "completed"


def test_who_submitted_the_procedure_may_publish_a_result_that_somebody_else_prepared(world):
    one, other = world.person(), world.person()
    procedure = world.procedure(stage="evaluation", begins=timedelta(days=-60))
    with transaction():
        world.again(procedure).submitted_by_id = one.id
        db.session.flush()
    assert move(world, procedure, "publish_results", one, frozen=True, prepared_by_id=other.id).stage == "completed"


def test_nothing_is_extended_or_reopened_after_a_vote_has_ended(world):
    procedure = world.procedure(lasts=timedelta(days=10))
    with transaction():
        world.phase(procedure).step = "voting"
        db.session.flush()
    with standing_at(now() + timedelta(days=6)):
        for name in ("extend", "reopen"):
            with pytest.raises(Refused):
                move(world, procedure, name, world.person(), reason=REASON, until=local_in(90))
    assert steps(procedure) == []


def test_what_was_not_looked_at_is_not_released(world):
    one, other = world.person(), world.person()
    procedure = world.ready()
    move(world, procedure, "submit", one)
    seen = fingerprint(kept_content(world.again(procedure)))
    with transaction():
        change_procedure(world.again(procedure), title="Etwas anderes")
    with pytest.raises(Conflict):
        move(world, procedure, "release", other, seen=seen)
    seen = fingerprint(kept_content(world.again(procedure)))
    assert move(world, procedure, "release", other, seen=seen).stage == "released"


def test_what_is_missing_is_listed(world):
    procedure = world.procedure(stage="draft", kinds=[])
    with pytest.raises(Incomplete) as refused:
        move(world, procedure, "submit", world.person())
    assert len(refused.value.points) >= 3
    assert "Nennen Sie die Stelle, die am Ende entscheidet." in str(refused.value.sentence)


def test_the_possible_steps_say_why_one_is_not(world):
    procedure, actor = world.procedure(), world.person()
    found = dict(possible_steps(procedure, actor.id, frozenset({Role.MANAGER})))
    assert set(found) == {"pause", "extend", "cancel"}
    assert set(found.values()) == {None}
    assert None not in dict(possible_steps(procedure, actor.id, frozenset({Role.MODERATOR}))).values()


@pytest.mark.requirement("RA-3-27")
def test_a_review_compares_with_what_was_submitted_or_released_before(world):
    one, other = world.person(), world.person()
    procedure = world.ready()
    assert step_before(procedure) is None
    assert step_before(move(world, procedure, "submit", one)) is None
    back = move(world, procedure, "send_back", other, reason=REASON)
    assert step_before(back).transition == "submit"
    first = step_before(move(world, procedure, "submit", one))
    assert first.id == steps(procedure)[0].id
    released = move(world, procedure, "release", other)
    assert step_before(released).id == first.id
    assert step_before(move(world, procedure, "send_back", other, reason=REASON)).transition == "release"


def test_the_content_that_is_kept_has_real_days(world):
    with standing_at(datetime(2027, 3, 1, 12, tzinfo=BERLIN)):
        content = kept_content(world.ready(begins=timedelta(days=2)))
    (phase,) = content["activities"][0]["phases"]
    assert phase["begins"] == "2027-03-03T12:00:00"
    assert content["days"]["answers_by"] == "2028-02-29"


BEFORE = {
    "facts": {"title": "Alt", "summary": "", "area": "Nord"},
    "activities": [
        {
            "slug": "a",
            "title": "Text",
            "phases": [{"kind": "noting", "begins": "", "ends": "2027-01-01"}],
            "content": None,
        },
        {"slug": "b", "title": "Weg", "phases": []},
    ],
}
AFTER = {
    "facts": {"title": "Neu", "summary": None, "area": "Nord"},
    "activities": [
        {"slug": "c", "title": "Dazu", "phases": []},
        {
            "slug": "a",
            "title": "Text",
            "phases": [{"kind": "noting", "begins": "", "ends": "2027-02-01"}],
            "content": {},
        },
    ],
}


def test_differences_are_found_field_by_field_and_phase_by_phase():
    found = {change.path: (change.before, change.after) for change in differences(BEFORE, AFTER)}
    assert found == {
        ("facts", "title"): ("Alt", "Neu"),
        ("activities", "Dazu", "slug"): (None, "c"),
        ("activities", "Dazu", "title"): (None, "Dazu"),
        ("activities", "Text", "phases", "noting", "ends"): ("2027-01-01", "2027-02-01"),
        ("activities", "Weg", "slug"): ("b", None),
        ("activities", "Weg", "title"): ("Weg", None),
    }


def test_the_same_content_has_no_differences_and_one_fingerprint():
    assert list(differences(BEFORE, BEFORE)) == []
    assert fingerprint(BEFORE) == fingerprint(dict(reversed(BEFORE.items())))
    assert fingerprint(BEFORE) != fingerprint(AFTER)
    assert list(differences({}, {"facts": {"title": "Neu"}})) == [Change(path=("facts", "title"), after="Neu")]


def test_members_of_one_name_are_told_apart():
    before = {"phases": [{"kind": "noting", "ends": 1}, {"kind": "noting", "ends": 2}]}
    after = {"phases": [{"kind": "noting", "ends": 1}, {"kind": "noting", "ends": 3}]}
    assert [(change.path, change.after) for change in differences(before, after)] == [
        (("phases", "noting (2)", "ends"), 3)
    ]
