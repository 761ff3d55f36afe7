"""Making procedures and moving them on: who, why, when, and never two at once."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from participation.interfaces import Role
from participation.kernel.clock import BERLIN, now, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.procedures.advancing import advance, tick
from participation.procedures.lifecycle import TRANSITIONS, IllegalStepError, Stage
from participation.procedures.queries import open_phases, procedure_by_id, stage_of
from participation.procedures.services import add_activity, add_phase, create_procedure, lock

MANAGER = frozenset({Role.MANAGER})
ADMIN = frozenset({Role.TENANT_ADMIN})
REASON = "Das Rathaus ist überschwemmt."


@pytest.fixture
def people(world):
    """Two managers."""
    return world.person("Eins"), world.person("Zwei")


def local_in(days):
    return (now() + timedelta(days=days)).astimezone(BERLIN).replace(tzinfo=None)


def move(world, procedure, name, actor=None, roles=MANAGER, **values):
    fresh = world.again(procedure)
    with transaction():
        advance(fresh, name, actor_id=actor.id if actor else None, roles=roles, **values)
    return Stage(world.again(procedure).stage)


def facts(procedure):
    query = select(EventRow).where(
        EventRow.procedure_id == procedure.id, EventRow.name == "procedures.procedure_advanced"
    )
    rows = db.session.scalars(query.order_by(EventRow.id))
    return [(row.data["transition"], row.data["source"], row.data["target"]) for row in rows]


@pytest.mark.requirement("RA-3-27", "RA-3-30")
def test_a_procedure_goes_its_whole_way_and_each_step_is_a_fact(world, people):
    one, other = people
    procedure = world.ready(
        begins=timedelta(days=2), announced_on=(now() + timedelta(days=1)).date(),
        retained_until=(now() + timedelta(days=400)).date(),
    )  # fmt: skip
    assert move(world, procedure, "submit", one) is Stage.REVIEW
    assert move(world, procedure, "release", other) is Stage.RELEASED
    for day, stage in ((1.5, Stage.ANNOUNCED), (3, Stage.RUNNING), (33, Stage.EVALUATION)):
        with standing_at(now() + timedelta(days=day)):
            with transaction():
                assert tick() == 1
            assert world.again(procedure).stage == stage
    with standing_at(now() + timedelta(days=40)):
        assert move(world, procedure, "publish_results", other, frozen=True) is Stage.COMPLETED
    with standing_at(now() + timedelta(days=500)), transaction():
        assert tick() == 1
    assert [name for name, _, _ in facts(procedure)] == [
        "submit", "release", "announce", "open", "close", "publish_results", "archive",
    ]  # fmt: skip
    with standing_at(now() + timedelta(days=5000)), transaction():
        assert tick() == 0, "archived is final"


@pytest.mark.parametrize("name", sorted(TRANSITIONS))
@pytest.mark.parametrize("role", sorted(Role))
def test_a_step_is_taken_by_its_roles_only(app, world, name, role):
    step = TRANSITIONS[name]
    procedure = world.procedure(stage=sorted(step.source)[0], begins=timedelta(days=20))
    if role in step.roles:
        return
    with pytest.raises(Refused):
        move(world, procedure, name, world.person(), frozenset({role}), reason=REASON, until=local_in(90))
    assert world.again(procedure).stage in step.source
    assert facts(procedure) == []


@pytest.mark.parametrize("name", sorted(name for name, step in TRANSITIONS.items() if not step.by_clock))
def test_the_clock_takes_no_step_that_people_decide(world, name):
    source = sorted(TRANSITIONS[name].source)[0]
    procedure = world.procedure(stage=source)
    with pytest.raises(Refused):
        move(world, procedure, name, None, frozenset(), reason=REASON, until=local_in(90))


@pytest.mark.requirement("RA-3-27")
@pytest.mark.parametrize(("name", "stage"), [("release", "review"), ("send_back", "review"), ("send_back", "released")])
def test_who_submitted_cannot_decide_on_it(world, people, name, stage):
    one, other = people
    procedure = world.ready()
    move(world, procedure, "submit", one)
    if stage == "released":
        move(world, procedure, "release", other)
    with pytest.raises(Refused, match="refused"):
        move(world, procedure, name, one, reason=REASON)
    assert move(world, procedure, name, other, reason=REASON) is TRANSITIONS[name].target


@pytest.mark.parametrize("name", sorted(name for name, step in TRANSITIONS.items() if step.needs_reason))
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_step_that_hurts_needs_a_reason(world, people, name, reason):
    stage = sorted(TRANSITIONS[name].source)[0]
    begins = 20 if stage in ("released", "announced") else -5
    procedure = world.procedure(stage=stage, begins=timedelta(days=begins))
    with pytest.raises(Invalid) as refused:
        move(world, procedure, name, people[1], reason=reason, until=local_in(90))
    assert refused.value.field == "reason"


@pytest.mark.requirement("RA-4.2-11", "LP-10")
def test_a_statutory_period_cannot_be_interrupted(world, people):
    procedure = world.procedure(kinds=[])
    probe = world.app.extensions["registry"].get("probe")
    with transaction():
        activity = world.again(procedure).activities[0]
        kind = probe.phases[0]
        add_phase(activity, kind, begins=local_in(-1), ends=local_in(30), statutory=True)
    with pytest.raises(Refused):
        move(world, procedure, "pause", people[0], reason=REASON)
    assert world.again(procedure).stage == "running"


def test_a_pause_says_why_and_until_when_and_ends(world, people):
    procedure = world.procedure()
    again_on = (now() + timedelta(days=3)).date()
    assert move(world, procedure, "pause", people[0], reason=f" {REASON} ", resumes_on=again_on) is Stage.PAUSED
    paused = world.again(procedure)
    assert (paused.reason, paused.resumes_on) == (REASON, again_on)
    assert open_phases(paused.activities[0]) == []
    assert move(world, procedure, "resume", people[0]) is Stage.RUNNING
    assert world.again(procedure).resumes_on is None
    assert len(open_phases(world.activity(procedure))) == 1


def test_a_paused_procedure_ends_when_its_phases_end(world, people):
    procedure = world.procedure(lasts=timedelta(days=10))
    move(world, procedure, "pause", people[0], reason=REASON)
    with standing_at(now() + timedelta(days=6)):
        with pytest.raises(IllegalStepError):
            move(world, procedure, "resume", people[0])
        assert stage_of(world.again(procedure)) is Stage.EVALUATION


@pytest.mark.parametrize("name", ["extend", "reopen"])
@pytest.mark.parametrize("days", [None, -1, 3], ids=["no date", "past", "earlier than now planned"])
def test_a_new_end_must_be_later(world, people, name, days):
    stage, lasts = ("running", 30) if name == "extend" else ("evaluation", 4)
    procedure = world.procedure(stage=stage, lasts=timedelta(days=lasts))
    until = local_in(days) if days is not None else None
    if name == "reopen" and days == 3:
        assert move(world, procedure, name, people[0], reason=REASON, until=until) is Stage.RUNNING
        return
    with pytest.raises(Invalid) as refused:
        move(world, procedure, name, people[0], reason=REASON, until=until)
    assert refused.value.field == "until"


def test_extending_moves_the_phases_that_end_last_and_no_other(world, people):
    procedure = world.procedure(kinds=["noting"])
    probe = world.app.extensions["registry"].get("probe")
    with transaction():
        short = add_phase(world.again(procedure).activities[0], probe.phases[1], begins=local_in(-2), ends=local_in(2))
    short_id, ends_at = short.id, short.ends_at
    until = local_in(60).replace(microsecond=0)
    move(world, procedure, "extend", people[0], reason=REASON, until=until)
    phases = {phase.id: phase for phase in world.activity(procedure).phases}
    assert phases.pop(short_id).ends_at == ends_at
    (longest,) = phases.values()
    assert longest.ends_local == until.isoformat()
    with standing_at(now() + timedelta(days=59)):
        assert stage_of(world.again(procedure)) is Stage.RUNNING


def test_nothing_can_be_submitted_without_a_phase_to_take_part_in(world, people):
    procedure = world.procedure(stage="draft", kinds=[])
    with pytest.raises(Refused):
        move(world, procedure, "submit", people[0])


@pytest.mark.parametrize(
    ("name", "stage", "begins"), [("open", "announced", 2), ("close", "running", -2), ("archive", "completed", -50)]
)
def test_a_person_cannot_run_ahead_of_the_calendar(world, people, name, stage, begins):
    procedure = world.procedure(stage=stage, begins=timedelta(days=begins), retained_until=date(2099, 1, 1))
    with pytest.raises(Refused):
        move(world, procedure, name, people[0], ADMIN)
    assert world.again(procedure).stage == stage


def test_advancing_records_first_what_the_clock_has_done(world, people):
    procedure = world.procedure(stage="released", begins=timedelta(days=1))
    with standing_at(now() + timedelta(days=2)):
        move(world, procedure, "pause", people[0], reason=REASON)
    assert facts(procedure) == [("open", "released", "running"), ("pause", "running", "paused")]


def test_of_two_managers_the_slower_one_is_told(world, people):
    procedure = world.procedure()
    shown = world.again(procedure).version
    move(world, procedure, "pause", people[0], reason=REASON)
    with pytest.raises(Conflict), transaction():
        lock(world.again(procedure), shown)


def test_two_managers_at_the_same_moment_take_one_step(world, people, in_threads):
    procedure_id = world.procedure().id
    actors = iter([person.id for person in people])

    def pause():
        actor_id, procedure = next(actors), procedure_by_id(procedure_id)
        try:
            with transaction():
                advance(procedure, "pause", actor_id=actor_id, roles=MANAGER, reason=REASON)
        except (Conflict, IllegalStepError):
            db.session.rollback()
            return False
        return True

    assert sorted(in_threads(2, pause)) == [False, True]
    db.session.rollback()
    assert len(facts(procedure_by_id(procedure_id))) == 1


def test_an_address_is_given_once_per_authority(world):
    one, other = world.tenant(), world.tenant()
    world.procedure(one, slug="platz")
    world.procedure(other, slug="platz")
    with pytest.raises(Invalid) as refused, transaction():
        create_procedure(one, slug="platz", title="Zwei")
    assert refused.value.field == "slug"


@pytest.mark.parametrize(
    "slug", ["", "-", "-x", "en", "api", "static", "Ä", "a/b", "a b", "x" * 61, "A", ".well-known"]
)
def test_an_address_that_could_clash_is_refused(world, slug):
    tenant = world.tenant()
    with pytest.raises(Invalid), transaction():
        create_procedure(tenant, slug=slug, title="Titel")


def test_what_a_manager_cannot_set_is_refused(world):
    tenant = world.tenant()
    with pytest.raises(TypeError), transaction():
        create_procedure(tenant, slug="a", title="Titel", stage="running")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends": datetime(2026, 1, 1)}, "ends"),
        ({"identity": ()}, "identity"),
        ({"identity": ("passport",)}, "identity"),
        ({"moderation": "sometimes"}, "moderation"),
    ],
)
def test_a_phase_that_cannot_be_is_refused(world, change, field):
    procedure = world.procedure(stage="draft", kinds=[])
    kind = world.app.extensions["registry"].get("probe").phases[0]
    values = {"begins": datetime(2026, 1, 1), "ends": datetime(2026, 2, 1)} | change
    with pytest.raises(Invalid) as refused, transaction():
        add_phase(world.again(procedure).activities[0], kind, **values)
    assert refused.value.field == field


def test_two_activities_of_one_format_need_two_addresses(world):
    procedure = world.procedure()
    probe = world.app.extensions["registry"].get("probe")
    with pytest.raises(Invalid), transaction():
        add_activity(world.again(procedure), probe, slug="a", title="Noch eins")


@pytest.mark.requirement("RA-3-09", "RA-3-11")
def test_a_phase_begins_at_its_instant_and_ends_before_its_end(world):
    procedure = world.procedure(begins=timedelta(days=1), lasts=timedelta(days=2), stage="announced")
    phase = world.phase(procedure)
    tiny = timedelta(microseconds=1)
    for at, is_open in (
        (phase.begins_at - tiny, False),
        (phase.begins_at, True),
        (phase.ends_at - tiny, True),
        (phase.ends_at, False),
    ):
        assert bool(open_phases(world.activity(procedure), at)) is is_open
