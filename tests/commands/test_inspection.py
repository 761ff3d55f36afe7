"""`flask modules`, `flask audit`, `flask work`: what operators look at."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import delete, select, update

from participation.kernel.config import ROOT
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.heads import heads_file
from participation.kernel.seal import SealRow, seal_events
from participation.registry import Refusal, Registry
from participation.testing import World


def test_an_intact_chain_is_said_to_be_intact(runner: FlaskCliRunner, world: World) -> None:
    world.procedure(world.tenant("musterau"))
    seal_events()
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 0
    assert "0 not sealed yet: intact" in result.output


def test_a_changed_event_breaks_the_chain_of_its_authority(runner: FlaskCliRunner, world: World) -> None:
    tenant = world.tenant("musterau")
    world.procedure(tenant)
    seal_events()
    with transaction():
        db.session.execute(update(EventRow).where(EventRow.tenant_id == tenant.id).values(actor_id=4711))
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert "BROKEN at link 1" in result.output


def test_an_end_that_was_written_and_is_gone_is_named(runner: FlaskCliRunner, world: World, tmp_path: Path) -> None:
    tenant = world.tenant("musterau")
    world.procedure(tenant)
    seal_events()
    said = runner.invoke(args=["audit", "heads", "--note"]).output
    assert "Noted" in said
    written = tmp_path / "heads.log"
    written.write_text("".join(f"{line}\n" for line in said.splitlines()[:-1]))
    assert heads_file().read_text() == written.read_text()
    assert runner.invoke(args=["audit", "verify", "--heads", str(written)]).exit_code == 0
    events = select(EventRow.id).where(EventRow.tenant_id == tenant.id)
    with transaction():
        db.session.execute(delete(SealRow).where(SealRow.event_id.in_(events)))
        db.session.execute(delete(EventRow).where(EventRow.tenant_id == tenant.id))
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0, "what is left is whole"
    result = runner.invoke(args=["audit", "verify", "--heads", str(written)])
    assert result.exit_code == 1
    assert "LACKS link" in result.output
    (tmp_path / "other").write_text("nonsense")
    assert (
        "no file of written ends" in runner.invoke(args=["audit", "verify", "--heads", str(tmp_path / "other")]).output
    )


def test_modules_are_listed_and_refused_ones_say_why(app: Flask, runner: FlaskCliRunner) -> None:
    assert "probe" in runner.invoke(args=["modules"]).output
    before = app.extensions["registry"]
    app.extensions["registry"] = Registry(refusals=[Refusal(name="chess", sentence="Module chess is left out: no.")])
    try:
        assert runner.invoke(args=["modules"]).output == "Module chess is left out: no.\n"
    finally:
        app.extensions["registry"] = before


def test_the_worker_stops_when_it_is_told_to(tmp_path: Path) -> None:
    environment = os.environ | {
        "PARTICIPATION_ENVIRONMENT": "development",
        "PARTICIPATION_DATABASE_URL": f"sqlite:///{tmp_path / 'work.db'}",
        "PARTICIPATION_DATA_FOLDER": str(tmp_path),
    }
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=environment, check=True, capture_output=True)
    worker = subprocess.Popen([*flask, "work"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "The worker is up.\n"
        time.sleep(0.5)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
        assert worker.stdout.read() == "The worker has stopped.\n"
    finally:
        worker.kill()
        if worker.stdout:
            worker.stdout.close()
        worker.wait()


def test_a_database_that_is_not_set_up_is_a_sentence(tmp_path: Path) -> None:
    environment = os.environ | {
        "PARTICIPATION_ENVIRONMENT": "development",
        "PARTICIPATION_DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}",
        "PARTICIPATION_DATA_FOLDER": str(tmp_path),
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "tenant", "list"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "flask db upgrade" in done.stderr
    assert "Traceback" not in done.stderr
