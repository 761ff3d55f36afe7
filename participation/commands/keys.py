"""`flask keys`: change the key of the server without logging anybody out."""

import click
from flask import current_app
from flask.cli import AppGroup

from participation.accounts.second_factor import seal_anew
from participation.kernel.config import key_file
from participation.kernel.db import transaction
from participation.kernel.keys import fresh_key, read_keys, write_keys

keys_group = AppGroup("keys", help="The key of the server: rotate it, seal anew, drop the old one.")


@keys_group.command("rotate")
def rotate_command() -> None:
    """Put a fresh key in front of the key file; those of before are still read. Start the processes anew then."""
    path = key_file(current_app.config["SETTINGS"])
    if path is None or current_app.config["SETTINGS"]["secret_key"] not in read_keys(path):
        raise click.ClickException("The key stands in the configuration, not in a file. Set secret_key_file.")
    write_keys(path, [fresh_key(), *read_keys(path)])
    click.echo(f"{path} begins with a fresh key. Start the processes anew, then: flask keys seal")


@keys_group.command("seal")
def seal_command() -> None:
    """Encrypt with the present key what was encrypted with an older one."""
    with transaction():
        number = seal_anew()
    click.echo(f"{number} second factors are sealed with the present key.")


@keys_group.command("drop")
@click.confirmation_option(prompt="Links in mails and codes on paper made with older keys end now. Drop them?")
def drop_command() -> None:
    """Remove all keys but the first from the key file; what only they can read is dead after the next start."""
    path = key_file(current_app.config["SETTINGS"])
    if path is None or not path.exists():
        raise click.ClickException("There is no key file. Set secret_key_file.")
    first, *rest = read_keys(path)
    write_keys(path, [first])
    click.echo(f"{len(rest)} older keys are removed. Start the processes anew.")
