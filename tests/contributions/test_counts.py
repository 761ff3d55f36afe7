"""Counts of ratings that a phase holds back: nobody but staff sees them, or an order made from them, before its end."""

import pytest

from participation.access.rules import VISITOR
from participation.contributions import ratings
from participation.contributions.models import Contribution
from participation.contributions.own import guest_items
from participation.contributions.queries import fetch, item_in, items
from participation.contributions.threads import best_by_place, first_comments, first_threads, orders_for
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.openness.rows import contribution_rows

COUNTS = ("agree", "neutral", "disagree", "score")


def hold_back(world, procedure):
    with transaction():
        for phase in world.activity(procedure).phases:
            phase.counts_visible = "after"


@pytest.fixture
def held(world):
    """A procedure that holds counts back, whose oldest contribution has the most agreement."""
    procedure = world.procedure()
    liked, other = world.contribution(procedure, source="Erster."), world.contribution(procedure, source="Zweiter.")
    person = world.person()
    by = world.participant(procedure, person)
    with transaction():
        mine = db.session.get(Contribution, liked.id)
        ratings.rate(mine, world.activity(procedure), "agree", who=world.viewer(person, procedure), by=by)
    hold_back(world, procedure)
    return world.again(procedure), liked, other


def counts(item):
    return tuple(getattr(item, name) for name in COUNTS)


def test_nobody_but_staff_sees_counts_before_the_end_of_the_phase(world, held):
    procedure, liked, _ = held
    staff = world.viewer(world.staff(procedure.tenant, Role.MODERATOR), procedure)
    worker = world.viewer(world.staff(procedure.tenant, Role.CASE_WORKER, procedure), procedure)
    elsewhere = world.viewer(world.staff(world.tenant(), Role.TENANT_ADMIN), procedure)
    for who in (VISITOR, world.viewer(world.person(), procedure), elsewhere):
        assert counts(item_in(procedure, liked.reference, who)) == (None, None, None, None)
    for who in (staff, worker, world.viewer(world.person(operator=True), procedure)):
        assert counts(item_in(procedure, liked.reference, who)) == (1, 0, 0, 1)


def test_an_order_made_from_counts_is_held_back_too(world, held):
    procedure, liked, other = held
    activity = world.activity(procedure)
    staff = world.viewer(world.staff(procedure.tenant, Role.MODERATOR), procedure)
    for who, order in ((VISITOR, [other.id, liked.id]), (staff, [liked.id, other.id])):
        assert [item.id for item in first_comments(activity, None, who, sort="agreed").items] == order
        assert [item.id for item in first_threads(activity, None, who, sort="agreed").items] == order
        best = best_by_place(activity, who, most=2)
        assert [item.id for found in best.values() for item in found] == order
    assert "agreed" not in orders_for(activity, VISITOR)
    assert "agreed" in orders_for(activity, staff)


def test_after_the_end_everybody_sees_them(world, held, at):
    procedure, liked, other = held
    with at(world.phase(procedure).ends_at):
        activity = world.activity(procedure)
        assert counts(item_in(procedure, liked.reference)) == (1, 0, 0, 1)
        assert [item.id for item in first_comments(activity, None, sort="agreed").items] == [liked.id, other.id]


def test_another_activity_is_not_touched(world, held):
    open_one = world.procedure(held[0].tenant)
    note = world.contribution(open_one)
    assert counts(item_in(open_one, note.reference)) == (0, 0, 0, 0)


def test_lists_that_name_no_viewer_hold_them_back(world, held):
    procedure, liked, _ = held
    assert [counts(item) for item in fetch(items().where(Contribution.id == liked.id))] == [(None,) * 4]
    assert [counts(item) for item in guest_items(world.participant(procedure))] == []
    assert {row["agree"] for row in contribution_rows(procedure.id)} == {None}
    assert {row["agree"] for row in contribution_rows(procedure.id, everything=True)} == {0, 1}


def test_pages_and_the_interface_for_programs_show_none_of_them(world, held, client):
    procedure, liked, _ = held
    root = f"/{procedure.tenant.slug}/{procedure.slug}/-/contributions/{liked.reference}"
    page = client.get(root).get_data(as_text=True)
    assert "rating__count" not in page
    assert "Wie viele zustimmen, steht hier am Ende der Phase." in page
    address = f"/api/v1/tenants/{procedure.tenant.slug}/procedures/{procedure.slug}/contributions"
    listed = client.get(address).get_json()["items"]
    assert {entry["agree"] for entry in listed} == {None}
    assert client.get(f"{address}/{liked.reference}").get_json()["agree"] is None
