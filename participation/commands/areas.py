"""`flask areas`: the area of an activity and its districts, from a file."""

from pathlib import Path

import click
from flask.cli import AppGroup

from participation.commands.answers import procedure_named, sentence_errors
from participation.commands.procedures import activity_named
from participation.contributions.area_files import read_areas
from participation.contributions.areas import change_areas, left_outside
from participation.contributions.locations import AREA, DISTRICT
from participation.kernel.db import transaction

areas_group = AppGroup("areas", help="Where contributions of an activity may lie, and the districts they lie in.")


@areas_group.command("set")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", required=True)
@click.option("--procedure", required=True)
@click.option("--activity", required=True)
@click.option("--kind", type=click.Choice((AREA, DISTRICT)), default=AREA, show_default=True)
@click.option("--named", default="", help="The property with the names; else title, name, ….")
@sentence_errors
def set_command(file: Path, tenant: str, procedure: str, activity: str, kind: str, named: str) -> None:
    """Take over the areas of a GeoJSON FILE, in place of those there are. All of them, or none."""
    whole = procedure_named(tenant, procedure)  # held: an activity finds its procedure only while it lives
    target = activity_named(whole, activity)
    found = read_areas(file.read_bytes(), kind, named)
    outside = left_outside(target, found.entries) if kind == AREA else 0
    with transaction():
        moved = change_areas(target, kind, found.entries)
    for entry in found.entries:
        click.echo(f"{entry.corners:>6} corners  {entry.title}")
    click.echo(f"{outside} contributions lie outside." if kind == AREA else f"{moved} contributions change district.")
