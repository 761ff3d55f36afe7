"""`flask import contributions`: a table of letters, calls and cards becomes contributions."""

from pathlib import Path
from typing import Final

import click

from participation.commands.answers import in_english, procedure_named
from participation.commands.procedures import activity_named
from participation.contributions.intake_checks import formats_of
from participation.contributions.intake_import import take_over
from participation.contributions.intake_look import Look, look
from participation.kernel.db import transaction
from participation.procedures.models import Activity, Procedure

CONTRIBUTIONS: Final = "contributions"


def import_contributions(
    file: Path, tenant: str, procedure: str, activity: str | None, *, check: bool, skip_bad: bool
) -> None:
    """Read a CSV or XLSX file, say what is wrong with which row, and take the rows over unless only asked to check."""
    found_procedure = procedure_named(tenant, procedure)  # held: an activity finds its procedure only while it lives
    target = _target(found_procedure, activity)
    found = look(target, file.read_bytes(), file.name)
    _report(found)
    if check:
        return
    if found.bad and not skip_bad:
        raise click.ClickException("There are bad rows, so nothing was taken over. Correct them, or use --skip-bad.")
    with transaction():
        number = take_over(target, found, skip_bad=skip_bad, actor_id=None)
    click.echo(f"{number} rows taken over.")


def _target(procedure: Procedure, slug: str | None) -> Activity:
    if slug is not None:
        return activity_named(procedure, slug)
    offered = formats_of(procedure)
    if len(offered) == 1:
        return offered[0]
    slugs = ", ".join(entry.slug for entry in offered)
    raise click.ClickException(f"There are several: {slugs}. Say which one with --activity." if slugs else NOTHING)


NOTHING: Final = "In this procedure people cannot contribute anything but votes."


def _report(found: Look) -> None:
    click.echo(f"{found.rows} rows: {len(found.good)} good, {len(found.bad)} bad, {found.known} taken over before.")
    for row in found.bad:
        click.echo(f"Row {row.number}: {in_english(row.sentence)}")
    for good in found.doubles:
        click.echo(f"Row {good.number}: the same words as {good.double}")
    if found.unknown_columns:
        click.echo(f"Columns left out: {', '.join(found.unknown_columns)}")
