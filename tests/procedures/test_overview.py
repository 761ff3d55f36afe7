"""Lists of procedures: what the database computes is what the life cycle says, and nobody sees too much."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import transaction
from participation.pages.portal import sight_of
from participation.procedures.lifecycle import Stage
from participation.procedures.overview import (
    Filter,
    Sight,
    contributions_by_activity,
    facets,
    front_page,
    page_of_procedures,
    stages_now,
)
from participation.procedures.queries import procedure_by_id, stage_of
from participation.procedures.services import change_procedure
from participation.testing.queries import count_queries

ALL = Sight(everything=True)
NOBODY = Sight()
LIMITS = {"running": 6, "paused": 3, "coming": 3, "ended": 3, "preparing": 3}


@pytest.mark.requirement("RA-4.1-01")
def test_the_database_computes_every_stage_as_the_life_cycle_does(world, at):
    tenant, made, met = world.tenant(), [], set()
    for stage, (announced, retained) in product(Stage, ((None, None), (-9, -1), (-5, 40))):
        days = {"announced_on": announced, "retained_until": retained}
        values = {name: today() + timedelta(days=day) for name, day in days.items() if day is not None}
        made.append(world.procedure(tenant, stage=stage, begins=timedelta(days=-3), **values).id)
    made.append(world.procedure(tenant, stage="running", kinds=[]).id)
    for day in (-12, -7, -4, 0, 10, 35, 60):
        with at(now() + timedelta(days=day)):
            expected = {number: stage_of(procedure_by_id(number)) for number in made}
            assert stages_now() == expected, day
            met |= set(expected.values())
    assert met == set(Stage)


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_stages_agree_at_the_very_instant_of_a_boundary(world, at, seconds):
    procedure = world.procedure(stage="announced", begins=timedelta(days=1))
    phase = world.phase(procedure)
    for boundary in (phase.begins_at, phase.ends_at):
        with at(boundary + timedelta(seconds=seconds)):
            assert stages_now()[procedure.id] == stage_of(world.again(procedure))


def test_a_retention_ends_with_the_local_day_not_the_utc_day(world, at):
    procedure = world.procedure(stage="completed", retained_until=datetime(2027, 3, 1).date())
    for minute in (59, 0):
        moment = datetime(2027, 2, 28, 22 if minute else 23, minute, tzinfo=UTC)  # 23:59 and 00:00 in Berlin
        with at(moment):
            expected = Stage.COMPLETED if minute else Stage.ARCHIVED
            assert stages_now()[procedure.id] == stage_of(world.again(procedure)) == expected


def test_before_it_is_announced_only_its_staff_see_a_procedure_in_lists(world):
    tenant, other = world.tenant(), world.tenant()
    hidden = world.procedure(tenant, stage="draft", topic="Umwelt")
    members = world.procedure(tenant, visible_to="members")
    shown = world.procedure(tenant)
    sights = {
        "visitor": (sight_of(world.viewer(None)), {shown.id}),
        "staff": (sight_of(world.viewer(world.staff(tenant, Role.EDITOR))), {hidden.id, members.id, shown.id}),
        "staff of one": (sight_of(world.viewer(world.staff(tenant, Role.EDITOR, hidden))), {hidden.id, shown.id}),
        "staff elsewhere": (sight_of(world.viewer(world.staff(other, Role.MANAGER))), {shown.id}),
        "operator": (sight_of(world.viewer(world.person(operator=True))), {hidden.id, members.id, shown.id}),
    }
    for who, (sight, expected) in sights.items():
        listed = {card.id for card in page_of_procedures(Filter(), sight)[0]}
        fronted = {card.id for cards in front_page(LIMITS, sight).values() for card in cards}
        assert listed == fronted == expected, who
        assert sum(facet.number for facet in facets(sight)) == len(expected), who


def test_groups_are_ordered_by_what_is_next(world):
    tenant = world.tenant()
    later = world.procedure(tenant, lasts=timedelta(days=30))
    sooner = world.procedure(tenant, lasts=timedelta(days=8))
    paused = world.procedure(tenant, stage="paused", lasts=timedelta(days=7))
    far = world.procedure(tenant, stage="announced", begins=timedelta(days=9))
    near = world.procedure(tenant, stage="announced", begins=timedelta(days=2))
    old = world.procedure(tenant, stage="completed", begins=timedelta(days=-90), lasts=timedelta(days=5))
    fresh = world.procedure(tenant, stage="completed", begins=timedelta(days=-20), lasts=timedelta(days=5))
    groups = front_page(LIMITS, NOBODY)
    assert [card.id for card in groups["running"]] == [sooner.id, later.id]
    assert [card.id for card in groups["paused"]] == [paused.id]
    assert [card.id for card in groups["coming"]] == [near.id, far.id]
    assert [card.id for card in groups["ended"]] == [fresh.id, old.id]
    assert groups["running"][0].closes_at == world.phase(sooner).ends_at


def test_each_group_is_limited_in_one_query(world):
    tenant = world.tenant()
    for _ in range(5):
        world.procedure(tenant)
        world.procedure(tenant, stage="completed")
    with count_queries() as statements:
        groups = front_page({"running": 4, "ended": 2}, NOBODY)
    assert [len(groups[name]) for name in ("running", "coming", "ended")] == [4, 0, 2]
    assert len(statements) == 1


def test_paging_by_key_shows_every_procedure_once(world):
    tenant = world.tenant()
    stages = ("running", "announced", "completed", "cancelled", "paused")
    made = {world.procedure(tenant, stage=stages[i % 5], begins=timedelta(days=-i)).id for i in range(45)}
    seen, after = [], None
    while True:
        cards, after = page_of_procedures(Filter(), NOBODY, after)
        seen += [card.id for card in cards]
        if after is None:
            break
        assert len(cards) == 20
    assert len(seen) == 45
    assert set(seen) == made


@pytest.mark.parametrize("after", ["", "x", "1_2", "1_2_3_4", "9" * 30 + "_1_1", "½_1_1", "-1_-1_-1"])
def test_an_odd_key_begins_at_the_first_page(world, after):
    world.procedure()
    assert len(page_of_procedures(Filter(), NOBODY, after)[0]) == 1


def test_filters_narrow_by_authority_stage_topic_and_words(world):
    one, other = world.tenant(), world.tenant()
    wanted = world.procedure(one, title="Ökologie am Fluss", summary="Was hilft den Fischen?", topic="Umwelt")
    world.procedure(one, title="Radwege", topic="Verkehr")
    world.procedure(other, title="Ökologie im Wald", topic="Umwelt", stage="completed")

    def found(**values):
        return {card.id for card in page_of_procedures(Filter(**values), NOBODY)[0]}

    assert found(tenant_id=one.id, topic="Umwelt") == {wanted.id}
    assert found(group="running", words=("ökologie",)) == {wanted.id}
    assert found(words=("ÖKOLOGIE", "fischen")) == {wanted.id}
    assert len(found(words=("ökologie",))) == 2
    assert found(words=("100%",)) == found(words=("_",)) == set()


def test_cards_count_the_contributions_that_are_shown(world):
    procedure = world.procedure(kinds=["noting", "talking"])
    for place in ("here", "there", ""):
        world.contribution(procedure, place=place)
    assert front_page(LIMITS, NOBODY)["running"][0].contributions == 3
    assert contributions_by_activity(procedure.id) == {world.activity(procedure).id: 3}


def test_a_changed_title_is_on_the_next_list(world):
    procedure = world.procedure(title="Alt")
    with transaction():
        change_procedure(world.again(procedure), title="Neu")
    assert front_page(LIMITS, ALL)["running"][0].title == "Neu"
    assert now() < front_page(LIMITS, ALL)["running"][0].closes_at
