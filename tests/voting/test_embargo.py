"""The embargo: from the begin of the vote to its end nothing comes out, whoever asks and whichever way."""

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from participation.interfaces import Export, Figure, Package
from participation.kernel.clock import now, previewing
from participation.kernel.db import transaction
from participation.kernel.refusal import Refused
from participation.procedures.advancing import advance, record_clock
from participation.procedures.lifecycle import MANAGERS
from participation.procedures.services import change_procedure
from participation.testing.probe import MODULE
from participation.voting.door import figures_of, package_of, rows_of
from participation.voting.embargo import Embargo, is_under_embargo, require_result
from participation.voting.urn import ballots, number_of_ballots

ROOT = Path(__file__).resolve().parents[2]
TELLING = replace(
    MODULE,
    figures=lambda _activity: [Figure(name="n", title="Zahl", value=1)],
    collect=lambda _activity: Package(parameters={}),
    exports=(Export(name="all", title="Alles", rows=lambda _activity, _viewer: iter([{"a": 1}])),),
)


@pytest.mark.parametrize(("days", "closed"), [(-6, False), (0, True), (24, True), (26, False), (2_000, False)], ids=str)
def test_it_lasts_from_the_begin_to_the_end(world, vote, at, days, closed):
    with at(now() + timedelta(days=days)):
        assert is_under_embargo(world.activity(vote)) is closed


def test_an_activity_without_a_voting_phase_has_none(world):
    assert not is_under_embargo(world.activity(world.procedure(kinds=["noting"])))


def test_pauses_are_included(world, vote):
    somebody = world.person()
    with transaction():
        advance(world.again(vote), "pause", actor_id=somebody.id, roles=MANAGERS, reason="Ein Fehler.")
    assert is_under_embargo(world.activity(vote))


def test_cancelled_before_the_end_it_lasts_for_ever_in_the_archive_too(world, vote, cast_by, at):
    somebody = world.person()
    cast_by(vote, somebody)
    with transaction():
        advance(world.again(vote), "cancel", actor_id=somebody.id, roles=MANAGERS, reason="Rechtsfehler.")
    with at(now() + timedelta(days=400)):
        assert is_under_embargo(world.activity(vote))
        with transaction():
            change_procedure(world.again(vote), retained_until=now().date())
            assert record_clock(world.again(vote)) == 1
        assert world.again(vote).stage == "archived"
        assert is_under_embargo(world.activity(vote))
        with pytest.raises(Embargo) as refused:
            ballots(world.activity(vote))
    assert "nicht ausgezählt" in str(refused.value.sentence)


def test_cancelled_after_the_end_of_the_vote_the_ballots_may_be_counted(world, vote, at):
    procedure = world.procedure(kinds=["voting"], begins=timedelta(days=-40))
    with transaction():
        advance_to_cancelled(world, procedure)
    assert not is_under_embargo(world.activity(procedure))


def advance_to_cancelled(world, procedure):
    """As after a cancellation while a later phase was running."""
    found = world.again(procedure)
    found.stage, found.stage_since = "cancelled", now()


def test_a_preview_of_the_day_after_opens_nothing(world, vote):
    with previewing(now() + timedelta(days=60)):
        assert is_under_embargo(world.activity(vote))
        with pytest.raises(Embargo):
            number_of_ballots(world.activity(vote))


def test_a_vote_that_was_put_off_after_ballots_came_in_stays_closed(world, vote, cast_by, at):
    cast_by(vote, world.person())
    with at(now() - timedelta(days=20)):
        assert is_under_embargo(world.activity(vote))


@pytest.mark.requirement("LP-12")
def test_the_urn_opens_after_the_end_and_names_nobody(world, vote, cast_by, at):
    for choice in "aab":
        cast_by(vote, world.person(), choice)
    activity = world.activity(vote)
    with pytest.raises(Embargo) as refused:
        ballots(activity)
    assert "niemand einen Zwischenstand" in str(refused.value.sentence)
    with at(now() + timedelta(days=60)):
        found = ballots(world.activity(vote))
        assert sorted(row["q"][0] for row in found) == ["a", "a", "b"]
        assert all(set(row) == {"q"} for row in found)
        assert number_of_ballots(world.activity(vote)) == 3


def test_what_comes_out_is_shuffled(world, vote, cast_by, at):
    for number in range(12):
        cast_by(vote, world.person(), str(number))
    with at(now() + timedelta(days=60)):
        orders = {tuple(row["q"][0] for row in ballots(world.activity(vote))) for _ in range(4)}
    assert len(orders) > 1


def test_the_door_asks_a_module_for_nothing_while_people_vote(world, vote, at):
    activity, viewer = world.activity(vote), world.viewer(world.person(operator=True), vote)
    assert figures_of(activity, TELLING) == ()
    for ask in (lambda: package_of(activity, TELLING), lambda: rows_of(activity, TELLING.exports[0], viewer)):
        with pytest.raises(Embargo):
            ask()
    with at(now() + timedelta(days=60)):
        after = world.activity(vote)
        assert [figure.value for figure in figures_of(after, TELLING)] == [1]
        assert package_of(after, TELLING) == Package(parameters={})
        assert list(rows_of(after, TELLING.exports[0], viewer)) == [{"a": 1}]


def test_between_the_end_and_the_publication_the_count_is_for_staff(world, vote, at):
    operator, anybody = world.person(operator=True), world.person()
    with at(now() + timedelta(days=60)):
        require_result(world.activity(vote), world.viewer(operator, vote))
        with pytest.raises(Refused, match="refused"):
            require_result(world.activity(vote), world.viewer(anybody, vote))
        published = world.procedure(kinds=["voting"], begins=timedelta(days=-60), stage="completed")
        require_result(world.activity(published), world.viewer(anybody, published))


ASKED = {"collect", "figures", "rows"}


def test_nobody_but_the_door_asks_a_module_what_came_out():
    """`module.collect(…)`, `module.figures(…)`, `export.rows(…)`, and their dotted forms: in the door, or beside the
    guard itself."""
    faults = []
    for path in sorted((ROOT / "participation").rglob("*.py")):
        if path.name == "door.py" or "testing" in path.parts or path.name == "registry.py":
            continue
        text = path.read_text("utf-8")
        if "require_lifted(" in text:
            continue
        for node in ast.walk(ast.parse(text)):
            asked = node.func if isinstance(node, ast.Call) else None
            if isinstance(asked, ast.Name) and asked.id == "load_callable":
                asked = node.args[0]
            if isinstance(asked, ast.Attribute) and asked.attr in ASKED and of_a_module(asked.value):
                faults.append(f"{path.relative_to(ROOT)}:{node.lineno} asks .{asked.attr}")
    assert not faults, "Ask through participation.voting.door: " + ", ".join(faults)


def of_a_module(value):
    return isinstance(value, ast.Name) and value.id in {"module", "found", "export", "entry", "slot"}
