"""The lists moderation works through: order, pages, and who sees which procedures."""

from datetime import timedelta

import pytest

from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import transaction
from participation.kernel.refusal import Refused, Unknown
from participation.moderation import queue as queue_room
from participation.moderation.desk import desk_of, work_at
from participation.moderation.queries import contribution_for
from participation.moderation.queue import barriers, queue
from participation.moderation.reports import close_barrier, report_barrier, report_contribution


@pytest.fixture
def tenant(world):
    return world.tenant()


@pytest.fixture
def procedure(world, tenant):
    return world.procedure(tenant)


@pytest.fixture
def desk(world, tenant, procedure):
    return desk_of(world.viewer(world.staff(tenant, Role.MODERATOR)), tenant)


def report(contribution, times=1):
    for _ in range(times):
        with transaction():
            report_contribution(contribution.id, reason="advertising")


def references(page):
    return [row.reference for row in page.rows]


@pytest.mark.requirement("LP-15")
def test_the_most_reported_come_first_and_then_the_oldest(world, procedure, desk, at):
    one, two, three, _never = (world.contribution(procedure) for _ in range(4))
    with at(now() - timedelta(days=2)):
        report(three)
    report(one)
    report(two, 2)
    assert references(queue(desk, "reported")) == [two.reference, three.reference, one.reference]
    work = work_at(desk)
    assert work.reported == 3
    assert now() - work.reported_since > timedelta(days=1)


def test_every_page_goes_on_where_the_last_one_ended(world, procedure, desk, monkeypatch):
    monkeypatch.setattr(queue_room, "PAGE", 20)
    made = [world.contribution(procedure, source=f"Beitrag {number}") for number in range(23)]
    for number, contribution in enumerate(made):
        report(contribution, 1 + number % 2)
    for which in ("reported", "recent"):
        first = queue(desk, which)
        second = queue(desk, which, after=first.next)
        assert (len(first.rows), len(second.rows), second.next) == (20, 3, None)
        assert sorted(references(first) + references(second)) == sorted(entry.reference for entry in made)


def test_an_odd_key_begins_at_the_front(world, procedure, desk):
    report(world.contribution(procedure))
    for key in ("", "x", "1_nan_1", "1_1e999_2", "9" * 40, "1_2_3_4"):
        assert len(queue(desk, "reported", after=key).rows) == 1
        assert len(queue(desk, "waiting", after=key).rows) == 0
        assert barriers(desk.tenant_id, after=key) == ([], None)


def test_a_moderator_of_one_procedure_has_only_that_on_the_desk(world, tenant, procedure):
    other = world.procedure(tenant)
    mine, theirs = world.contribution(procedure), world.contribution(other)
    report(mine)
    report(theirs)
    person = world.staff(tenant, Role.MODERATOR, procedure)
    desk = desk_of(world.viewer(person), tenant)
    assert references(queue(desk, "reported")) == references(queue(desk, "recent")) == [mine.reference]
    assert (work_at(desk).reported, desk.whole) == (1, False)
    assert contribution_for(desk, mine.reference).id == mine.id
    with pytest.raises(Unknown):
        contribution_for(desk, theirs.reference)
    assert list(desk.narrowed(other.slug).procedures) == [procedure.id]


def test_barriers_are_counted_for_those_who_work_for_the_whole_authority(world, tenant, procedure, desk):
    with transaction():
        report_barrier(procedure.tenant_id, note="Kontrast")
        report_barrier(None, note="Zentral")
    single = desk_of(world.viewer(world.staff(tenant, Role.MODERATOR, procedure)), tenant)
    assert (work_at(desk).barriers, work_at(single).barriers) == (1, 0)


def test_open_barriers_stand_before_those_dealt_with_on_every_page(world, procedure):
    made = []
    for number in range(23):
        with transaction():
            made.append(report_barrier(procedure.tenant_id, note=f"Barriere {number}").id)
    with transaction():
        close_barrier(made[-1], procedure.tenant_id)
    first, following = barriers(procedure.tenant_id)
    second, end = barriers(procedure.tenant_id, after=following)
    assert [row.id for row in first + second] == [*reversed(made[:-1]), made[-1]]
    assert end is None


def test_nobody_else_has_a_desk(world, tenant, procedure):
    other = world.tenant()
    for person in (world.person(), world.staff(tenant, Role.EDITOR), world.staff(other, Role.MODERATOR), None):
        with pytest.raises(Refused):
            desk_of(world.viewer(person), tenant)
    assert desk_of(world.viewer(world.person(operator=True)), tenant).whole
