"""`flask db`: the migrations of the core and of every module."""

import click
from alembic import command
from flask import current_app
from flask.cli import AppGroup

from participation.access import models as access
from participation.accounts import models as accounts
from participation.contributions import intake_models, placement_models
from participation.contributions import models as contributions
from participation.documents import models as documents
from participation.evaluation import case_models
from participation.evaluation import models as evaluation
from participation.kernel.db import db
from participation.kernel.migrations import (
    CORE,
    Owners,
    config_for,
    current,
    drift,
    heads,
    known_owners,
    owners,
    upgrade,
)
from participation.moderation import models as moderation
from participation.moderation import sorting_models
from participation.notices import models as notices
from participation.procedures import models as procedures
from participation.search import models as search
from participation.tenants import models as tenants

# Alembic compares what is imported: every room with tables is named here
ROOMS = (
    (accounts, access, contributions, intake_models, placement_models, documents),
    (evaluation, case_models, moderation, sorting_models, notices, procedures, search, tenants),
)

db_group = AppGroup("db", help="Migrations: one history for the core, one for each module.")


def histories() -> Owners:
    """The histories of this installation."""
    return owners(current_app.extensions["registry"].folders())


@db_group.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest state."""
    upgrade(db.engine, histories())
    for owner, revision in current(db.engine, histories()).items():
        click.echo(f"{owner}: {revision or 'empty'}")


@db_group.command("current")
def current_command() -> None:
    """Say how far each history has come, those of removed modules too."""
    newest = heads(histories())
    for owner, revision in current(db.engine, sorted(known_owners(db.engine))).items():
        state = "at its head" if newest.get(owner) == revision else "behind" if owner in newest else "module removed"
        click.echo(f"{owner}: {revision or 'empty'} ({state})")


@db_group.command("check")
def check_command() -> None:
    """Fail when models and histories do not agree."""
    found = {owner: drift(db.engine, owner) for owner in histories()}
    for owner, differences in found.items():
        for difference in differences:
            click.echo(f"{owner}: {difference}")
    if any(found.values()):
        raise SystemExit(1)
    click.echo("Models and migrations agree.")


@db_group.command("revision")
@click.argument("owner")
@click.option("-m", "--message", required=True)
def revision_command(owner: str, message: str) -> None:
    """Write a new migration for OWNER (core or a module) from the difference to the models."""
    folders = histories()
    if owner not in folders:
        folder = current_app.extensions["registry"].folders().get(owner)
        if folder is None:
            raise click.ClickException(f"There is no owner {owner}; possible are {', '.join([CORE, *folders])}.")
        folders[owner] = folder / "migrations" / "versions"
        folders[owner].mkdir(parents=True)
    number = sum(1 for _ in folders[owner].glob("[0-9]*.py")) + 1
    with db.engine.connect() as connection:
        config = config_for(owner, folders[owner], connection)
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
