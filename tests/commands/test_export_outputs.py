"""`flask export`: outputs as files from the command line, and archives that are checked."""

import json
import zipfile

import pytest


def run(runner, *args):
    return runner.invoke(args=["export", *map(str, args)])


@pytest.fixture
def place(world):
    """The address of a procedure with a contribution."""
    procedure = world.procedure(title="Der Platz")
    world.contribution(procedure, world.person("Annemarie Klarname"), source="Mehr Bäume.")
    return procedure.tenant.slug, procedure.slug


@pytest.mark.requirement("RA-4.1-09")
def test_a_synopsis_is_written_with_and_without_names(runner, place, tmp_path):
    path = tmp_path / "x.json"
    assert run(runner, "synopsis", *place, "--format", "json", "--output", path).exit_code == 0
    assert json.loads(path.read_text())["rows"][0]["author"] == "Person 1"
    assert run(runner, "synopsis", *place, "--format", "json", "--names", "names", "--output", path).exit_code == 0
    assert json.loads(path.read_text())["rows"][0]["author"] == "Annemarie Klarname"


def test_a_whole_procedure_is_written_in_every_part(runner, place, tmp_path):
    path = tmp_path / "x.json"
    assert run(runner, "procedure", *place, "--names", "pseudonymised", "--output", path).exit_code == 0
    data = json.loads(path.read_text())
    assert {"phases", "texts", "contributions", "versions", "arguments", "answers", "results"} <= set(data)
    assert run(runner, "procedure", *place, "--format", "docx").exit_code == 2


@pytest.mark.requirement("RA-4.4-09")
def test_an_archive_is_written_and_checked(runner, place, tmp_path):
    path = tmp_path / "x.zip"
    assert run(runner, "archive", *place, "--output", path).exit_code == 0
    whole = run(runner, "verify", path)
    assert (whole.exit_code, "all as they were packed" in whole.output) == (0, True)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("untergeschoben.txt", "x")
    broken = run(runner, "verify", path)
    assert broken.exit_code == 1
    assert "untergeschoben.txt: not named in the manifest" in broken.output


def test_what_is_not_possible_is_said_in_a_sentence(world, runner, place, tmp_path):
    hidden = world.procedure(visible_to="members")
    where = (hidden.tenant.slug, hidden.slug)
    refused = run(runner, "synopsis", *where, "--format", "csv", "--names", "public", "--output", tmp_path / "x.csv")
    assert (refused.exit_code, "nicht öffentlich" in refused.output) == (1, True)
    assert not (tmp_path / "x.csv").exists()
    (tmp_path / "no.zip").write_bytes(b"nothing")
    assert run(runner, "verify", tmp_path / "no.zip").exit_code == 1
