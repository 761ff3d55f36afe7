"""`flask assignment` and `flask tenant rights`."""

import json

import pytest

from participation.evaluation import departments
from participation.evaluation.discussion import discussion_of
from participation.interfaces import Role
from participation.kernel.db import transaction


@pytest.fixture
def desk(world):
    """What the commands need: a procedure with a contribution, a case worker, a department with somebody in it."""
    procedure = world.procedure()
    entry = world.contribution(procedure)
    worker = world.staff(procedure.tenant, Role.CASE_WORKER)
    planner = world.staff(procedure.tenant, Role.PLANNING_OFFICE, procedure)
    with transaction():
        office = departments.make_department(procedure.tenant, "Büro Grün", external=True)
        departments.add_member(office, planner.email, procedure.id, actor_id=worker.id)
    where = ("--tenant", procedure.tenant.slug, "--procedure", procedure.slug)
    return entry, worker, planner, where


@pytest.mark.requirement("RA-3-28", "RA-3-25")
def test_work_is_given_recommended_on_noted_and_listed(desk, runner):
    entry, worker, planner, where = desk

    def run(*words):
        return runner.invoke(args=["assignment", *words, *where])

    given = run("give", entry.reference, "--department", "Büro Grün", "--due-on", "2099-12-31", "--as", worker.email)
    assert given.exit_code == 0
    (row,) = [json.loads(line) for line in run("list", "--due", "--format", "json").output.splitlines()]
    assert (row["reference"], row["department"], row["due_on"], row["late"]) == (
        entry.reference,
        "Büro Grün",
        "2099-12-31",
        False,
    )
    said = run("recommend", entry.reference, "--decision", "noted", "--text", "So.", "--as", planner.email)
    assert said.exit_code == 0
    assert run("note", entry.reference, "--text", "Gesehen.", "--as", planner.email).exit_code == 0
    found = discussion_of(entry)
    assert found.parts[0].recommendations[0].department == "Büro Grün"
    assert found.notes[0].department == "Büro Grün"
    assert run("list", "--due").output == ""
    assert run("list", "--format", "csv").output.splitlines()[0].startswith("reference,argument,department")
    assert "done" in run("list").output
    assert run("give", entry.reference, "--as", worker.email).output == "Taken away: 1.\n"


def test_nobody_assigns_without_the_role_and_nobody_recommends_on_what_is_not_theirs(desk, runner):
    entry, _worker, planner, where = desk
    words = ["assignment", "give", entry.reference, "--department", "Büro Grün", "--as", planner.email, *where]
    assert runner.invoke(args=words).exit_code == 1
    said = ["assignment", "recommend", entry.reference, "--decision", "noted", "--text", "So.", "--as", planner.email]
    assert "There is no such thing." in runner.invoke(args=[*said, *where]).output


@pytest.mark.requirement("RA-3-30")
def test_the_rights_are_printed_for_a_procedure(desk, runner):
    _entry, worker, planner, where = desk
    printed = runner.invoke(args=["tenant", "rights", where[1], "--procedure", where[3]]).output
    assert "core:recommend" in printed.partition("\n\n")[0]
    lines = printed.splitlines()
    mine = lines[next(number for number, line in enumerate(lines) if planner.email in line) + 1]
    assert mine.split() == ["may", "core:prepare,", "core:recommend"]
    assert worker.email in printed
    whole = runner.invoke(args=["tenant", "rights", where[1]]).output
    assert planner.email not in whole
