"""`flask places`: the gazetteer of an authority, names that stand for places."""

from pathlib import Path

import click
from flask.cli import AppGroup

from participation.commands.answers import in_english, sentence_errors, tenant_named
from participation.contributions.place_names import change_places, places_like, read_places
from participation.kernel.db import transaction

places_group = AppGroup("places", help="Names that stand for places, so that people find an address.")


@places_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", required=True)
@sentence_errors
def import_command(file: Path, tenant: str) -> None:
    """Take over a CSV or XLSX FILE with name, latitude, longitude, in place of what is there. All rows, or none."""
    owner = tenant_named(tenant)
    table = read_places(file.read_bytes(), file.name)
    for row in table.bad:
        click.echo(f"Row {row.number}: {in_english(row.sentence)}")
    if table.unknown_columns:
        click.echo(f"Columns left out: {', '.join(table.unknown_columns)}")
    if table.bad or not table.good:
        raise click.ClickException(f"{len(table.bad)} bad rows, {len(table.good)} good ones. Nothing was taken over.")
    with transaction():
        change_places(owner, table.good)
    click.echo(f"{len(table.good)} places taken over, {table.doubles} rows said the same again.")


@places_group.command("find")
@click.argument("words")
@click.option("--tenant", required=True)
@sentence_errors
def find_command(words: str, tenant: str) -> None:
    """Print the places whose words begin like WORDS, the best first."""
    for spot in places_like(tenant_named(tenant).id, words):
        click.echo(f"{spot.position}  {spot.name}")
