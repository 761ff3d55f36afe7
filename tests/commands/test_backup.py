"""`flask backup`: what it refuses, and why. That it restores is promise 19."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from participation.kernel import backup_copies
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.erased import Erased, add_list, begin_list, erasure_list, mark_of, note_erased, read_erased
from participation.kernel.seal import seal_events
from participation.testing import World
from tests.promises.backups import installation, refusal, run, the_backup


def test_a_backup_wants_a_folder_that_is_not_the_file_store(app: Flask, tmp_path: Path) -> None:
    nameless = app.test_cli_runner().invoke(args=["backup", "create"])
    assert nameless.exit_code == 2
    assert "PARTICIPATION_BACKUP_FOLDER" in nameless.output
    files = Path(app.config["SETTINGS"]["data_folder"]) / "files"
    assert "does not belong among the stored files" in refusal(app, "backup", "create", files / "kept")


def test_nobody_else_may_read_a_backup(app: Flask, world: World, tmp_path: Path) -> None:
    world.contribution(world.procedure())
    run(app, "backup", "create", tmp_path / "kept")
    made = the_backup(tmp_path / "kept")
    assert [
        path.name for path in (made, *made.rglob("*")) if path.stat().st_mode & 0o077 and path.name != "manifest.json"
    ] == []
    assert list((tmp_path / "kept").glob(".*")) == [], "no half of one is left"


def test_what_is_no_backup_is_said_to_be_none(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "holds no manifest.json" in refusal(app, "backup", "verify", tmp_path / "empty")
    assert "holds no manifest.json" in refusal(app, "backup", "restore", tmp_path / "empty")


def test_a_restore_wants_the_list_of_erased_people_and_an_empty_place(app: Flask, world: World, tmp_path: Path) -> None:
    world.contribution(world.procedure())
    seal_events()
    run(app, "backup", "create", tmp_path / "kept")
    made = the_backup(tmp_path / "kept")
    assert "With --replace it goes" in refusal(app, "backup", "restore", made)
    erasure_list().unlink()
    assert "list of erased people is missing" in refusal(app, "backup", "restore", made, "--replace")


def test_a_database_in_use_is_not_replaced(database: str, tmp_path: Path) -> None:
    with installation(database, tmp_path / "site") as site:
        run(site, "backup", "create", tmp_path / "kept")
        made = the_backup(tmp_path / "kept")
        other = create_engine(db.engine.url)
        with other.connect() as somebody:
            somebody.execute(text("SELECT count(*) FROM person"))
            assert "Stop the portal" in refusal(site, "backup", "restore", made, "--replace")
        other.dispose()
        assert "Restored" in run(site, "backup", "restore", made, "--replace")


def test_a_missing_client_of_postgresql_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(backup_copies.Unusable, match=r"pg_dump is missing\. Install it: apt-get"):
        backup_copies.run_program(["pg_dump"])


def test_a_backup_of_the_other_database_is_refused(app: Flask, tmp_path: Path) -> None:
    other = backup_copies.POSTGRESQL if db.engine.dialect.name == "sqlite" else backup_copies.SQLITE
    with pytest.raises(backup_copies.Unusable, match="This backup holds"):
        backup_copies.restore_database(db.engine.url, tmp_path / other)


def test_the_list_of_erased_people_has_each_once_and_finds_them_with_every_key(app: Flask, tmp_path: Path) -> None:
    erasure_list().unlink(missing_ok=True)
    since = now()
    line = Erased(now(), mark_of(4, since), True)
    note_erased(line)
    note_erased(line)
    assert erasure_list().stat().st_mode & 0o077 == 0
    elsewhere = erasure_list().rename(tmp_path / "elsewhere.log")
    assert begin_list() not in elsewhere.read_text(), "another installation has another key"
    add_list(elsewhere)
    add_list(elsewhere)
    found = read_erased(erasure_list())
    assert (len(found.keys), len(found.lines)) == (2, 1)
    assert found.find(4, since) == line
    assert found.find(5, since) is None
    assert found.find(4, now()) is None, "the number was given again"
    erasure_list().unlink()
