"""`flask procedure`: from nothing to a running procedure, by the services every screen uses."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskCliRunner

from participation.interfaces import Role
from participation.kernel.clock import now
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_at, stage_of
from participation.testing import World

SPAN = ("--from", "2027-01-01", "--until", "2027-01-02")
BACKWARDS = ("--from", "2027-02-01", "--until", "2027-01-02")
At = Callable[[datetime], AbstractContextManager[None]]


def day(offset: int) -> str:
    return f"{now() + timedelta(days=offset):%Y-%m-%d}"


def ask(runner: FlaskCliRunner, *arguments: str) -> str:
    result = runner.invoke(args=["procedure", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def refused(runner: FlaskCliRunner, *arguments: str) -> str:
    result = runner.invoke(args=["procedure", *arguments])
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return result.output


def found(slug: str = "park") -> Procedure:
    procedure = procedure_at("musterau", slug)
    assert procedure is not None
    return procedure


@pytest.fixture
def made(runner: FlaskCliRunner, world: World) -> World:
    world.tenant("musterau")
    ask(runner, "create", "musterau", "park", "--title", "Der neue Park", "--announced-on", day(-3), "--practice",
        "--summary", "Was soll in den Park?", "--deciders", "Der Rat", "--contact", "Grünamt",
        "--answers-by", day(90))  # fmt: skip
    ask(runner, "activity", "musterau", "park", "probe", "notizen", "--title", "Notizen")
    ask(runner, "phase", "musterau", "park", "notizen", "noting", "--from", day(-2), "--until", day(5))
    return world


def test_a_procedure_goes_from_draft_to_running_with_two_people(runner: FlaskCliRunner, made: World) -> None:
    tenant = found().tenant
    manager, admin = made.staff(tenant, Role.MANAGER), made.staff(tenant, Role.TENANT_ADMIN)
    ask(runner, "advance", "musterau", "park", "submit", "--as", manager.email)
    assert "Error" in refused(runner, "advance", "musterau", "park", "release", "--as", manager.email)
    ask(runner, "advance", "musterau", "park", "release", "--as", admin.email)
    assert runner.invoke(args=["tick"]).output == "Recorded 1 step.\n"
    assert found().stage == Stage.RUNNING
    assert found().practice


def test_a_day_after_until_is_counted_to_its_end(runner: FlaskCliRunner, made: World) -> None:
    ask(
        runner, "phase", "musterau", "park", "notizen", "talking",
        "--from", "2027-03-01 09:30", "--until", "2027-03-31", "--identity", "account",
    )  # fmt: skip
    talking = next(phase for phase in found().activities[0].phases if phase.kind == "talking")
    assert talking.begins_at == datetime(2027, 3, 1, 8, 30, tzinfo=UTC)  # Berlin is an hour ahead in winter
    assert talking.ends_at == datetime(2027, 3, 31, 22, 0, tzinfo=UTC)  # and two in summer
    assert talking.identity == ["account"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["phase", "musterau", "park", "notizen", "deciding", *SPAN], "possible are: noting"),
        (["phase", "musterau", "park", "fragen", "noting", *SPAN], "probe/notizen"),
        (["phase", "musterau", "park", "notizen", "noting", *BACKWARDS], "Error: "),
        (["activity", "musterau", "park", "chess", "a", "--title", "A"], "not installed"),
        (["activity", "musterau", "park", "probe", "notizen", "--title", "A"], "Error: "),
        (["activity", "musterau", "park", "probe", "b", "--title", "B", "--setting", "x"], "NAME=VALUE"),
        (["show", "musterau", "see"], "has no procedure 'see'"),
        (["show", "anderswo", "park"], "no authority 'anderswo'"),
        (["set", "musterau", "park"], "Nothing to change"),
        (["create", "musterau", "park", "--title", "Noch einer"], "Error: "),
        (["advance", "musterau", "park", "submit"], "Error: "),
        (["advance", "musterau", "park", "submit", "--as", "nobody@uebung.example"], "Nobody here"),
        (["advance", "musterau", "park", "resume"], "Error: "),
    ],
)  # fmt: skip
def test_what_does_not_work_is_said_in_a_sentence(
    runner: FlaskCliRunner, made: World, arguments: list[str], sentence: str
) -> None:
    before = (found().stage, len(found().activities), len(found().activities[0].phases))
    assert sentence in refused(runner, *arguments)
    assert (found().stage, len(found().activities), len(found().activities[0].phases)) == before


def test_a_date_that_is_none_is_a_usage_error(runner: FlaskCliRunner, made: World) -> None:
    result = runner.invoke(args=["procedure", "set", "musterau", "park", "--answers-by", "14.12.2026"])
    assert result.exit_code == 2
    assert "write it like 2026-12-14" in result.output


def test_a_module_that_is_switched_off_cannot_be_placed(runner: FlaskCliRunner, made: World) -> None:
    runner.invoke(args=["tenant", "modules", "musterau"])
    output = refused(runner, "activity", "musterau", "park", "probe", "b", "--title", "B")
    assert "flask tenant modules musterau" in output


def test_pausing_shows_its_reason_and_extending_moves_the_end(runner: FlaskCliRunner, world: World) -> None:
    procedure = world.procedure(world.tenant("musterau"), slug="park")
    manager = world.staff(procedure.tenant, Role.MANAGER)
    as_manager = ("--as", manager.email)
    ask(runner, "advance", "musterau", "park", "extend", "--until", "2027-06-30", "--reason", "Ferien", *as_manager)
    assert "2027-07-01 00:00" in ask(runner, "show", "musterau", "park")
    ask(runner, "advance", "musterau", "park", "pause", "--reason", "Sturm", "--resumes-on", day(9), *as_manager)
    shown = ask(runner, "show", "musterau", "park")
    assert "reason: Sturm" in shown
    assert "paused" in shown


def test_reopening_after_the_end_needs_a_new_end(runner: FlaskCliRunner, world: World) -> None:
    world.procedure(world.tenant("musterau"), slug="park", stage="evaluation", lasts=timedelta(days=2))
    manager = world.staff(found().tenant, Role.MANAGER)
    reopen = ("advance", "musterau", "park", "reopen", "--reason", "Ein Fehler", "--as", manager.email)
    assert "Error: " in refused(runner, *reopen)
    ask(runner, *reopen, "--until", day(20))
    assert found().stage == Stage.RUNNING
    assert "Erneut geöffnet  Ein Fehler" in ask(runner, "log", "musterau", "park")


def test_the_list_says_where_each_procedure_stands_now(runner: FlaskCliRunner, world: World, at: At) -> None:
    world.procedure(world.tenant("musterau"), slug="park")
    world.procedure(slug="anderswo")
    with at(now() + timedelta(days=60)):
        lines = ask(runner, "list", "musterau").splitlines()
        assert stage_of(found()) is Stage.EVALUATION
    assert len(lines) == 1
    assert "/musterau/park/" in lines[0]
    assert "evaluation" in lines[0]
    assert len(ask(runner, "list").splitlines()) == 2
