"""`flask demo`: five invented authorities with their people, procedures and comments: something to see."""

from datetime import timedelta

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from participation.accounts.models import Person
from participation.commands.answers import sentence_errors
from participation.commands.demo_loop import plant_loop
from participation.commands.demo_moderation import plant_moderation
from participation.commands.demo_people import grant_roles, log_ins, plant_people
from participation.commands.demo_procedures import plant_procedure, plant_tenants
from participation.commands.demo_result import plant_result
from participation.commands.demo_stage import Demo, no_mails, read
from participation.contributions import counters
from participation.kernel.clock import standing_at
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.kernel.seal import seal_events
from participation.tenants.models import Tenant

LATER = timedelta(hours=1)  # by then everything was told that is collected for some minutes

demo_group = AppGroup("demo", help="Practice procedures of invented authorities.")


@demo_group.command("plant")
@click.option("--if-empty", is_flag=True, help="Do nothing where the database holds something already.")
@sentence_errors
def plant_command(if_empty: bool) -> None:
    """Fill an empty database with the demo, and print its log-ins."""
    if current_app.config["SETTINGS"]["environment"] == "production":
        raise click.ClickException("The passwords of the demo are public; it is not planted in production.")
    if is_empty():
        click.echo("Planting the demo (some seconds) …")
        for note in plant(Demo()):
            click.echo(note)
    elif not if_empty:
        raise click.ClickException("The database is not empty. The demo is planted into an empty one only.")
    click.echo("\n".join(["", *log_ins(read("demo.toml")["people"]), ""]))


def is_empty() -> bool:
    """Whether nobody and nothing is in the database yet."""
    return all(db.session.scalar(select(table.id).limit(1)) is None for table in (Tenant, Person))


def plant(demo: Demo) -> list[str]:
    """Everything at once or nothing. Returns what was left out, as sentences."""
    with no_mails():
        with transaction():
            plant_people(demo)
            tenants = plant_tenants(demo)
            grant_roles(demo, tenants)
            for entry in demo.content["procedures"]:
                plant_procedure(demo, tenants[entry["tenant"]], entry)
            plant_moderation(demo)
            plant_loop(demo)
        _count()
        for entry in demo.content["procedures"]:
            if "result" in entry:
                plant_result(demo, entry)
        work_off()
        with standing_at(demo.planted_at + LATER):
            work_off()
        while seal_events():
            pass
    return demo.notes


def _count() -> None:
    """Counters are kept one change per transaction and place; all at once they are counted afterwards, not drifted."""
    with transaction():
        counters.repair()
