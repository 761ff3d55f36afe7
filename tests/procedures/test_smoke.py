"""The world of the test kit works on both databases."""

from participation.contributions.queries import counts_by_place
from participation.contributions.threads import first_comments


def test_a_contribution_is_counted_where_it_stands(world):
    procedure = world.procedure()
    world.contribution(procedure, place="here")
    activity = world.activity(procedure)
    assert counts_by_place(activity) == {"here": 1, "*": 1}
    assert [item.place for item in first_comments(activity, "here").items] == ["here"]


def test_health(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
