"""What production refuses to start with, one sentence for each mistake; `flask doctor` says the same elsewhere."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

KNOWN_SECRETS = ("only-for-tests", "AT_LEAST_32_RANDOM_CHARACTERS", "changeme", "change-me")
CODE = ("app.py", "participation", "modules", "templates", "static", "config")
DURABLE_COMMITS = {"on", "local", "remote_write", "remote_apply"}


def mistakes(settings: Mapping[str, Any], *, debug: bool, root: Path) -> Iterator[str]:
    """A sentence for each setting that real people's data must not be entrusted to."""
    yield from secret_mistakes(settings["secret_key"])
    if not settings["base_url"].startswith("https://"):
        yield "base_url must start with https:// in production: passwords would travel in the open."
    if not settings["mail_server"]:
        yield "mail_server is missing: in production mails are not written to a folder."
    if debug:
        yield "FLASK_DEBUG is on: a page with an error would show the program. Unset it."
    if not settings["writable_code"]:
        yield from code_mistakes(root)


def secret_mistakes(secret: str) -> Iterator[str]:
    """Whether the key that signs cookies and links is one that stands in our own files."""
    if any(known.lower() in secret.lower() for known in KNOWN_SECRETS):
        yield "secret_key is an example everybody knows: set PARTICIPATION_SECRET_KEY to 32 random characters or more."


def code_mistakes(root: Path) -> Iterator[str]:
    """Whoever breaks into a process that can write its own program stays in it."""
    writable = [name for name in CODE if os.access(root / name, os.W_OK)]
    if writable:
        yield (
            f"The program can be changed by its own process ({', '.join(writable)}). Run it as a user who may only "
            "read it, or accept that with PARTICIPATION_WRITABLE_CODE=true."
        )


def database_mistakes(raw: Any, dialect: str) -> Iterator[str]:
    """What a new connection (of the driver) says about keeping what was confirmed."""
    if dialect == "sqlite":
        yield from _sqlite_mistakes(*(raw.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS))
        return
    with raw.cursor() as cursor:
        for name, wanted in (("synchronous_commit", DURABLE_COMMITS), ("fsync", {"on"}), ("full_page_writes", {"on"})):
            cursor.execute(f"SHOW {name}")
            (value,) = cursor.fetchone()
            if value not in wanted:
                yield f"{name} of PostgreSQL is {value}: what was confirmed could be lost. Set it to on."
    raw.rollback()


PRAGMAS = ("journal_mode", "synchronous", "foreign_keys")


def _sqlite_mistakes(journal: str, synchronous: int, foreign_keys: int) -> Iterator[str]:
    if journal != "wal":
        yield f"journal_mode of SQLite is {journal}, not wal: database_url must name a file on a disk of this machine."
    if synchronous < 2:
        yield "synchronous of SQLite is not FULL: what was confirmed could be lost."
    if not foreign_keys:
        yield "foreign_keys of SQLite is off: rows could lose their owners."
