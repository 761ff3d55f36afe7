"""The real count inside a package: what was published is what anybody counts again."""

import json
from datetime import timedelta

import pytest

from modules.ballot.tests.conftest import make_vote
from participation.kernel.clock import now
from participation.kernel.db import transaction
from participation.procedures.lifecycle import Stage
from participation.procedures.queries import procedure_by_id
from participation.results.freezing import freeze
from participation.results.store import path_of
from participation.results.verifying import opened


@pytest.mark.requirement("LP-12")
@pytest.mark.parametrize(("voters", "name"), [(3, "totals"), (11, "ballots")])
def test_a_frozen_vote_holds_ballots_without_people_or_below_the_threshold_only_totals(
    app, world, cast, at, voters, name
):
    vote = make_vote(world)
    people = [world.person(f"Wählerin Nummer {number}") for number in range(voters)]
    for position, person in enumerate(people):
        cast(vote, person, {"q1": ["yes" if position % 2 else "no"]})
    with transaction():
        whole = procedure_by_id(vote.id)
        whole.stage = Stage.EVALUATION
        phase = whole.activities[0].phases[0]
        phase.begins_at, phase.ends_at = now() - timedelta(days=9), now() - timedelta(minutes=1)
    frozen = freeze(procedure_by_id(vote.id), app.extensions["registry"], 1)
    with opened(path_of(frozen.stored_name)) as found:
        names = [entry for entry in found.archive.namelist() if entry.startswith("activities/ballot-a/")]
        assert f"activities/ballot-a/{name}.jsonl" in names
        assert len([entry for entry in names if entry.endswith((f"{name}.jsonl", "contributions.jsonl"))]) == len(names)
        words = json.dumps([found.archive.read(entry).decode() for entry in found.archive.namelist()])
    assert "Wählerin" not in words
    assert "participant" not in words
    activity = frozen.figures["activities"][0]
    assert activity["ballots"] == voters
    assert [bar["value"] for bar in activity["tallies"][0]["bars"]] == [voters // 2, voters - voters // 2, 0]
    assert activity["effect"] == "recommendation"
