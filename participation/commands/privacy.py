"""`flask privacy`: documents for data protection, made from the registry of personal data."""

import click
from flask.cli import AppGroup

from participation.accounts.processing import assessment, record, retention
from participation.accounts.sheets import markdown

group = AppGroup("privacy", help="Record of processing, retention table, draft of the impact assessment.")


@group.command("record")
def print_record() -> None:
    """Print the record of processing activities (Art. 30 DSGVO) as Markdown."""
    click.echo(markdown(record()), nl=False)


@group.command("retention")
def print_retention() -> None:
    """Print how long what is kept, as Markdown."""
    click.echo(markdown(retention()), nl=False)


@group.command("assessment")
def print_assessment() -> None:
    """Print the draft of the impact assessment (Art. 35 DSGVO) as Markdown."""
    click.echo(markdown(assessment()), nl=False)
