"""The pages of the platform itself. They reach modules only as data."""

from flask import Flask

from participation.pages import (
    account,
    contributions,
    development,
    moderation,
    portal,
    procedures,
    reports,
    search,
    staff,
    subscriptions,
)

BLUEPRINTS = (
    portal.bp,
    search.bp,
    account.bp,
    reports.bp,
    staff.bp,
    procedures.bp,
    contributions.bp,
    subscriptions.bp,
    moderation.bp,
)


def register(app: Flask) -> None:
    """Mount all pages; those that show the mails of a development installation only there."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if app.config["SETTINGS"]["environment"] != "production":
        app.register_blueprint(development.bp)
