"""Query budgets with the cache off: at most 5 queries as visitor, 10 as participant."""

from random import Random

import pytest

from modules.text.manifest import module
from participation.contributions.queries import counts_by_place
from participation.documents.importing import import_text
from participation.kernel.db import transaction
from participation.testing.queries import count_queries

VISITOR, PARTICIPANT = 5, 10


def seeded(world, number, *, text=None):
    """A running procedure whose text has so many comments."""
    procedure = world.procedure(module="text")
    activity = world.activity(procedure)
    with transaction():
        if text:
            import_text(activity, text.encode(), "text.md")
        module.seed(world.activity(procedure), Random(7), number)
    return world.again(procedure)


def assert_budget(world, client, procedure, path, most):
    root = f"/{procedure.tenant.slug}/{procedure.slug}/text/a"
    client.get("/healthz")  # own host names are read once a minute, by whoever comes first
    with count_queries() as seen:
        assert client.get(root + path).status_code == 200
    assert len(seen) <= most, "\n".join(statement[:150] for statement in seen)


@pytest.mark.requirement("BX-12")
def test_a_text_of_300_paragraphs_with_10000_comments(world, client):
    procedure = seeded(world, 10_000)
    assert counts_by_place(world.activity(procedure))["*"] == 10_000
    assert_budget(world, client, world.again(procedure), "/", VISITOR)
    person = world.person()
    world.contribution(procedure, person)
    world.log_in(client, person)
    assert_budget(world, client, world.again(procedure), "/", PARTICIPANT)


@pytest.mark.requirement("BX-12")
def test_one_paragraph_with_2000_comments(world, client):
    procedure = seeded(world, 2_400, text="# Kurz\n\n## § 1 Einzig\n\n(1) Ein Absatz für alle.\n")
    assert counts_by_place(world.activity(procedure))["p1-abs1"] >= 2_000
    assert_budget(world, client, world.again(procedure), "/at/p1-abs1", VISITOR)
    person = world.person()
    world.contribution(procedure, person, place="p1-abs1")
    world.log_in(client, person)
    assert_budget(world, client, world.again(procedure), "/at/p1-abs1", PARTICIPANT)
