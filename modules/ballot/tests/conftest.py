"""A running vote with three questions, one of each kind."""

from datetime import timedelta

import pytest

from modules.ballot import services
from modules.ballot.seeds import SAMPLE
from participation.kernel.db import db, transaction
from participation.voting.models import Ballot

CHOICES = {"q1": ["yes"], "q2": ["o2"], "q3": ["o1", "o3"]}
EFFECT = {"effect": "recommendation", "body": "den Rat der Stadt", "tie": "stated", "secrecy": "open", "threshold": 10}


def make_vote(world, tenant=None, **values):
    """A procedure whose one activity is a ballot with the sample questions."""
    settings = {**EFFECT, **values.pop("settings", {})}
    values = {"identity": ("account",), "answers_by": None, **values}
    procedure = world.procedure(tenant, module="ballot", **values)
    with transaction():
        activity = world.activity(procedure)
        activity.settings = {**activity.settings, **settings}
        services.load(activity, SAMPLE)
    return world.again(procedure)


@pytest.fixture
def vote(world):
    return make_vote(world)


@pytest.fixture
def coming(world):
    return make_vote(world, stage="announced", begins=timedelta(days=3))


@pytest.fixture
def cast(world):
    """`cast(vote, person, choices)` casts by the service."""

    def do(procedure, person, choices=CHOICES):
        viewer = world.viewer(person, procedure)
        with transaction():
            return services.cast_ballot(world.activity(procedure), who=viewer, choices=choices).receipt

    return do


@pytest.fixture
def urn(app):
    return lambda: [row.choices for row in db.session.query(Ballot).order_by(Ballot.id)]


@pytest.fixture
def root():
    return lambda procedure: f"/{procedure.tenant.slug}/{procedure.slug}/ballot/a"
