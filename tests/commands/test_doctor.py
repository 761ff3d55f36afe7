"""`flask doctor`: one sentence for each setting, file or piece of waiting work that is not fit."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import update

from participation.commands.doctor import unsafe
from participation.kernel import gate
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow
from participation.kernel.keys import fresh_key, write_keys
from participation.testing import World
from tests.promises.backups import installation, run

FIT = {
    "environment": "production",
    "secret_key": "0123456789abcdef0123456789abcdef",
    "base_url": "https://mitreden.example",
    "mail_server": "mail.intern",
    "mail_sender": "portal@amt.de",
    "mail_starttls": True,
    "contact": "portal@amt.de",
    "safe_mode": False,
    "writable_code": False,
    "proxy_hops": 1,
    "trusted_hosts": ["mitreden.example"],
    "backup_folder": "/backup",
    "database_url": "postgresql://participation@/participation",
    "mail_user": "",
    "mail_password": "",
}
FAR = "postgresql://participation:Kq7-ungewiss@db.amt.de/participation"
MISTAKES = {
    "development": ({"environment": "development"}, "not a production installation"),
    "secret of the tests": ({"secret_key": "only-for-tests-only-for-tests-only"}, "everybody knows"),
    "secret of the example": ({"secret_key": "AT_LEAST_32_RANDOM_CHARACTERS_here"}, "everybody knows"),
    "same letters": ({"secret_key": "x" * 32}, "can be guessed"),
    "http": ({"base_url": "http://mitreden.example"}, "https"),
    "no mail server": ({"mail_server": ""}, "mail_server"),
    "mails in the open": ({"mail_starttls": False}, "in the open"),
    "example address": ({"mail_sender": "a@portal.example"}, "example address"),
    "safe mode": ({"safe_mode": True}, "Safe mode"),
    "writable code": ({"writable_code": True}, "writable_code"),
    "no proxy": ({"proxy_hops": 0}, "proxy_hops"),
    "many proxies": ({"proxy_hops": 3}, "forge"),
    "any host": ({"trusted_hosts": ["*.example"]}, "trusted_hosts"),
    "no backups": ({"backup_folder": ""}, "backup_folder"),
    "database in the open": ({"database_url": FAR}, "Nobody checks that db.amt.de"),
    "database with any certificate": ({"database_url": f"{FAR}?sslmode=require"}, "sslmode=verify-full"),
    "password of the example": (
        {"database_url": "postgresql://participation:DATABASE_PASSWORD@database/participation"},
        "database_url",
    ),
    "password like the name": ({"mail_user": "portal", "mail_password": "portal"}, "mail_password"),
}


@pytest.fixture(autouse=True)
def read_only_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a user who may only read the program."""
    monkeypatch.setattr(gate, "CODE", ())


def test_nothing_is_found_in_a_fit_installation() -> None:
    assert list(unsafe(FIT, debug=False)) == []
    assert len(list(unsafe(FIT, debug=True))) == 1


@pytest.mark.parametrize("name", MISTAKES)
def test_each_unsafe_setting_is_named_once(name: str) -> None:
    change, words = MISTAKES[name]
    (found,) = unsafe(FIT | change, debug=False)
    assert words in found


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///data/participation.db",
        "postgresql://participation@/participation?host=/run/postgresql",
        "postgresql://participation:Kq7-ungewiss@127.0.0.1/participation",
        "postgresql://participation:Kq7-ungewiss@database/participation",
        f"{FAR}?sslmode=verify-full&sslrootcert=/etc/ssl/amt.pem",
    ],
)
def test_a_database_on_this_machine_or_with_a_certificate_is_fit(url: str) -> None:
    assert list(unsafe(FIT | {"database_url": url}, debug=False)) == []


def test_a_key_that_signs_for_more_than_two_years_is_named(database: str, tmp_path: Path) -> None:
    with installation(database, tmp_path / "site") as site:
        path = tmp_path / "keys"
        write_keys(path, [fresh_key()])
        site.config["SETTINGS"]["secret_key_file"] = str(path)
        assert "flask keys rotate" not in site.test_cli_runner().invoke(args=["doctor"]).output
        long_ago = (now() - timedelta(days=731)).timestamp()
        os.utime(path, (long_ago, long_ago))
        assert "older than 730 days" in site.test_cli_runner().invoke(args=["doctor"]).output


def test_code_that_can_be_changed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    monkeypatch.setattr(gate, "CODE", (str(code),))
    (found,) = unsafe(FIT, debug=False)
    assert "changed by its own process" in found


def test_the_doctor_is_not_content_with_the_tests(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["doctor"])
    assert result.exit_code == 1
    assert "everybody knows" in result.output
    assert "No worker" not in result.output


def test_work_that_waits_for_a_worker_is_named(app: Flask, runner: FlaskCliRunner, world: World) -> None:
    world.contribution(world.procedure())
    with transaction():
        db.session.execute(update(DeliveryRow).values(run_at=now() - timedelta(hours=1)))
    assert "No worker is running" in runner.invoke(args=["doctor"]).output
    with transaction():
        db.session.execute(update(DeliveryRow).values(state="failed"))
    assert "failed for good" in runner.invoke(args=["doctor"]).output


def test_weak_settings_of_the_database_are_named(app: Flask, runner: FlaskCliRunner) -> None:
    weak = {
        "sqlite": ("PRAGMA synchronous=OFF", "synchronous of SQLite"),
        "postgresql": ("SET synchronous_commit=off", "synchronous_commit of PostgreSQL"),
    }
    spoil, words = weak[db.engine.dialect.name]
    db.session.remove()
    db.engine.dispose()
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute(spoil)  # type: ignore[attr-defined]
        if hasattr(raw, "commit"):
            raw.commit()
    try:
        assert words in runner.invoke(args=["doctor"]).output
    finally:
        db.session.remove()
        db.engine.dispose()
    assert words not in runner.invoke(args=["doctor"]).output


def test_old_backups_and_open_files_are_named(database: str, tmp_path: Path) -> None:
    with installation(database, tmp_path / "site", backup_folder=str(tmp_path / "kept")) as site:
        said = site.test_cli_runner().invoke(args=["doctor"]).output
        assert "There is no backup" in said
        assert "Everybody on this machine may read the data folder" not in said or (tmp_path / "site/data").exists()
        run(site, "backup", "create")
        (tmp_path / "site/data").chmod(0o755)
        said = site.test_cli_runner().invoke(args=["doctor"]).output
        assert "There is no backup" not in said
        assert "Everybody on this machine may read the data folder" in said
        site.config["SETTINGS"]["backup_days"] = -1
        assert "The newest backup is of" in site.test_cli_runner().invoke(args=["doctor"]).output
