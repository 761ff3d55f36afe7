"""Deleting an account while a vote runs: nobody votes twice by coming back."""

from datetime import timedelta

import pytest

from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.voting.leaving import leave


@pytest.fixture
def gone(world):
    def do(person):
        with transaction():
            leave(db.session.get(type(person), person.id), withdraw_all=False)

    return do


def test_who_deletes_the_account_while_a_vote_runs_takes_the_ballot_back(world, vote, cast_by, urn, gone):
    person = world.person()
    cast_by(vote, person, "a")
    cast_by(vote, world.person(), "b")
    gone(person)
    cast_by(vote, world.person(), "c")
    assert sorted(choices["q"][0] for _, choices in urn()) == ["b", "c"]


def test_a_ballot_of_a_vote_that_is_over_stays_counted(world, vote, cast_by, urn, gone, at):
    person = world.person()
    cast_by(vote, person, "a")
    with at(now() + timedelta(days=26)):
        gone(person)
    assert [choices for _, choices in urn()] == [{"q": ["a"]}]


def test_the_page_says_so_before(world, client):
    world.log_in(client, world.person())
    words = client.get("/-/delete-account").get_data(as_text=True)
    assert "In einer Abstimmung, die noch läuft, nehmen wir Ihre Stimme zurück." in words
