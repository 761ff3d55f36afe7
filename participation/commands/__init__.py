"""The commands of `flask`: for operators, for seeds, for everything a screen does not do yet."""

from flask import Flask

from participation.commands import database
from participation.commands.requirements import requirements_command


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in (database.db_group, requirements_command):
        app.cli.add_command(command)
