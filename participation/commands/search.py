"""`flask search`: the full text index."""

import click
from flask.cli import AppGroup

from participation.kernel.db import transaction
from participation.search.services import forget_removed_words, rebuild

search_group = AppGroup("search", help="The full text index over procedures, texts and contributions.")


@search_group.command("rebuild")
def rebuild_command() -> None:
    """Bring the whole index up to date: after an import of rows, a restore, or a new version of the platform."""
    last, total, number = 0, 0, 1
    while number:
        with transaction():
            last, number = rebuild(last)
        total += number
    with transaction():
        forget_removed_words()
    click.echo(f"Procedures, their texts and {total} contributions are up to date.")
