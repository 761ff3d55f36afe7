"""The real count inside a package: what was published is what anybody counts again."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules.ballot.counting import count, totals_of
from modules.ballot.tests.conftest import make_vote
from participation.interfaces import Package
from participation.kernel.clock import now
from participation.kernel.db import transaction
from participation.procedures.lifecycle import Stage
from participation.procedures.queries import procedure_by_id
from participation.results.container import pack, write_lines
from participation.results.counting import figures_of
from participation.results.freezing import freeze
from participation.results.store import path_of
from participation.results.verifying import faults_of, opened

QUESTIONS = [
    {
        "key": "q1",
        "kind": "yes_no_abstain",
        "title": "Soll es so sein?",
        "text": "",
        "most": 1,
        "options": [{"key": key, "title": key} for key in ("yes", "no", "abstain")],
    },
    {
        "key": "q2",
        "kind": "several",
        "title": "Was zuerst?",
        "text": "",
        "most": 3,
        "options": [{"key": f"o{number}", "title": f"Option {number}"} for number in range(1, 5)],
    },
]
BALLOT = st.fixed_dictionaries(
    {},
    optional={
        "q1": st.lists(st.sampled_from(["yes", "no", "abstain"]), min_size=1, max_size=1),
        "q2": st.lists(st.sampled_from(["o1", "o2", "o3", "o4"]), min_size=1, max_size=3, unique=True),
    },
)


@pytest.mark.requirement("BX-03", "LP-12")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BALLOT, max_size=40), st.sampled_from([0, 10]), st.sampled_from(["stated", "no"]))
def test_random_ballots_come_to_the_same_figures_on_another_machine(tmp_path, ballots, threshold, tie):
    parameters = {"questions": QUESTIONS, "tie": tie, "threshold": threshold}
    few = len(ballots) < threshold
    rows = {"totals": totals_of(QUESTIONS, ballots)} if few else {"ballots": ballots}
    folder = tmp_path / "package"
    for old in folder.rglob("*.jsonl"):
        old.unlink()
    for name, values in rows.items():
        write_lines(folder / "activities" / "ballot-a" / f"{name}.jsonl", values)
    write_lines(folder / "activities" / "ballot-a" / "contributions.jsonl", [])
    write_lines(folder / "answers.jsonl", [])
    entry = {"module": "ballot", "folder": "ballot-a", "title": "A", "rows": list(rows), "counted": parameters}
    pack(folder, tmp_path / "package.zip", {}, contributions=[], key=bytes(32))
    with opened(tmp_path / "package.zip") as found:
        assert faults_of(found) == []
        again = figures_of({"people": 0, "activities": [entry]}, found.open, {"ballot": count})["activities"][0]
    direct = count(Package(parameters=parameters, rows={"ballots": ballots}))
    assert again["ballots"] == direct.ballots == len(ballots)
    for tally, same in zip(again["tallies"], direct.tallies, strict=True):
        assert [bar["value"] for bar in tally["bars"]] == [bar.value for bar in same.bars]
        assert [bar["chosen"] for bar in tally["bars"]] == [bar.chosen for bar in same.bars]
        assert tally["tie"] == same.tie
    option = again["tallies"][1]["bars"][0]
    assert option["value"] == sum("o1" in ballot.get("q2", ()) for ballot in ballots), "counted by hand"


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
