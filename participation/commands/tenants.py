"""`flask tenant`: authorities, their look, legal pages, modules and host names."""

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from participation.commands.answers import registry, sentence_errors, tenant_named
from participation.kernel.db import db, transaction
from participation.procedures.models import Procedure
from participation.tenants.models import LEGAL_PAGES
from participation.tenants.queries import tenants
from participation.tenants.services import (
    change_tenant,
    create_tenant,
    set_logo,
    shrunk_logo,
    switch_modules,
    write_legal_page,
)

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PORTAL = "-"
VALUES = (
    click.option("--short-name", help="As it stands on cards and badges."),
    click.option("--kind", type=click.Choice(["ministry", "district", "town"])),
    click.option("--claim", help="One line below the name."),
    click.option("--colour", help="Like #00538a; made darker or lighter until it can be read."),
    click.option("--address", help="Postal address; lines separated by ' / '."),
)

tenant_group = AppGroup("tenant", help="Authorities: each has its own portal, staff, look and pages.")


def with_values(command: Any) -> Any:
    """The options that `create` and `set` share."""
    for option in reversed(VALUES):
        command = option(command)
    return command


def _given(values: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in values.items() if value is not None}
    if "address" in given:
        given["address"] = given["address"].replace(" / ", "\n")
    return given


@tenant_group.command("create")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--contact-email", required=True, help="Where people reach the authority.")
@with_values
@sentence_errors
def create_command(slug: str, name: str, contact_email: str, **values: Any) -> None:
    """Make an authority with the address /SLUG/; every installed module is switched on."""
    with transaction():
        tenant = create_tenant(slug=slug, name=name, contact_email=contact_email, **_given(values))
        switch_modules(tenant, [module.name for module in registry()])
    click.echo(f"Made {name}: /{slug}/. Its legal pages are missing: flask tenant page {slug} imprint FILE")


@tenant_group.command("set")
@click.argument("slug")
@click.option("--name")
@click.option("--contact-email")
@with_values
@sentence_errors
def set_command(slug: str, **values: Any) -> None:
    """Change what an authority is called and how it looks."""
    given = _given(values)
    if not given:
        raise click.ClickException("Nothing to change: name at least one option.")
    with transaction():
        change_tenant(tenant_named(slug), **given)
    click.echo(f"Changed: {', '.join(sorted(given))}.")


@tenant_group.command("logo")
@click.argument("slug")
@click.argument("file", type=FILE)
@click.option("--alt", required=True, help="What can be seen on it, for people who cannot see it.")
@sentence_errors
def logo_command(slug: str, file: Path, alt: str) -> None:
    """Take over a logo (JPEG, PNG, WebP)."""
    picture = shrunk_logo(file.read_bytes())
    with transaction():
        set_logo(tenant_named(slug), picture, alt)
    click.echo("The logo is in place.")


@tenant_group.command("page")
@click.argument("slug")
@click.argument("key", type=click.Choice(LEGAL_PAGES))
@click.argument("file", type=FILE)
@sentence_errors
def page_command(slug: str, key: str, file: Path) -> None:
    """Write a legal page from a Markdown file; SLUG is "-" for the portal over all authorities."""
    try:
        source = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} is not valid UTF-8 (byte {error.start + 1}).") from error
    with transaction():
        write_legal_page(None if slug == PORTAL else tenant_named(slug), key, source)
    click.echo(f"The page {key} is in place.")


@tenant_group.command("modules")
@click.argument("slug")
@click.argument("names", nargs=-1)
@sentence_errors
def modules_command(slug: str, names: tuple[str, ...]) -> None:
    """Say which modules may be placed in new procedures: exactly NAMES. What runs already is not touched."""
    unknown = [name for name in names if name not in registry()]
    if unknown:
        raise click.ClickException(f"Not installed: {', '.join(unknown)}. See: flask modules")
    with transaction():
        switch_modules(tenant_named(slug), list(names))
    click.echo(f"Switched on: {', '.join(sorted(set(names))) or 'none'}.")


@tenant_group.command("host")
@click.argument("slug")
@click.argument("host", required=False)
@sentence_errors
def host_command(slug: str, host: str | None) -> None:
    """Give an authority its own host name; without HOST it has none any more. Web processes know within a minute."""
    with transaction():
        change_tenant(tenant_named(slug), host=host)
    click.echo(f"{slug} answers at {host}." if host else f"{slug} answers at /{slug}/ only.")


@tenant_group.command("list")
@sentence_errors
def list_command() -> None:
    """List the authorities."""
    counts = select(Procedure.tenant_id, func.count()).group_by(Procedure.tenant_id)
    procedures = {row[0]: row[1] for row in db.session.execute(counts)}
    for tenant in tenants():
        modules = ", ".join(tenant.modules) or "none"
        click.echo(
            f"{tenant.slug:24} {tenant.name} · {procedures.get(tenant.id, 0)} procedures · modules: {modules}"
            + (f" · {tenant.host}" if tenant.host else "")
        )
