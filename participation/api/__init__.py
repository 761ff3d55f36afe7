"""What machines ask: health, feeds, calendars, exports."""

from flask import Flask

from participation.api import exports, feeds, health, policy_reports, v1, well_known


def register(app: Flask) -> None:
    """Mount the machine-readable addresses."""
    for blueprint in (health.bp, well_known.bp, policy_reports.bp, feeds.bp, exports.bp):
        app.register_blueprint(blueprint)
    v1.register(app)
