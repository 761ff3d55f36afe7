"""The life cycle as a table: pure, no database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.interfaces import Role, Step
from participation.procedures.lifecycle import (
    MANAGERS,
    TAKING_PART,
    TRANSITIONS,
    Dates,
    IllegalStepError,
    Span,
    Stage,
    clock_steps,
    diagram,
    is_step_open,
    next_stage,
    stage_at,
)

S = Stage
START = datetime(2026, 11, 23, tzinfo=UTC)

# contract.md, section 5, written down once more so that a slip in the code is seen
TABLE = {
    "submit": {S.DRAFT: S.REVIEW},
    "send_back": {S.REVIEW: S.DRAFT, S.RELEASED: S.DRAFT},
    "release": {S.REVIEW: S.RELEASED},
    "announce": {S.RELEASED: S.ANNOUNCED},
    "open": {S.RELEASED: S.RUNNING, S.ANNOUNCED: S.RUNNING},
    "close": {S.RUNNING: S.EVALUATION, S.PAUSED: S.EVALUATION},
    "pause": {S.RUNNING: S.PAUSED},
    "resume": {S.PAUSED: S.RUNNING},
    "extend": {S.RUNNING: S.RUNNING},
    "reopen": {S.EVALUATION: S.RUNNING},
    "publish_results": {S.EVALUATION: S.COMPLETED},
    "cancel": {S.RELEASED: S.CANCELLED, S.ANNOUNCED: S.CANCELLED, S.RUNNING: S.CANCELLED, S.PAUSED: S.CANCELLED},
    "archive": {S.COMPLETED: S.ARCHIVED, S.CANCELLED: S.ARCHIVED},
}


def test_there_is_no_step_but_those_of_the_table():
    assert set(TRANSITIONS) == set(TABLE)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("name", TABLE)
def test_each_pair_of_stage_and_step_leads_where_the_table_says_or_is_refused(stage, name):
    target = TABLE[name].get(stage)
    if target is None:
        with pytest.raises(IllegalStepError) as refused:
            next_stage(stage, name)
        assert refused.value.status == 409
    else:
        assert next_stage(stage, name) is target


def test_every_stage_can_be_reached_and_only_archived_is_final():
    steps = {source: {targets[source] for targets in TABLE.values() if source in targets} for source in Stage}
    reached, waiting = {S.DRAFT}, [S.DRAFT]
    while waiting:
        new = steps[waiting.pop()] - reached
        reached |= new
        waiting += new
    assert reached == set(Stage)
    assert [stage for stage in Stage if not steps[stage]] == [S.ARCHIVED]


def test_who_decides_and_what_a_step_asks_for():
    asked = {name for name, step in TRANSITIONS.items() if step.needs_reason}
    second = {name for name, step in TRANSITIONS.items() if step.second_person}
    by_clock = {name for name, step in TRANSITIONS.items() if step.by_clock}
    assert asked == {"send_back", "pause", "extend", "reopen", "cancel"}
    assert second == {"send_back", "release", "publish_results"}
    assert by_clock == {"announce", "open", "close", "archive"}
    assert {name for name, step in TRANSITIONS.items() if step.roles != MANAGERS} == {"archive"}
    assert TRANSITIONS["archive"].roles == {Role.TENANT_ADMIN}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("step", Step)
def test_only_a_running_procedure_lets_people_take_part(stage, step):
    published = step is Step.PUBLICATION and stage in (S.EVALUATION, S.COMPLETED)
    assert is_step_open(stage, step) is (published or (step in TAKING_PART and stage is S.RUNNING))


def a_span(step=Step.CONSULTATION, begins=0, ends=10):
    return Span(step=step, begins_at=START + timedelta(days=begins), ends_at=START + timedelta(days=ends))


@pytest.mark.parametrize(
    ("stored", "day", "expected"),
    [
        (S.DRAFT, 5, S.DRAFT),
        (S.REVIEW, 50, S.REVIEW),
        (S.RELEASED, -10, S.RELEASED),
        (S.RELEASED, -5, S.ANNOUNCED),
        (S.RELEASED, 0, S.RUNNING),
        (S.ANNOUNCED, -1, S.ANNOUNCED),
        (S.RUNNING, 9.99, S.RUNNING),
        (S.RUNNING, 10, S.EVALUATION),
        (S.PAUSED, 10, S.EVALUATION),
        (S.RELEASED, 10, S.EVALUATION),
        (S.EVALUATION, 1000, S.EVALUATION),
        (S.COMPLETED, 99, S.COMPLETED),
        (S.COMPLETED, 100, S.ARCHIVED),
        (S.CANCELLED, 100, S.ARCHIVED),
        (S.RUNNING, 1000, S.EVALUATION),
    ],
)
def test_the_clock_moves_on_what_people_decided(stored, day, expected):
    dates = Dates(
        stored=stored,
        announced_at=START - timedelta(days=5),
        phases=(a_span(),),
        archived_at=START + timedelta(days=100),
    )
    assert stage_at(dates, START + timedelta(days=day)) is expected


def test_a_publication_phase_neither_opens_nor_keeps_open():
    dates = Dates(stored=S.RELEASED, phases=(a_span(Step.PUBLICATION, -50, 50), a_span(ends=2)))
    assert stage_at(dates, START - timedelta(days=1)) is S.RELEASED
    assert stage_at(dates, START + timedelta(days=2)) is S.EVALUATION


def test_without_phases_the_clock_opens_nothing():
    assert stage_at(Dates(stored=S.RELEASED), START + timedelta(days=9999)) is S.RELEASED


instants = st.integers(-200, 200).map(lambda hours: START + timedelta(hours=hours))
spans = st.builds(
    lambda step, begins, hours: Span(step=step, begins_at=begins, ends_at=begins + timedelta(hours=hours)),
    st.sampled_from(Step),
    instants,
    st.integers(1, 100),
)
some_dates = st.builds(
    Dates,
    stored=st.sampled_from(Stage),
    announced_at=st.none() | instants,
    phases=st.lists(spans, max_size=4).map(tuple),
    archived_at=st.none() | instants,
)


def recorded(dates, at):
    """The dates after `tick` has written down at an instant what the clock did."""
    return Dates(
        stored=stage_at(dates, at),
        announced_at=dates.announced_at,
        phases=dates.phases,
        archived_at=dates.archived_at,
    )


@given(some_dates, instants, instants)
def test_recording_in_between_changes_nothing_of_what_is_seen_later(dates, one, other):
    early, late = sorted((one, other))
    assert stage_at(recorded(dates, early), late) is stage_at(dates, late)


@given(some_dates, instants)
def test_each_step_of_the_clock_is_one_of_the_table_and_may_be_taken_by_the_clock(dates, at):
    stage = dates.stored
    for name in clock_steps(dates, at):
        assert TRANSITIONS[name].by_clock
        stage = next_stage(stage, name)
    assert stage is stage_at(dates, at)


@given(some_dates, instants)
def test_the_clock_stands_still_after_it_has_moved(dates, at):
    assert clock_steps(recorded(dates, at), at) == []


@given(some_dates, instants, instants)
def test_time_never_brings_a_stage_back(dates, one, other):
    early, late = sorted((one, other))
    before, after = clock_steps(dates, early), clock_steps(dates, late)
    assert len(after) >= len(before)


def test_the_diagram_names_every_step():
    assert all(f"--{name}-->" in diagram() for name in TABLE)
