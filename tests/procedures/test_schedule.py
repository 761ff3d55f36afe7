"""What a plan says before it is too late, and what may still change when it is under way."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.interfaces import Step
from participation.kernel.clock import instant
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.kernel.versions import version_of
from participation.procedures import activities, phases
from participation.procedures.models import Activity, Phase
from participation.procedures.schedule import (
    Frame,
    Slice,
    Weight,
    clock_change,
    earliest_statutory_end,
    findings,
    last_day_of,
    month_later,
)
from participation.procedures.services import add_activity

FRAME = Frame()
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1))


def phase_at(begins, ends, **values):
    same = {"key": "1", "activity": "a", "kind": "talk", "title": "Phase", "step": Step.COMMENTING} | values
    return Slice(begins=begins, ends=ends, **same)


def days(first, last, **values):
    """From the beginning of one day to the end of another."""
    return phase_at(datetime.combine(first, time()), datetime.combine(last, time()) + timedelta(days=1), **values)


def said(*slices, **frame):
    return {(finding.name, finding.key) for finding in findings(slices, replace(FRAME, **frame))}


def test_a_sound_plan_says_nothing():
    first = days(date(2027, 2, 1), date(2027, 2, 26))
    second = days(date(2027, 2, 27), date(2027, 3, 12), key="2", step=Step.VOTING)
    assert said(first, second) == set()


def test_an_end_before_the_begin_is_an_error():
    found = findings([phase_at(datetime(2027, 2, 2), datetime(2027, 2, 1))], FRAME)
    assert [(one.name, one.weight) for one in found if one.key] == [("backwards", Weight.ERROR)]


def test_overlaps_in_one_activity_are_named_at_the_later_phase():
    first = days(date(2027, 2, 1), date(2027, 2, 26))
    assert ("overlap", "2") in said(first, days(date(2027, 2, 26), date(2027, 3, 5), key="2"))
    assert said(first, days(date(2027, 2, 27), date(2027, 3, 5), key="2")) == set()
    other_kind = days(date(2027, 2, 1), date(2027, 2, 26), key="2", kind="note")
    assert said(first, other_kind) == set()
    institutions = days(date(2027, 2, 1), date(2027, 2, 26), key="2", audience="institutions")
    assert said(first, institutions) == set()


def test_a_vote_that_begins_before_commenting_elsewhere_ends_is_named():
    first = days(date(2027, 2, 1), date(2027, 2, 26))
    vote = days(date(2027, 2, 26), date(2027, 3, 5), key="2", activity="b", step=Step.VOTING)
    assert said(first, vote) == {("order", "2")}
    assert said(first, replace(vote, round=2)) == set()


def test_whole_days_on_which_nothing_is_open_are_a_gap():
    first = days(date(2027, 2, 1), date(2027, 2, 26))
    assert ("gap", "2") in said(first, days(date(2027, 2, 28), date(2027, 3, 5), key="2"))
    short = phase_at(datetime(2027, 2, 27, 9), datetime(2027, 3, 6), key="2")
    assert said(first, short) == set()


def test_the_last_day_on_a_weekend_or_holiday_is_named_by_state():
    assert said(days(date(2027, 2, 1), date(2027, 2, 28))) == {("rest_day", "1")}  # a Sunday
    assert said(days(date(2027, 3, 1), date(2027, 3, 26))) == {("rest_day", "1")}  # Good Friday
    corpus = days(date(2027, 5, 3), date(2027, 5, 27))
    assert said(corpus) == set()
    assert said(corpus, state="BY") == {("rest_day", "1")}
    assert said(days(date(2027, 3, 1), date(2027, 3, 8), key="1"), state="BE") == {("rest_day", "1")}


@pytest.mark.requirement("RA-4.2-11")
def test_a_statutory_period_of_less_than_a_month_or_30_days_is_an_error():
    frame = {"announced_on": date(2027, 1, 1)}
    assert said(days(date(2027, 2, 1), date(2027, 3, 1), statutory=True), **frame) == {("too_short", "1")}  # 29 days
    assert said(days(date(2027, 2, 1), date(2027, 3, 2), statutory=True), **frame) == set()  # 30 days
    assert said(days(date(2027, 3, 1), date(2027, 3, 30), statutory=True), **frame) == {("too_short", "1")}
    assert said(days(date(2027, 3, 1), date(2027, 3, 31), statutory=True), **frame) == set()  # a month
    second = days(date(2027, 2, 1), date(2027, 2, 19), statutory=True, round=2)
    weights = {one.weight for one in findings([second], Frame(announced_on=date(2027, 1, 1)))}
    assert weights == {Weight.WARNING}  # a second round may be shorter


@pytest.mark.requirement("RA-4.2-11")
def test_a_statutory_period_begins_a_lead_time_after_the_announcement():
    period = days(date(2027, 2, 1), date(2027, 3, 2), statutory=True)
    assert said(period) == {("not_announced", "1")}
    assert said(period, announced_on=date(2027, 1, 26)) == {("lead", "1")}
    assert said(period, announced_on=date(2027, 1, 25)) == set()
    assert said(period, announced_on=date(2027, 1, 25), lead_days=14) == {("lead", "1")}


def test_a_statutory_period_does_not_end_on_a_rest_day():
    period = days(date(2027, 2, 22), date(2027, 3, 27), statutory=True)
    found = [one for one in findings([period], Frame(announced_on=date(2027, 1, 1))) if one.name != "gap"]
    assert [one.name for one in found] == ["statutory_rest_day"]
    assert "Dienstag, 30. März 2027" in str(found[0].sentence)


def test_dates_around_the_plan_are_compared_with_it():
    period = days(date(2027, 2, 1), date(2027, 2, 26))
    assert said(period, announced_on=date(2027, 2, 2)) == {("before_announcement", "")}
    assert said(period, answers_by=date(2027, 2, 25)) == {("answers_too_early", "")}
    assert said(period, today=date(2027, 2, 2)) == {("past", "1")}
    assert said(days(date(2027, 2, 1), date(2027, 2, 5), step=Step.PUBLICATION)) == {("nothing", "")}


@pytest.mark.parametrize(
    ("first", "after"),
    [((2027, 1, 15), (2027, 2, 15)), ((2027, 1, 31), (2027, 3, 1)), ((2028, 1, 30), (2028, 3, 1)),
     ((2028, 1, 29), (2028, 2, 29)), ((2027, 2, 1), (2027, 3, 1)), ((2027, 12, 10), (2028, 1, 10))],
)  # fmt: skip
def test_a_month_is_counted_as_the_law_does(first, after):
    assert month_later(date(*first)) == date(*after)


@given(DAYS)
def test_the_least_statutory_period_is_both_a_month_and_thirty_days(first):
    earliest = earliest_statutory_end(datetime.combine(first, time()))
    assert earliest.date() >= first + timedelta(days=30)
    assert earliest.date() >= month_later(first)
    assert earliest.date() <= first + timedelta(days=32)
    assert earliest.time() == time()


@given(MOMENTS)
def test_a_period_that_begins_during_the_day_counts_from_the_next(moment):
    expected = moment.date() if moment.time() == time() else moment.date() + timedelta(days=1)
    assert earliest_statutory_end(moment) == earliest_statutory_end(datetime.combine(expected, time()))


@given(st.lists(st.tuples(MOMENTS, st.timedeltas(timedelta(hours=-2), timedelta(days=90)), st.booleans()), max_size=5))
def test_every_plan_gets_an_answer_and_backward_ones_an_error(entries):
    plan = [
        phase_at(begins, begins + lasts, key=str(number), statutory=statutory)
        for number, (begins, lasts, statutory) in enumerate(entries)
    ]
    found = findings(plan, FRAME)
    backwards = {one.key for one in found if one.name == "backwards"}
    assert backwards == {entry.key for entry in plan if entry.ends <= entry.begins}
    assert all(str(one.sentence) for one in found)


def test_the_night_in_which_the_clocks_change_is_explained():
    assert "03:30 Uhr" in str(clock_change(datetime(2027, 3, 28, 2, 30)))
    assert "zweimal" in str(clock_change(datetime(2027, 10, 31, 2, 30)))
    assert clock_change(datetime(2027, 3, 28, 1, 59)) is None
    assert clock_change(datetime(2027, 3, 28, 3)) is None
    assert clock_change(datetime(2027, 10, 31)) is None


@given(MOMENTS)
def test_the_last_day_lies_before_the_end(moment):
    assert last_day_of(moment) == (moment - timedelta(seconds=1)).date() or moment.microsecond
    assert last_day_of(datetime.combine(moment.date(), time())) == moment.date() - timedelta(days=1)


# ---------- Changing a plan ----------


@pytest.fixture
def draft(world):
    return world.procedure(stage="draft", begins=timedelta(days=10))


def facts():
    return [(row.name, row.data.get("fields")) for row in db.session.query(EventRow).order_by(EventRow.id)]


@pytest.mark.requirement("RA-3-11")
def test_a_planned_phase_gets_new_dates_as_local_times_and_instants(world, draft):
    begins, ends = datetime(2027, 3, 27), datetime(2027, 3, 29, 18)
    before = version_of(f"procedure:{draft.id}")
    with transaction():
        phases.change_phase(world.phase(draft), begins=begins, ends=ends)
    phase = world.phase(draft)
    assert (phase.begins_local, phase.ends_local) == ("2027-03-27T00:00:00", "2027-03-29T18:00:00")
    assert phase.begins_at == datetime(2027, 3, 26, 23, tzinfo=UTC)
    assert phase.ends_at == datetime(2027, 3, 29, 16, tzinfo=UTC)  # summer time by then
    assert facts()[-1] == ("procedures.phase_changed", ["begins", "ends"])
    assert version_of(f"procedure:{draft.id}") == before + 1


def test_saving_what_is_there_already_changes_nothing(world, draft):
    plan, number = phases.plan_of(world.phase(draft)), len(facts())
    with transaction():
        phases.change_phase(world.phase(draft), **plan)
    assert (len(facts()), world.phase(draft).version) == (number, 1)


@pytest.mark.requirement("RA-3-11")
@pytest.mark.parametrize(
    ("name", "value"),
    [("begins", datetime(2030, 1, 1)), ("ends", datetime(2040, 1, 1)), ("identity", ("account",)),
     ("audience", "institutions"), ("statutory", True), ("counts_visible", "after"), ("visible_to", "staff")],
)  # fmt: skip
def test_a_phase_under_way_keeps_its_dates_and_who_may_take_part(world, name, value):
    running = world.procedure(stage="running")
    with pytest.raises(Invalid) as refused, transaction():
        phases.change_phase(world.phase(running), **{name: value})
    assert refused.value.field == name
    assert world.phase(running).version == 1


def test_title_and_moderation_of_a_phase_under_way_may_change(world):
    running = world.procedure(stage="running")
    with transaction():
        phases.change_phase(world.phase(running), title="Neu", moderation="always")
    assert (world.phase(running).title, world.phase(running).moderation) == ("Neu", "always")


def test_the_clock_alone_makes_a_released_phase_one_under_way(world, at):
    released = world.procedure(stage="released", begins=timedelta(days=1))
    begin = world.phase(released).begins_at
    assert not phases.has_begun(world.phase(released))
    with at(begin):
        assert phases.has_begun(world.phase(released))
    assert not phases.has_begun(world.phase(world.procedure(stage="draft")))


def test_a_second_manager_who_saw_an_older_plan_is_told(world, draft):
    with transaction():
        phases.change_phase(world.phase(draft), version=1, title="Die erste")
    with pytest.raises(Conflict), transaction():
        phases.change_phase(world.phase(draft), version=1, title="Die zweite")
    assert world.phase(draft).title == "Die erste"


def test_an_announced_phase_does_not_move_into_the_past(world):
    announced = world.procedure(stage="announced", begins=timedelta(days=3))
    with pytest.raises(Invalid) as refused, transaction():
        phases.change_phase(world.phase(announced), begins=datetime(2020, 1, 1))
    assert refused.value.field == "begins"


def test_a_phase_is_removed_before_it_begins_and_never_after(world, draft):
    with transaction():
        phases.remove_phase(world.phase(draft))
    assert db.session.query(Phase).count() == 0
    assert facts()[-1][0] == "procedures.phase_removed"
    running = world.procedure(stage="running")
    with pytest.raises(Refused), transaction():
        phases.remove_phase(world.phase(running))


@pytest.mark.parametrize("stage", ["completed", "cancelled", "archived"])
def test_the_plan_of_a_procedure_that_is_over_stays(world, stage):
    over = world.procedure(stage=stage, begins=timedelta(days=-90))
    with pytest.raises(Refused), transaction():
        phases.change_phase(world.phase(over), title="Neu")
    with pytest.raises(Refused), transaction():
        activities.rename_activity(world.activity(over), "Neu")


def test_a_phase_that_lasts_no_time_because_of_the_clock_change_is_refused(world, draft):
    begins, ends = datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 3, 30)
    assert instant(begins) == instant(ends)
    with pytest.raises(Invalid), transaction():
        phases.change_phase(world.phase(draft), begins=begins, ends=ends)


@pytest.mark.requirement("LP-10")
def test_while_a_statutory_period_runs_documents_stay(world, at):
    made = world.procedure(stage="draft")
    with transaction():
        phases.change_phase(world.phase(made), statutory=True)
    phases.check_documents_may_change(world.again(made))
    with transaction():
        world.again(made).stage = "running"
    with pytest.raises(Refused) as refused:
        phases.check_documents_may_change(world.again(made))
    assert "gesetzliche Frist" in str(refused.value.sentence)
    with at(world.phase(made).ends_at):
        phases.check_documents_may_change(world.again(made))


# ---------- Formats ----------


def test_formats_are_moved_and_removed_while_nothing_came_in(app, world, draft):
    module = app.extensions["registry"].get("probe")
    with transaction():
        procedure = world.again(draft)
        slug = activities.free_slug(procedure, module)
        second = add_activity(procedure, module, slug=slug, title="Zweites")
        activities.move_activity(second, -1)
    assert [entry.title for entry in world.again(draft).activities] == ["Zweites", "Erstes Format"]
    with transaction():
        activities.remove_activity(world.activity(draft))
    assert [entry.title for entry in world.again(draft).activities] == ["Erstes Format"]
    assert facts()[-1][0] == "procedures.activity_removed"


@pytest.mark.requirement("RA-4-01")
def test_a_format_with_contributions_stays(world):
    running = world.procedure(stage="running")
    world.contribution(running)
    with pytest.raises(Refused), transaction():
        activities.remove_activity(world.activity(running))
    assert db.session.query(Activity).count() == 1
