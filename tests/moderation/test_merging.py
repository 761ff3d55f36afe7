"""Merging doubles: nothing moves, no chains, and everything can be taken back exactly."""

from datetime import timedelta

import pytest

from participation.contributions.models import Contribution, PlaceCount
from participation.contributions.services import withdraw
from participation.contributions.threads import first_comments
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.moderation.alike import beside, repeated
from participation.moderation.desk import desk_of
from participation.moderation.merging import merge, merged_into, split
from participation.moderation.models import ModerationBatch
from participation.moderation.services import Seen
from participation.moderation.undo import take_back

SAME = "Die Radwege an der Hauptstraße sind viel zu schmal."


@pytest.fixture
def procedure(world):
    return world.procedure()


@pytest.fixture
def moderator(world, procedure):
    return world.staff(procedure.tenant, Role.MODERATOR)


@pytest.fixture
def three(world, procedure):
    return [world.contribution(procedure, source=SAME, place="here") for _ in range(3)]


def seen(*contributions):
    return {entry.reference: Seen(entry.state, entry.versions) for entry in contributions}


def do_merge(into, *contributions, by):
    with transaction():
        return merge(into, seen(*contributions), actor_id=by.id)


def fresh(contribution):
    return db.session.get(Contribution, contribution.id, populate_existing=True)


@pytest.mark.requirement("RA-4.1-08")
def test_merged_ones_leave_lists_and_counts_and_keep_their_place(world, procedure, three, moderator):
    into, one, other = three
    world.contribution(procedure, source="Eine Antwort darunter.", parent=one)
    do_merge(into, one, other, by=moderator)
    assert {fresh(entry).state for entry in (one, other)} == {"merged"}
    assert {entry.merged_into_id for entry in (fresh(one), fresh(other))} == {into.id}
    shown = {item.reference: item.state for item in first_comments(world.activity(procedure), None).items}
    assert shown == {into.reference: "published", one.reference: "merged"}
    counts = {row.place: row.shown for row in db.session.query(PlaceCount)}
    assert counts == {"here": 2, "*": 2}
    assert fresh(one).replies == 1
    assert {entry.reference for entry in merged_into([into.id])[into.id]} == {one.reference, other.reference}


@pytest.mark.requirement("RA-4.1-08")
def test_there_are_no_chains_and_no_cycles(three, moderator):
    first, second, third = three
    do_merge(second, third, by=moderator)
    do_merge(first, second, by=moderator)
    assert {fresh(second).merged_into_id, fresh(third).merged_into_id} == {first.id}
    with pytest.raises(Conflict):
        do_merge(third, first, by=moderator)
    assert fresh(first).state == "published"


def test_merging_into_a_merged_one_goes_to_its_target(world, procedure, three, moderator):
    first, second, third = three
    do_merge(first, second, by=moderator)
    do_merge(fresh(second), third, by=moderator)
    assert fresh(third).merged_into_id == first.id


def test_undo_puts_every_step_back(three, moderator):
    first, second, third = three
    do_merge(second, third, by=moderator)
    batch = do_merge(first, second, by=moderator)
    with transaction():
        take_back(batch)
    assert (fresh(second).state, fresh(second).merged_into_id) == ("published", None)
    assert (fresh(third).state, fresh(third).merged_into_id) == ("merged", second.id)


def test_splitting_later_gives_the_state_before_and_can_be_taken_back(world, procedure, at, moderator):
    into = world.contribution(procedure, source=SAME)
    waiting = world.contribution(procedure, source=SAME, review=True)
    do_merge(into, waiting, by=moderator)
    with at(now() + timedelta(days=3)):
        with transaction():
            act = split(fresh(waiting), actor_id=moderator.id, seen=Seen("merged", 1))
        assert (fresh(waiting).state, fresh(waiting).merged_into_id) == ("pending", None)
        with transaction():
            take_back(batch_of(act))
        assert (fresh(waiting).state, fresh(waiting).merged_into_id) == ("merged", into.id)


def batch_of(act):
    return db.session.get(ModerationBatch, act.batch_id)


def test_a_splitting_is_not_taken_back_into_a_circle(three, moderator):
    first, second, _third = three
    do_merge(first, second, by=moderator)
    with transaction():
        act = split(fresh(second), actor_id=moderator.id, seen=Seen("merged", 1))
    do_merge(fresh(second), fresh(first), by=moderator)
    with transaction():
        undone = take_back(batch_of(act))
    assert undone.back == 0
    assert (fresh(second).state, fresh(first).merged_into_id) == ("published", second.id)


def test_only_the_same_kind_of_the_same_procedure_and_only_into_what_is_published(world, procedure, three, moderator):
    elsewhere = world.contribution(world.procedure(procedure.tenant), source=SAME)
    with pytest.raises(Conflict):
        do_merge(three[0], elsewhere, by=moderator)
    with pytest.raises(Invalid):
        do_merge(three[0], by=moderator)
    waiting = world.contribution(procedure, source=SAME, review=True)
    with pytest.raises(Refused):
        do_merge(waiting, three[0], by=moderator)
    with transaction():
        fresh(three[1]).type = "probe.other"
    with pytest.raises(Invalid):
        do_merge(three[0], fresh(three[1]), by=moderator)


def test_an_author_may_withdraw_what_was_merged(world, procedure, three, moderator):
    person = world.person()
    mine = world.contribution(procedure, person, source=SAME)
    do_merge(three[0], mine, by=moderator)
    with transaction():
        withdraw(fresh(mine), who=world.viewer(person, procedure))
    assert (fresh(mine).state, fresh(mine).merged_into_id) == ("withdrawn", None)


@pytest.mark.requirement("RA-4.1-08")
def test_repeated_texts_are_counted_and_similar_ones_stand_beside(world, procedure, three, moderator):
    near = world.contribution(procedure, source="Die Radwege an der Hauptstraße sind leider viel zu schmal.")
    world.contribution(procedure, source="Mehr Bänke im Park, bitte, und auch Schatten.")
    world.contribution(procedure, source="Dafür!")
    world.contribution(procedure, source="Dafür!")
    desk = desk_of(world.viewer(moderator), procedure.tenant)
    assert [(row.reference, row.number) for row in repeated(desk).rows] == [(three[0].reference, 3)]
    found = beside(fresh(three[0]))
    assert [entry.reference for entry in found.same] == [entry.reference for entry in three[1:]]
    assert [entry.reference for entry in found.near] == [near.reference]
    assert [part.text.strip() for part in found.near[0].parts if part.kind == "added"] == ["leider"]
