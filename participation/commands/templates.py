"""`flask template` and `flask procedure copy`: begin procedures with what is already there."""

from datetime import date
from typing import Any

import click
from flask.cli import AppGroup

from participation.commands.answers import Day, in_english, procedure_named, sentence_errors, tenant_named
from participation.commands.procedures import procedure_group
from participation.kernel.db import transaction
from participation.procedures.content import Loaded
from participation.procedures.making import copy_of, make_procedure, source_of, supplied_templates
from participation.procedures.templates import (
    TemplateRow,
    keep_template,
    own_templates,
    remove_template,
    share_template,
    shared_templates,
    take_template,
    template_at,
)

FIRST_DAY = click.option("--from", "begins_on", type=Day(), help="The first day of taking part; other days move along.")

template_group = AppGroup("template", help="Templates: what procedures begin with, kept, shared and taken over.")


@template_group.command("list")
@click.argument("tenant")
@sentence_errors
def list_command(tenant: str) -> None:
    """List what TENANT may begin with: supplied templates, its own, those that others share."""
    number = tenant_named(tenant).id
    for entry in supplied_templates():
        click.echo(f"supplied:{entry.name:20} {entry.title}")
    for row in own_templates(number):
        click.echo(f"{_key(row)} {row.title} (own{', shared' * row.shared}{_origin(row.origin)})")
    for row in shared_templates(number):
        click.echo(f"{_key(row)} {row.title} (shared by {row.tenant}{_origin(row.origin)})")


def _key(row: TemplateRow) -> str:
    return f"{f'template:{row.id}':29}"


def _origin(name: str) -> str:
    return f", from {name}" if name else ""


@template_group.command("keep")
@click.argument("tenant")
@click.argument("procedure")
@click.option("--title", required=True)
@click.option("--summary", default="", help="What it is good for.")
@sentence_errors
def keep_command(tenant: str, procedure: str, title: str, summary: str) -> None:
    """Keep PROCEDURE as a template of TENANT, without contact and picture."""
    with transaction():
        number = keep_template(procedure_named(tenant, procedure), title=title, summary=summary).id
    click.echo(f"Kept as template {number}.")


@template_group.command("share")
@click.argument("tenant")
@click.argument("number", type=int)
@click.option("--end", is_flag=True, help="Share no longer; what others have taken over stays theirs.")
@sentence_errors
def share_command(tenant: str, number: int, end: bool) -> None:
    """Offer template NUMBER of TENANT to other authorities."""
    with transaction():
        share_template(template_at(tenant_named(tenant).id, number), not end)
    click.echo(f"Template {number} is {'no longer shared' if end else 'shared with all authorities'}.")


@template_group.command("take")
@click.argument("tenant")
@click.argument("number", type=int)
@sentence_errors
def take_command(tenant: str, number: int) -> None:
    """Take template NUMBER, which another authority shares, over for TENANT."""
    with transaction():
        taken = take_template(tenant_named(tenant), number)
        said = f"Taken over from {taken.origin_tenant} as template {taken.id}."
    click.echo(said)


@template_group.command("remove")
@click.argument("tenant")
@click.argument("number", type=int)
@sentence_errors
def remove_command(tenant: str, number: int) -> None:
    """Remove template NUMBER of TENANT; what was made from it stays."""
    with transaction():
        remove_template(template_at(tenant_named(tenant).id, number))
    click.echo(f"Removed template {number}.")


@template_group.command("use")
@click.argument("tenant")
@click.argument("source")
@click.argument("slug")
@click.option("--title", required=True)
@FIRST_DAY
@sentence_errors
def use_command(tenant: str, source: str, slug: str, **values: Any) -> None:
    """Make the procedure /TENANT/SLUG/ from SOURCE, as `list` names it, or from "empty"."""
    with transaction():
        place = tenant_named(tenant)
        lines = _report(tenant, make_procedure(place, source_of(place, source), slug=slug, **values))
    click.echo("\n".join(lines))


@procedure_group.command("copy")
@click.argument("tenant")
@click.argument("procedure")
@click.argument("slug")
@click.option("--title", default="", help="Without it the title stays.")
@click.option("--to", "target", help="Another authority that gets the copy.")
@FIRST_DAY
@sentence_errors
def copy_command(
    tenant: str, procedure: str, slug: str, title: str, target: str | None, begins_on: date | None
) -> None:
    """Copy PROCEDURE with all its content to SLUG, without people and what came in."""
    with transaction():
        source = copy_of(procedure_named(tenant, procedure))
        place = tenant_named(target or tenant)
        made = make_procedure(place, source, slug=slug, title=title, begins_on=begins_on)
        lines = _report(place.slug, made)
    click.echo("\n".join(lines))


def _report(tenant: str, made: Loaded) -> list[str]:
    left_out = [f"  left out: {in_english(sentence)}" for sentence in made.left_out]
    return [f"Made /{tenant}/{made.procedure.slug}/ in stage draft.", *left_out]
