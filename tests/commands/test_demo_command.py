"""When the demo is planted, and when it is not."""

from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from participation.commands import demo
from participation.kernel.db import db
from participation.tenants.models import Tenant
from participation.testing import World


def tenants() -> int:
    return db.session.scalar(select(func.count()).select_from(Tenant)) or 0


def test_it_is_planted_into_an_empty_database_only(runner: FlaskCliRunner, world: World) -> None:
    assert demo.is_empty()
    world.tenant("musterau")
    refused = runner.invoke(args=["demo", "plant"])
    assert (refused.exit_code, "not empty" in refused.output) == (1, True)
    assert tenants() == 1


def test_no_log_ins_are_shown_that_do_not_exist(runner: FlaskCliRunner, world: World) -> None:
    world.tenant("musterau")
    result = runner.invoke(args=["demo", "plant", "--if-empty"])
    assert (result.exit_code, result.output.strip()) == (0, "")
    assert tenants() == 1


def test_it_is_never_planted_in_production(app: Flask, runner: FlaskCliRunner) -> None:
    app.config["SETTINGS"]["environment"] = "production"
    try:
        result = runner.invoke(args=["demo", "plant"])
    finally:
        app.config["SETTINGS"]["environment"] = "testing"
    assert (result.exit_code, tenants()) == (1, 0)
