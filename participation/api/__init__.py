"""What machines ask: health, feeds, calendars, exports."""

from flask import Flask

from participation.api import exports, feeds, health


def register(app: Flask) -> None:
    """Mount the machine-readable addresses."""
    for blueprint in (health.bp, feeds.bp, exports.bp):
        app.register_blueprint(blueprint)
