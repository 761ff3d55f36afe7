"""`flask modules`, `flask doctor`, `flask audit verify`, `flask work`: what operators look at."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import update

from participation.commands.inspection import unsafe
from participation.kernel.config import ROOT
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.seal import seal_events
from participation.registry import Refusal, Registry
from participation.testing import World

FIT = {
    "environment": "production",
    "secret_key": "x" * 32,
    "base_url": "https://mitreden.example",
    "mail_server": "mail.intern",
    "mail_sender": "portal@amt.de",
    "contact": "portal@amt.de",
    "safe_mode": False,
}


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


def test_modules_are_listed_and_refused_ones_say_why(app: Flask, runner: FlaskCliRunner) -> None:
    assert "probe" in runner.invoke(args=["modules"]).output
    before = app.extensions["registry"]
    app.extensions["registry"] = Registry(refusals=[Refusal(name="chess", sentence="Module chess is left out: no.")])
    try:
        assert runner.invoke(args=["modules"]).output == "Module chess is left out: no.\n"
    finally:
        app.extensions["registry"] = before


def test_the_doctor_finds_nothing_in_a_fit_installation() -> None:
    assert list(unsafe(FIT, debug=False)) == []


def test_the_doctor_names_each_unsafe_setting() -> None:
    changes = [
        {"environment": "development"},
        {"secret_key": "only-for-tests-only-for-tests-only"},
        {"base_url": "http://mitreden.example"},
        {"mail_server": ""},
        {"mail_sender": "a@portal.example"},
        {"safe_mode": True},
    ]
    assert [len(list(unsafe(FIT | change, debug=False))) for change in changes] == [1] * len(changes)
    assert len(list(unsafe(FIT, debug=True))) == 1


def test_the_doctor_is_not_content_with_the_tests(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["doctor"])
    assert result.exit_code == 1
    assert "The secret is the one of the tests." in result.output


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
