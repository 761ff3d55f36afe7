"""`flask work` and `flask tick`: what happens without anybody looking at a page."""

import signal
import threading

import click
from flask import Flask, current_app

from participation.commands.answers import sentence_errors
from participation.kernel import outbox
from participation.kernel.db import transaction
from participation.procedures.advancing import tick


@click.command("work")
@sentence_errors
def work_command() -> None:
    """Deliver mails, index, periodic work, until told to stop (SIGTERM, Ctrl+C). Any number may run."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    click.echo("The worker is up.")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    outbox.work(app, stop, elected=False)
    click.echo("The worker has stopped.")


@click.command("tick")
@sentence_errors
def tick_command() -> None:
    """Record what the clock has done to all procedures; the worker does it every minute."""
    with transaction():
        count = tick()
    click.echo(f"Recorded {count} {'step' if count == 1 else 'steps'}.")
