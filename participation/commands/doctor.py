"""`flask doctor`: a sentence for everything that is not fit for an installation people use."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from flask import current_app
from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError

from participation.commands.database import histories
from participation.kernel import gate, health
from participation.kernel.backup import newest_backup
from participation.kernel.clock import now
from participation.kernel.config import ROOT, key_file
from participation.kernel.db import db

LATE = timedelta(minutes=10)  # so old may the oldest due delivery be
MOST_UNSEALED = 500
FEWEST_SIGNS = 8  # different ones in a secret: 32 times the same letter is none
LEAST_ROOM = 2**30
LOCAL = ("localhost", "127.0.0.1", "[::1]", "::1")
KEY_LASTS = timedelta(days=730)  # the longest time a key signs, after NIST SP 800-57
KNOWN_PASSWORDS = ("database_password", "postgres", "password", "passwort", "changeme", "change-me", "secret", "admin")


@click.command("doctor")
def doctor_command() -> None:
    """Name what is not fit for an installation people use (exit code 1 if there is anything)."""
    settings = current_app.config["SETTINGS"]
    findings = [*unsafe(settings, debug=current_app.debug), *_unsafe_files(settings), *_unsafe_database(settings)]
    for sentence in findings:
        click.echo(sentence)
    if findings:
        raise SystemExit(1)
    click.echo("Nothing to complain about.")


def unsafe(settings: dict[str, Any], *, debug: bool) -> Iterator[str]:
    """A sentence for each setting that is fine on one's own machine and wrong elsewhere."""
    yield from gate.mistakes(settings, debug=debug, root=ROOT)
    host = urlsplit(settings["base_url"]).hostname or ""
    checks = (
        (
            settings["environment"] != "production",
            "This is not a production installation. Set PARTICIPATION_ENVIRONMENT=production.",
        ),
        (
            len(set(settings["secret_key"])) < FEWEST_SIGNS,
            "The secret can be guessed. Make another one: 32 random characters or more.",
        ),
        (
            settings["mail_sender"].endswith(".example") or settings["contact"].endswith(".example"),
            "mail_sender or contact is an example address. Set PARTICIPATION_MAIL_SENDER and PARTICIPATION_CONTACT.",
        ),
        (
            bool(settings["mail_server"]) and settings["mail_server"] not in LOCAL and not settings["mail_starttls"],
            "Mails go to another machine in the open. Set PARTICIPATION_MAIL_STARTTLS=true.",
        ),
        (
            settings["safe_mode"],
            "Safe mode is on: no module is loaded. Unset PARTICIPATION_SAFE_MODE when you are done.",
        ),
        (
            settings["writable_code"],
            "writable_code is on: whoever breaks in may change the program. Run it as a user who may only read it.",
        ),
        (
            settings["base_url"].startswith("https://") and not settings["proxy_hops"] and host not in LOCAL,
            "proxy_hops is 0: behind a proxy everybody has its address, and limits count all as one. Set it to 1.",
        ),
        (
            settings["proxy_hops"] > 1,
            f"proxy_hops is {settings['proxy_hops']}: with fewer proxies than that anybody can forge an address.",
        ),
        (
            any(set(name) & set("*/ ") or name.startswith(".") for name in settings["trusted_hosts"]),
            "trusted_hosts holds something that is no host name. Write each name out, without patterns.",
        ),
        (
            not settings["backup_folder"],
            "No backup_folder is known, so nobody sees when backups stop. Set PARTICIPATION_BACKUP_FOLDER.",
        ),
    )
    yield from (sentence for is_unsafe, sentence in checks if is_unsafe)
    yield from _unsafe_passwords(settings)
    yield from _unsafe_connection(make_url(settings["database_url"]))


def _unsafe_passwords(settings: dict[str, Any]) -> Iterator[str]:
    """Whether a password is one of an example, or the name it belongs to."""
    url = make_url(settings["database_url"])
    accounts = (
        ("database_url", url.username, url.password),
        ("mail_password", settings["mail_user"], settings["mail_password"]),
    )
    for name, user, password in accounts:
        if password and str(password).lower() in (*KNOWN_PASSWORDS, str(user).lower()):
            yield f"The password in {name} is one that everybody tries first. Set another one."


def _unsafe_connection(url: URL) -> Iterator[str]:
    """Whether rows travel in the open, or to whoever claims to be the database.

    A name without a dot is one of the same network of containers (compose.example.yaml), a host that begins with a
    stroke a socket.
    """
    host = str(url.host or url.query.get("host", ""))
    is_far = url.get_backend_name() == "postgresql" and ("." in host or ":" in host) and not host.startswith("/")
    if is_far and host not in LOCAL and url.query.get("sslmode") != "verify-full":
        yield f"Nobody checks that {host} is the database. Add ?sslmode=verify-full&sslrootcert=… to database_url."


def _unsafe_files(settings: dict[str, Any]) -> Iterator[str]:
    """Who else on this machine may read what only the portal should, what is old, what is full."""
    data = ROOT / settings["data_folder"]
    secrets = [("the data folder", data), ("the secret", key_file(settings)), ("the database", _sqlite_file())]
    for name, path in secrets:
        if path is not None and path.exists() and path.stat().st_mode & 0o007:
            yield f"Everybody on this machine may read {name} ({path}): chmod o-rwx {path}"
    keys = key_file(settings)
    if keys is not None and keys.exists() and now().timestamp() - keys.stat().st_mtime > KEY_LASTS.total_seconds():
        yield f"The key of the server is older than {KEY_LASTS.days} days. Change it: flask keys rotate"
    if health.free_bytes(data) < LEAST_ROOM:
        yield f"Less than 1 GB is free where the data lie ({data})."
    if settings["backup_folder"]:
        newest = newest_backup(Path(settings["backup_folder"]))
        if newest is None:
            yield f"There is no backup in {settings['backup_folder']}: flask backup create"
        elif newest < now() - timedelta(days=settings["backup_days"]):
            yield f"The newest backup is of {newest:%Y-%m-%d %H:%M} UTC, older than {settings['backup_days']} days."


def _sqlite_file() -> Path | None:
    url = db.engine.url
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _unsafe_database(settings: dict[str, Any]) -> Iterator[str]:
    """What the database is set to, and what waits in it."""
    try:
        with db.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            yield from gate.database_mistakes(raw, db.engine.dialect.name)
        yield from (f"Migrations of {owner} are missing: flask db upgrade" for owner in health.behind(histories()))
        yield from _undone(settings)
    except DBAPIError as error:
        yield f"The database does not answer: {error.orig}. Is it up, and at its newest state (flask db upgrade)?"


def _undone(settings: dict[str, Any]) -> Iterator[str]:
    waiting, due_since, stuck = health.outbox()
    if due_since is not None and due_since < now() - LATE:
        start = "the portal" if settings["embedded_worker"] else "flask work"
        since = f"{due_since:%Y-%m-%d %H:%M}"
        yield f"No worker is running: {waiting} deliveries wait, the oldest since {since}. Start {start}."
    if stuck:
        yield f"{stuck} deliveries failed for good. See the page of the machine, or: flask mail failed"
    if (unsealed := health.seal().unsealed) > MOST_UNSEALED:
        yield f"{unsealed} events are not sealed: no worker is running, or it cannot keep up."
