"""`flask worklist`: the same list and the same acts as on the page."""

import json

import pytest

from participation.contributions.models import Contribution
from participation.evaluation.case_models import Department
from participation.evaluation.keywords import add_keyword
from participation.interfaces import Role
from participation.kernel.db import db, transaction


@pytest.fixture
def desk(world):
    procedure = world.procedure()
    rows = [world.contribution(procedure, source=f"Wunsch {number}") for number in range(3)]
    worker = world.staff(procedure.tenant, Role.CASE_WORKER)
    with transaction():
        db.session.add(Department(tenant_id=procedure.tenant_id, title="Tiefbau"))
        add_keyword(procedure, "Grün")
    return [procedure.tenant.slug, procedure.slug], [row.reference for row in rows], worker.email


def run(runner, *args, **more):
    return runner.invoke(args=["worklist", *args], **more)


def listed(runner, where, *args):
    answer = run(runner, "list", *where, *args, "--format", "json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)["rows"]


@pytest.mark.requirement("RA-4.4-01", "RA-4.4-02")
def test_many_are_worked_on_and_that_is_taken_back(desk, runner):
    where, references, email = desk
    given = run(
        runner, "assign", *where, *references[:2], "--department", "Tiefbau", "--due", "2099-01-31", "--as", email
    )
    assert "2 changed, 0 left" in given.output
    tagged = run(runner, "tag", *where, "Grün", "--file", "-", "--as", email, input="\n".join(references))
    assert "3 changed" in tagged.output
    assert "1 changed" in run(runner, "state", *where, "processed", references[2].lower(), "--as", email).output
    rows = listed(runner, where, "--filter", "keyword=Grün", "--filter", "assignee=nobody")
    assert [(row["reference"], row["work"], row["keywords"]) for row in rows] == [(references[2], "processed", "Grün")]
    first = listed(runner, where)[0]
    assert (first["assigned"], first["due"]) == ("Tiefbau", "2099-01-31")
    assert "3 changed" in run(runner, "tag", *where, "Grün", *references, "--remove", "--as", email).output
    assert "2 changed" in run(runner, "assign", *where, *references[:2], "--nobody", "--as", email).output
    number = given.output.split()[-1]
    assert "0 as before, 2 left" in run(runner, "undo", *where, number, "--as", email).output
    db.session.rollback()
    assert {row.work for row in db.session.query(Contribution)} == {"in_progress", "processed"}


def test_the_list_as_a_table_and_as_csv(desk, runner):
    where, references, _email = desk
    table = run(runner, "list", *where, "--filter", "words=Wunsch 1").output
    assert references[1] in table
    assert references[0] not in table
    lines = run(runner, "list", *where, "--filter", "order=down", "--format", "csv").output.splitlines()
    assert lines[0].lstrip("\ufeff").startswith("reference;received;state;work")
    assert lines[1].startswith(references[2])


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["list", "--filter", "nonsense=1"], "is no filter"),
        (["list", "--filter", "state=nonsense"], "is nothing that state can be"),
        (["list", "--filter", "keyword=Blau"], "There is no keyword"),
        (["assign", "AAAAA-AAAAA", "--department", "Hochbau", "--as", "EMAIL"], "There is no department"),
        (["assign", "AAAAA-AAAAA", "--person", "niemand@uebung.example", "--as", "EMAIL"], "Nobody is known by"),
        (["assign", "AAAAA-AAAAA", "--as", "EMAIL"], "erson"),
        (["state", "processed", "Unsinn", "--as", "EMAIL"], "No number of a contribution: Unsinn"),
        (["state", "processed", "--as", "EMAIL"], "500"),
        (["state", "processed", "AAAAA-AAAAA", "--as", "niemand@uebung.example"], "Nobody is known by"),
    ],
)
def test_what_is_wrong_is_said(desk, runner, args, sentence):
    where, _references, email = desk
    command, *rest = [email if entry == "EMAIL" else entry for entry in args]
    answer = run(runner, command, *where, *rest)
    assert answer.exit_code == 1
    assert sentence in answer.output
