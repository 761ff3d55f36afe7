"""The pure count: whatever the order, from ballots or from totals, as a second program counts."""

import ast
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.ballot import counting
from modules.ballot.counting import count, totals_of
from modules.ballot.kinds import GERMAN
from participation.interfaces import Package

KEYS = ("o1", "o2", "o3")
QUESTIONS = [
    {
        "key": "q1",
        "kind": "yes_no_abstain",
        "title": "Ja oder nein?",
        "most": 1,
        "options": [{"key": key, "title": title} for key, title in GERMAN.items()],
    },
    {"key": "q2", "kind": "single", "title": "Was?", "most": 1, "options": [{"key": k, "title": k} for k in KEYS]},
    {
        "key": "q3",
        "kind": "several",
        "title": "Was noch?",
        "most": 2,
        "options": [{"key": k, "title": k} for k in KEYS],
    },
]
BALLOTS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "q1": st.sampled_from([["yes"], ["no"], ["abstain"]]),
            "q2": st.sampled_from(KEYS).map(lambda key: [key]),
            "q3": st.lists(st.sampled_from(KEYS), min_size=1, max_size=2, unique=True),
        },
    ).filter(bool),
    max_size=30,
)


def of_ballots(ballots, tie="stated"):
    return count(Package(parameters={"questions": QUESTIONS, "tie": tie}, rows={"ballots": ballots}))


def of_totals(ballots, tie="stated"):
    rows = {"totals": totals_of(QUESTIONS, ballots)}
    return count(Package(parameters={"questions": QUESTIONS, "tie": tie}, rows=rows))


@given(BALLOTS, st.sampled_from(["stated", "no"]))
def test_totals_say_the_same_as_ballots(ballots, tie):
    assert of_totals(ballots, tie) == of_ballots(ballots, tie)


@given(BALLOTS, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(ballots, random: Random):
    shuffled = random.sample(ballots, len(ballots))
    assert of_ballots(shuffled) == of_ballots(ballots)


@given(BALLOTS)
def test_a_second_program_counts_the_same(ballots):
    results = of_ballots(ballots)
    assert results.ballots == len(ballots)
    for tally in results.tallies:
        said = [ballot[tally.key] for ballot in ballots if tally.key in ballot]
        assert tally.total == len(said)
        for bar in tally.bars:
            assert bar.value == sum(1 for answer in said if bar.key in answer)
        assert sum(bar.chosen for bar in tally.bars) == (0 if tally.tie else min(len(rivals(tally)), 1))


def rivals(tally):
    """The options that could be chosen: with any vote, abstentions apart."""
    return [bar for bar in tally.bars if bar.value and bar.key != "abstain"]


@pytest.mark.requirement("RA-3-02")
@pytest.mark.parametrize(
    ("answers", "tie", "chosen", "is_tie"),
    [
        (["yes", "yes", "no"], "stated", "yes", False),
        (["no", "abstain", "abstain"], "stated", "no", False),
        (["yes", "no"], "stated", None, True),
        (["yes", "no"], "no", "no", False),
        (["abstain"], "stated", None, False),
        ([], "no", None, False),
    ],
)
def test_yes_and_no_by_the_rule(answers, tie, chosen, is_tie):
    tally = of_ballots([{"q1": [answer]} for answer in answers], tie).tallies[0]
    assert next((bar.key for bar in tally.bars if bar.chosen), None) == chosen
    assert tally.tie is is_tie


def test_a_tie_between_options_chooses_nothing():
    tally = of_ballots([{"q2": ["o1"]}, {"q2": ["o2"]}], "no").tallies[1]
    assert tally.tie
    assert not any(bar.chosen for bar in tally.bars)


def test_what_is_no_option_does_not_count():
    assert of_ballots([{"q2": ["o9"], "x": ["o1"]}]).tallies[1].total == 0


def test_the_count_needs_no_database():
    tree = ast.parse(Path(counting.__file__).read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"collections", "collections.abc", "typing", "participation.interfaces"}
