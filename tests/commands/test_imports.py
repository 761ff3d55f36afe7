"""`flask import`: finds, makes or asks for the activity, and lets the module do the rest."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_babel import lazy_gettext as _l

from participation.documents.reading.errors import UnreadableFile
from participation.interfaces import Found, Import
from participation.kernel.db import db, transaction
from participation.procedures.models import Activity
from participation.procedures.queries import procedure_at
from participation.procedures.services import add_activity
from participation.registry import Registry
from participation.testing import World
from participation.testing.probe import PROBE


def take(activity: Activity, data: bytes, filename: str) -> str:
    if not data:
        raise UnreadableFile(_l("Die Datei ist leer."))
    activity.title = f"{filename}: {len(data)}"
    return f"{len(data)} bytes taken"


@pytest.fixture
def taking(app: Flask) -> Iterator[Registry]:
    """The probe, with a slot for files."""
    before = app.extensions["registry"]
    slot = Import(name="notes", title=_l("Notizen"), run=take)
    module = replace(PROBE.module, imports=(slot,))
    app.extensions["registry"] = Registry([Found(module=module, folder=PROBE.folder)])
    yield app.extensions["registry"]
    app.extensions["registry"] = before


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "entwurf.txt"
    path.write_text("Hallo")
    return path


def run(runner: FlaskCliRunner, path: Path, *more: str) -> Any:
    return runner.invoke(args=["import", "notes", str(path), "--tenant", "musterau", "--procedure", "park", *more])


def activities() -> list[tuple[str, str]]:
    procedure = procedure_at("musterau", "park")
    assert procedure is not None
    return [(activity.slug, activity.title) for activity in procedure.activities]


def empty(world: World) -> None:
    procedure = world.procedure(world.tenant("musterau"), slug="park", kinds=[])
    with transaction():
        db.session.delete(world.activity(procedure))


@pytest.mark.usefixtures("taking")
def test_an_activity_is_made_where_there_is_none(runner: FlaskCliRunner, world: World, draft: Path) -> None:
    empty(world)
    result = run(runner, draft)
    assert result.exit_code == 0, result.output
    assert "5 bytes taken" in result.output
    assert "/musterau/park/probe/notes/" in result.output
    assert activities() == [("notes", "entwurf.txt: 5")]


@pytest.mark.usefixtures("taking")
def test_the_one_there_is_gets_filled(runner: FlaskCliRunner, world: World, draft: Path) -> None:
    world.procedure(world.tenant("musterau"), slug="park")
    assert run(runner, draft).exit_code == 0
    assert activities() == [("a", "entwurf.txt: 5")]


def test_with_several_it_asks_which(runner: FlaskCliRunner, world: World, taking: Registry, draft: Path) -> None:
    procedure = world.procedure(world.tenant("musterau"), slug="park")
    module = taking.get("probe")
    assert module is not None
    with transaction():
        add_activity(world.again(procedure), module, slug="b", title="Zweites")
    asked = run(runner, draft)
    assert (asked.exit_code, "a, b" in asked.output, "--activity" in asked.output) == (1, True, True)
    assert run(runner, draft, "--activity", "b").exit_code == 0
    assert activities()[1] == ("b", "entwurf.txt: 5")


@pytest.mark.usefixtures("taking")
def test_a_file_that_cannot_be_read_changes_nothing(runner: FlaskCliRunner, world: World, tmp_path: Path) -> None:
    empty(world)
    broken = tmp_path / "leer.txt"
    broken.touch()
    result = run(runner, broken)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert activities() == []


@pytest.mark.usefixtures("taking")
def test_a_word_no_module_knows_is_named_with_those_that_are(runner: FlaskCliRunner, draft: Path) -> None:
    result = runner.invoke(args=["import", "chess", str(draft), "--tenant", "a", "--procedure", "b"])
    assert result.exit_code == 1
    assert "Possible: contributions, notes." in result.output


@pytest.mark.requirement("OG-10", "RA-4-01")
@pytest.mark.usefixtures("taking")
def test_an_authority_that_switched_the_module_off_gets_no_new_activity(
    runner: FlaskCliRunner, world: World, draft: Path
) -> None:
    empty(world)
    runner.invoke(args=["tenant", "modules", "musterau"])
    assert run(runner, draft).exit_code == 1
    assert activities() == []
