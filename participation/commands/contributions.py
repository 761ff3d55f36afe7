"""`flask contributions recount`: are the numbers that pages show those of the rows?"""

import click
from flask.cli import AppGroup

from participation.commands.answers import sentence_errors
from participation.contributions.counters import recount
from participation.kernel.db import transaction

contributions_group = AppGroup("contributions", help="What came in.")


@contributions_group.command("recount")
@sentence_errors
def recount_command() -> None:
    """Compare the counters (places, replies, ratings) with the rows and repair them; exit code 1 if any differed."""
    with transaction():
        drifted = recount()
    click.echo(f"{drifted} {'counter' if drifted == 1 else 'counters'} differed.")
    if drifted:
        raise SystemExit(1)
