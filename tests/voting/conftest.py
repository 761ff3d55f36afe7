"""A vote of the probe: one activity, one voting phase of thirty days that began five days ago."""

import pytest

from participation.kernel.db import db, transaction
from participation.testing.probe import VOTE
from participation.voting.models import Ballot
from participation.voting.services import cast


@pytest.fixture
def vote(world):
    return world.procedure(kinds=["voting"])


@pytest.fixture
def cast_by(world):
    """`cast_by(vote, person, "a")` casts as that person."""

    def do(procedure, person, choice="a"):
        viewer = world.viewer(person, procedure)
        with transaction():
            ballot = cast(world.activity(procedure), who=viewer, action=VOTE, choices={"q": [choice]})
            return ballot.receipt

    return do


@pytest.fixture
def urn(app):
    """All ballots as (participant, choices); the door is for the house, tests look inside."""
    return lambda: [(row.participant_id, row.choices) for row in db.session.query(Ballot).order_by(Ballot.id)]
