"""`flask recount` needs nothing but the package; `flask result` does what the pages do."""

import json
import os
import shutil
import subprocess
import sys
from contextvars import Context
from pathlib import Path

import pytest

from app import create_app
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.results.queries import published
from participation.results.store import path_of
from participation.testing.probe import PROBE
from tests.results.conftest import Scene
from tests.results.test_package import CONTRIBUTIONS, flipped, with_file

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def scene(world):
    made = Scene(world)
    made.cast("yes", "yes", "no")
    made.rate(made.shown, agree=2)
    made.answer(made.shown)
    return made


@pytest.fixture
def package(scene, tmp_path):
    """A published package, as somebody saved it."""
    return Path(shutil.copy(path_of(scene.published().stored_name), tmp_path / "package.zip"))


@pytest.fixture
def recount(tmp_path):
    """Runs the command in an app whose database cannot be reached."""
    elsewhere = create_app({"database_url": NOWHERE, "data_folder": str(tmp_path / "data")}, more_modules=[PROBE])

    yield lambda path: alone(elsewhere, path)
    with elsewhere.app_context():
        db.engine.dispose()


def alone(app, path):
    """The command in an app of its own, without the context of the test."""
    return Context().run(app.test_cli_runner().invoke, args=["recount", str(path)])


@pytest.mark.requirement("BX-03")
def test_a_recount_without_database_prints_the_published_figures(scene, package, recount):
    done = recount(package)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    result = published(scene.procedure.id)
    assert said["figures"] == result.figures
    assert (said["root"], said["version"]) == (result.root, 1)
    assert done.stdout == json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1) + "\n", "keys in a fixed order"


def test_a_changed_file_is_named(package, recount, tmp_path):
    changed = with_file(package, tmp_path / "changed.zip", CONTRIBUTIONS, lambda data: flipped(data, 5, 1))
    done = recount(changed)
    assert done.exit_code == 1
    assert CONTRIBUTIONS in done.stderr
    assert done.stdout == ""


def test_changed_figures_are_named_even_when_the_manifest_was_made_to_fit(scene, recount, tmp_path, monkeypatch):
    monkeypatch.setattr("participation.results.freezing._count", lambda *_: {"people": 99, "activities": []})
    forged = path_of(scene.freeze().stored_name)
    done = recount(forged)
    assert done.exit_code == 1
    assert "figures.json" in done.stderr


@pytest.mark.parametrize(
    "break_it", [lambda data: b"kein Archiv", lambda data: data[:-30], lambda data: flipped(data, 300, 1)]
)
def test_a_damaged_container_is_said_to_be_damaged(package, recount, break_it):
    package.write_bytes(break_it(package.read_bytes()))
    done = recount(package)
    assert done.exit_code == 2
    assert "damaged" in done.stderr


def test_a_newer_format_and_a_missing_module_are_named(package, recount, tmp_path, monkeypatch):
    monkeypatch.setattr("participation.results.verifying.FORMAT", 0)
    done = recount(package)
    assert (done.exit_code, "Please use a newer version" in done.stderr) == (2, True)
    monkeypatch.undo()
    without = create_app({"database_url": NOWHERE, "data_folder": str(tmp_path / "data")})
    done = alone(without, package)
    assert done.exit_code == 2
    assert "probe" in done.stderr


def test_content_that_cannot_be_counted_is_said_to_be_damaged(recount, tmp_path):
    from participation.results.container import pack

    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "parameters.json").write_text("[]")
    pack(folder, tmp_path / "made.zip", {}, contributions=[], key=bytes(32))
    assert recount(tmp_path / "made.zip").exit_code == 2


@pytest.mark.requirement("BX-03")
def test_the_command_works_in_a_fresh_process_without_a_database(scene, tmp_path):
    """With the modules of the folder alone: the probe is not there, so the package is one that counts nothing."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATION_")}
    ours |= {"PARTICIPATION_ENVIRONMENT": "testing", "PARTICIPATION_DATABASE_URL": NOWHERE}
    ours |= {"PARTICIPATION_DATA_FOLDER": str(tmp_path / "data")}
    package = Path(shutil.copy(path_of(scene.published().stored_name), tmp_path / "package.zip"))
    command = [sys.executable, "-m", "flask", "--app", "app", "recount", str(package)]
    done = subprocess.run(command, cwd=ROOT, env=ours, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert done.stderr.strip().endswith("Not installed here, but needed to count: probe.")


def test_the_whole_way_on_the_command_line(scene, runner, world):
    whole = scene.whole()
    where = [whole.tenant.slug, whole.slug]
    one, two = ["--as", scene.first.email], ["--as", scene.second.email]

    def run(*words, code=0):
        done = runner.invoke(args=["result", *words])
        assert done.exit_code == code, done.output
        return done.output

    assert "Computed version 1" in run("compute", *where, *one)
    run(
        "write",
        *where,
        *one,
        "--decision",
        "Gebaut.",
        "--changed",
        "Mehr Bäume.",
        "--next",
        "2027-01-15: Der Rat tagt.",
    )
    run("submit", *where, *one)
    run("publish", *where, *one, code=1)
    assert "Version 1 is published." in run("publish", *where, *two)
    assert published(scene.procedure.id).next_steps == [{"on": "2027-01-15", "sentence": "Der Rat tagt."}]
    assert "Gebaut." in run("list", *where)
    with transaction():
        world.set_state(db.session.get(Contribution, scene.shown.id), "withdrawn")
    out = ["withdraw-text", *where, scene.shown.reference, "--reason", "Gelöscht"]
    run(*out, *one, code=1)
    assert "Published version 2" in run(*out, *two)
    assert "1\tpublished" in run("list", *where)
    assert "without package" in run("list", *where)


def test_only_who_may_manage_acts_on_the_command_line(scene, runner, world):
    whole, stranger = scene.whole(), world.staff(scene.tenant, Role.MODERATOR)
    done = runner.invoke(args=["result", "compute", whole.tenant.slug, whole.slug, "--as", stranger.email])
    assert done.exit_code == 1
    done = runner.invoke(args=["result", "compute", whole.tenant.slug, whole.slug, "--as", "niemand@uebung.example"])
    assert "Nobody here" in done.output
