"""The test kit, a pytest plugin: fixtures for ours and for third-party modules (`-p participation.testing`)."""

from participation.testing.browser import browser, postgres_site, pytest_collection_modifyitems, served, site, visit
from participation.testing.fixtures import app, at, client, database, fresh, mails, runner, server_app, world
from participation.testing.lint import LintingClient
from participation.testing.world import World

__all__ = [
    "LintingClient",
    "World",
    "app",
    "at",
    "browser",
    "client",
    "database",
    "fresh",
    "mails",
    "postgres_site",
    "pytest_collection_modifyitems",
    "runner",
    "served",
    "server_app",
    "site",
    "visit",
    "world",
]
