"""Doing and taking back is identity: every column of every contribution, counts, threads, anchors, what is found.

Only times and versions that say that something happened may differ: those of acts, and the number of the cache.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from participation.contributions.counters import recount
from participation.contributions.models import Anchor, Contribution, ContributionVersion, PlaceCount
from participation.contributions.threads import first_threads
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.moderation import merging, moving, services, settling
from participation.moderation.models import ModerationBatch, Report
from participation.moderation.reports import report_contribution
from participation.moderation.services import Seen
from participation.moderation.sorting_models import AnsweredMark
from participation.moderation.undo import take_back
from participation.search.models import SearchRow

PLACES = ("", "here", "there")
FEW = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def procedure(world):
    return world.procedure()


@pytest.fixture
def moderator(world, procedure):
    return world.staff(procedure.tenant, Role.MODERATOR)


def rows(model, *without):
    names = [column.key for column in model.__table__.columns if column.key not in without]
    query = select(*(getattr(model, name) for name in names)).order_by(model.id)
    return [tuple(row) for row in db.session.execute(query)]


def everything(world, procedure):
    """What people can tell of the contributions."""
    work_off()
    db.session.rollback()
    db.session.expire_all()
    threads = first_threads(world.activity(procedure), None)
    places = {(row.activity_id, row.place): row.shown for row in db.session.scalars(select(PlaceCount)) if row.shown}
    return {
        "contributions": rows(Contribution),
        "versions": rows(ContributionVersion),
        "anchors": rows(Anchor),
        "places": places,
        "threads": ([item.reference for item in threads.items], sorted(threads.replies)),
        "reports": rows(Report, "batch_id"),
        "marks": marked(),
        "found": sorted(
            db.session.scalars(select(SearchRow.contribution_id).where(SearchRow.contribution_id.is_not(None)))
        ),
    }


def marked():
    query = select(AnsweredMark.contribution_id, AnsweredMark.sentence, AnsweredMark.url)
    return [tuple(row) for row in db.session.execute(query.where(AnsweredMark.removed_at.is_(None)))]


def forest(world, procedure, data):
    """Some comments at places, some with answers, some waiting, some reported."""
    made = []
    for number in range(data.draw(st.integers(2, 4))):
        above = data.draw(st.sampled_from([None, *(one for one in made if one.depth < 2)]))
        values = {"place": data.draw(st.sampled_from(PLACES))} if above is None else {"parent": above}
        waits = data.draw(st.booleans()) and number > 0
        one = world.contribution(procedure, source=f"Beitrag {number % 2} zum selben Thema.", review=waits, **values)
        made.append(one)
    for one in made:
        if one.state == "published" and data.draw(st.booleans()):
            with transaction():
                report_contribution(one.id, reason="insult")
    return made


def seen(one):
    again = db.session.get(Contribution, one.id, populate_existing=True)
    return Seen(again.state, again.versions)


def undo(act_or_batch):
    number = getattr(act_or_batch, "batch_id", act_or_batch.id)
    with transaction():
        return take_back(db.session.get(ModerationBatch, number))


def fresh(one):
    return db.session.get(Contribution, one.id, populate_existing=True)


@FEW
@given(data=st.data())
@pytest.mark.requirement("RA-3-15")
def test_hide_then_undo_and_hide_then_restore_are_identity(world, procedure, moderator, data):
    made = forest(world, procedure, data)
    one = data.draw(st.sampled_from([entry for entry in made if entry.state == "published"]))
    before = everything(world, procedure)
    with transaction():
        act = services.hide(
            fresh(one), actor_id=moderator.id, seen=seen(one), reason="insult", sentence="Ein Satz zum Fall."
        )
    if data.draw(st.booleans()):
        undo(act)
        assert everything(world, procedure) == before
    else:
        with transaction():
            services.restore(fresh(one), actor_id=moderator.id, seen=seen(one))
        after = everything(world, procedure)
        assert after | {"reports": before["reports"]} == before  # they stay closed
    assert recount() == 0


@FEW
@given(data=st.data())
@pytest.mark.requirement("RA-4.1-08")
def test_merge_then_undo_and_merge_then_split_are_identity(world, procedure, moderator, data):
    made = forest(world, procedure, data)
    published = [entry for entry in made if entry.state == "published"]
    into = data.draw(st.sampled_from(published))
    chosen = data.draw(st.lists(st.sampled_from([one for one in made if one.id != into.id]), min_size=1, unique=True))
    before = everything(world, procedure)
    with transaction():
        batch = merging.merge(fresh(into), {one.reference: seen(one) for one in chosen}, actor_id=moderator.id)
    if data.draw(st.booleans()):
        assert undo(batch).left == 0
        assert everything(world, procedure) == before
    else:
        for one in chosen:
            with transaction():
                merging.split(fresh(one), actor_id=moderator.id, seen=seen(one))
        after = everything(world, procedure)
        assert after | {"reports": before["reports"]} == before
    assert recount() == 0


@FEW
@given(data=st.data())
@pytest.mark.requirement("RA-4.1-10")
def test_move_then_undo_is_identity(world, procedure, moderator, data):
    made = forest(world, procedure, data)
    one = data.draw(st.sampled_from([entry for entry in made if entry.parent_id is None]))
    place = data.draw(st.sampled_from([place for place in PLACES if place != one.place]))
    if data.draw(st.booleans()):
        with transaction():
            names = {"tenant_id": one.tenant_id, "contribution_id": one.id, "node_key": one.place}
            db.session.add(Anchor(**names, start=3, end=8, exact="Stück", prefix="", suffix=""))
    before = everything(world, procedure)
    with transaction():
        act = moving.move(fresh(one), place, actor_id=moderator.id, seen=seen(one))
    assert {fresh(entry).place for entry in made if one.id in (entry.id, entry.root_id)} == {place}
    assert undo(act).left == 0
    assert everything(world, procedure) == before
    assert recount() == 0


@FEW
@given(data=st.data())
def test_mark_and_unmark_then_undo_are_identity(world, procedure, moderator, data):
    made = forest(world, procedure, data)
    one = data.draw(st.sampled_from([entry for entry in made if entry.state == "published"]))

    def mark(where, instead_of=None):
        said = {"actor_id": moderator.id, "sentence": "So ist es.", "where": where, "instead_of": instead_of}
        with transaction():
            return settling.mark_answered(fresh(one), seen=seen(one), **said)

    marked_before = data.draw(st.booleans())
    first = mark("https://erste.example/").details["mark"] if marked_before else None
    before = everything(world, procedure)
    act = mark("https://zweite.example/", first)
    undo(act)
    assert everything(world, procedure) == before
    if marked_before:
        with transaction():
            act = settling.remove_mark(fresh(one), actor_id=moderator.id, seen=seen(one))
        undo(act)
        assert everything(world, procedure) == before
