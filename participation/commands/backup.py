"""`flask backup`: keep everything, look whether it can be restored, put it back."""

from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import delete

from participation.accounts.models import LoginSession
from participation.commands.answers import sentence_errors
from participation.commands.database import histories
from participation.kernel import backup, readonly
from participation.kernel.backup_checks import check
from participation.kernel.backup_files import MANIFEST, Unusable, entry_of, read_manifest
from participation.kernel.db import db, transaction
from participation.kernel.erased import add_list, erasure_list
from participation.kernel.events import emit
from participation.kernel.heads import heads_file
from participation.kernel.migrations import heads, upgrade
from participation.procedures.audience_models import GuestSession
from participation.voting.replaying import replay_erasures

FOLDER = click.Path(file_okay=False, path_type=Path)
PLACE = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

backup_group = AppGroup("backup", help="Keep everything while the site runs, and put it back.")


@backup_group.command("create")
@click.argument("folder", type=FOLDER, required=False)
@sentence_errors
def create_command(folder: Path | None) -> None:
    """Make a backup in a folder of its own in FOLDER (default: the setting backup_folder), while the site runs."""
    named = current_app.config["SETTINGS"]["backup_folder"]
    if folder is None and not named:
        raise click.UsageError("Name a folder, or set PARTICIPATION_BACKUP_FOLDER.")
    try:
        made = backup.create_backup(folder or Path(named))
    except (Unusable, OSError) as error:
        raise click.ClickException(f"No backup was made. {error}") from error
    files = read_manifest(made)["files"]
    click.echo(f"{made}: {len(files)} files, {sum(entry['size'] for entry in files.values()) / 2**20:.1f} MB.")


@backup_group.command("verify")
@click.argument("folder", type=PLACE)
def verify_command(folder: Path) -> None:
    """Check every file of FOLDER against its hash, open the copy of the database, walk the chains of its log."""
    manifest = _sound(folder)
    click.echo(f"Made {manifest['made_at']} by version {manifest['version']}.")
    click.echo(f"{len(manifest['files'])} files: all as they were. {manifest['database']} can be restored.")


@backup_group.command("restore")
@click.argument("folder", type=PLACE)
@click.option("--replace", is_flag=True, help="What is here now goes.")
@click.option("--erased", type=FILE, help="The list of erased people, if it does not lie in the data folder.")
@click.option("--no-erased-list", is_flag=True, help="There is none: whoever was erased since the backup comes back.")
@sentence_errors
def restore_command(folder: Path, replace: bool, erased: Path | None, no_erased_list: bool) -> None:
    """Put everything back as it is in FOLDER, with the portal and the workers stopped.

    The backup is checked first. Afterwards the database is brought to the newest state, whoever was erased since is
    erased again, and nobody is logged in.
    """
    manifest = _sound(folder)
    _refuse_newer(manifest)
    listed = erased or erasure_list()
    if not listed.exists() and not no_erased_list:
        raise click.ClickException(
            f"The list of erased people is missing ({listed}): whoever had data erased since the backup would be "
            "there again. Name it with --erased FILE, or say --no-erased-list."
        )
    if not replace and not backup.is_empty():
        raise click.ClickException("There is something here already. With --replace it goes.")
    try:
        backup.restore_backup(folder, manifest)
    except Unusable as error:
        raise click.ClickException(str(error)) from error
    if erased is not None and erased.resolve() != erasure_list().resolve():
        add_list(erased)
    _settle(folder, has_list=erasure_list().exists())


def _settle(folder: Path, *, has_list: bool) -> None:
    """What has to happen between the old state and the first visitor."""
    upgrade(db.engine, histories())
    with readonly.finishing(), transaction():
        count = replay_erasures() if has_list else 0
        db.session.execute(delete(LoginSession))
        db.session.execute(delete(GuestSession))
        emit(backup.BackupRestored(manifest=entry_of(folder / MANIFEST).sha256))
    if heads_file().exists():
        kept = heads_file().with_name(f"{heads_file().name}.before-{folder.name}")
        heads_file().rename(kept)
        click.echo(f"The ends of the log of before are kept in {kept}; a new file begins.")
    click.echo(f"Restored. Erased again: {count}. Nobody is logged in. Now: flask doctor, flask audit verify.")


def _sound(folder: Path) -> dict[str, Any]:
    """The manifest of a backup in which nothing is wrong; else the sentences, and the end."""
    try:
        faults = list(check(folder))
    except Unusable as error:
        raise click.ClickException(str(error)) from error
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}: do not rely on it.")
    return read_manifest(folder)


def _refuse_newer(manifest: dict[str, Any]) -> None:
    """A backup of a newer version cannot be served by this one."""
    newest = heads(histories())
    for owner, revision in manifest["revisions"].items():
        if owner in newest and revision is not None and (newest[owner] or "") < revision:
            raise click.ClickException(
                f"The backup is of a newer version ({owner} {revision}; here {newest[owner]}). Install that first."
            )
