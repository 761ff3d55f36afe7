"""`flask tenant export`, `import`, `delete`: an authority moves out whole, and into another installation."""

from pathlib import Path

import click

from participation.commands.answers import sentence_errors, tenant_named
from participation.commands.tenants import tenant_group
from participation.kernel.backup_files import Unusable
from participation.kernel.db import transaction
from participation.kernel.files import file_store
from participation.tenants.deleting import delete_tenant
from participation.tenants.moving_in import checked_manifest, move_in
from participation.tenants.moving_out import move_out

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@tenant_group.command("export")
@click.argument("slug")
@click.argument("folder", type=click.Path(path_type=Path))
@sentence_errors
def export_command(slug: str, folder: Path) -> None:
    """Write everything of an authority into FOLDER, which must not exist yet; nothing is changed here."""
    if folder.exists():
        raise click.ClickException(f"{folder} is there already.")
    counts = move_out(tenant_named(slug), folder)
    click.echo(f"{folder}: {sum(counts.values())} rows of {len(counts)} tables, with their files.")


@tenant_group.command("import")
@click.argument("folder", type=FOLDER)
@sentence_errors
def import_command(folder: Path) -> None:
    """Take in an authority that another installation wrote by `flask tenant export`."""
    try:
        manifest = checked_manifest(folder)
        with transaction():
            counts = move_in(folder, manifest)
    except Unusable as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Taken in: {sum(counts.values())} rows of {len(counts)} tables. People set new passwords by mail.")


@tenant_group.command("delete", context_settings={"ignore_unknown_options": True})
@click.argument("slug")
@click.argument("confirmation", required=False)
@sentence_errors
def delete_command(slug: str, confirmation: str | None) -> None:
    """Delete an authority with every row and file of it; it wants --yes-delete-SLUG. There is no way back but a backup.

    People with an account stay, they belong to the installation.
    """
    tenant = tenant_named(slug)
    if confirmation != f"--yes-delete-{slug}":
        raise click.ClickException(f"Everything of {tenant.name} would go. If you mean it: --yes-delete-{slug}")
    name = tenant.name
    with transaction():
        stored = delete_tenant(tenant)
    for stored_name in stored:
        file_store().delete(stored_name)
    click.echo(f"{name} is deleted, with {len(stored)} files. Web processes know within a minute.")
