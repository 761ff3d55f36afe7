"""`flask procedure schedule` and its neighbours: what the pages do, on the command line."""

import re
from datetime import timedelta

import pytest

from participation.procedures.phases import plan_of


@pytest.fixture
def draft(world):
    return world.procedure(
        world.tenant("musterau"), slug="park", module="text", stage="draft", begins=timedelta(days=20)
    )


def ask(runner, *arguments, code=0):
    result = runner.invoke(args=["procedure", *arguments])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def number(runner):
    return re.search(r"^ *(\d+) ", ask(runner, "schedule", "musterau", "park"))[1]


@pytest.mark.requirement("RA-3-11", "RA-4.2-11")
def test_a_plan_is_changed_and_its_warnings_are_printed(runner, world, draft):
    at = number(runner)
    ask(runner, "change-phase", "musterau", "park", at, "--from", "2027-02-01", "--until", "2027-02-28", "--statutory",
        "--round", "1", "--counts-visible", "after", "--title", "Auslegung")  # fmt: skip
    plan = plan_of(world.phase(draft))
    assert (f"{plan['begins']}", f"{plan['ends']}") == ("2027-02-01 00:00:00", "2027-03-01 00:00:00")
    assert (plan["statutory"], plan["counts_visible"]) == (True, "after")
    said = ask(runner, "schedule", "musterau", "park")
    assert said.count("error: Auslegung: ") == 2  # too short, and not announced


def test_a_phase_is_removed(runner, world, draft):
    ask(runner, "remove-phase", "musterau", "park", number(runner))
    assert world.activity(draft).phases == []


@pytest.mark.parametrize(
    "arguments",
    [("change-phase", "musterau", "park", "999999", "--round", "2"), ("remove-phase", "musterau", "park", "999999"),
     ("set-activity", "musterau", "park", "a"), ("set-activity", "musterau", "park", "a", "--setting", "sort"),
     ("set-activity", "musterau", "park", "a", "--setting", "sort=best")],
)  # fmt: skip
def test_what_cannot_be_is_said_in_a_sentence(runner, world, draft, arguments):
    assert "Error" in ask(runner, *arguments, code=1)


@pytest.mark.requirement("RA-4-01")
def test_settings_and_title_of_a_format_are_changed(runner, world, draft):
    ask(runner, "set-activity", "musterau", "park", "a", "--title", "Neu", "--setting", "ratings=false")
    activity = world.activity(draft)
    assert (activity.title, activity.settings["ratings"], activity.settings["sort"]) == ("Neu", False, "newest")
