"""`flask readonly`: reading goes on, nothing is written, while the machine or the database is worked on."""

from datetime import timedelta

import click
from flask.cli import AppGroup

from participation.kernel import readonly
from participation.kernel.clock import local, now

readonly_group = AppGroup("readonly", help="Read-only mode: everybody can read, nobody can write, jobs rest.")


@readonly_group.command("on")
@click.option("--minutes", type=click.IntRange(1, 10_000), help="How long it will probably take; pages say so.")
def on_command(minutes: int | None) -> None:
    """Switch it on; all processes that share the data folder see it at their next step."""
    readonly.turn_on(now() + timedelta(minutes=minutes) if minutes else None)
    click.echo(_said())
    click.echo("What was begun before may still finish: wait a few seconds before you touch the database.")


@readonly_group.command("off")
def off_command() -> None:
    """Switch it off."""
    readonly.turn_off()
    click.echo(_said())


@readonly_group.command("status")
def status_command() -> None:
    """Say whether it is on."""
    click.echo(_said())


def _said() -> str:
    if not readonly.is_on():
        return "Read-only mode is off."
    end = readonly.expected_end()
    until = f"expected until {local(end):%Y-%m-%d %H:%M}" if end else "nobody said until when"
    return f"Read-only mode is on, {until}."
