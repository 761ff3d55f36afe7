"""The interface for other systems, version 1: `/api/v1/`, described by OpenAPI 3.1 at `/api/v1/openapi.json`.

Everybody reads what pages show without a log-in; who holds a personal token writes under the same rules as on pages.
"""

from flask import Flask

from participation.api.v1 import contributions, procedures, rating, resources, results, texts
from participation.api.v1.description import Interface, document
from participation.web.protection import csrf

BLUEPRINTS = (procedures.bp, texts.bp, contributions.bp, rating.bp, results.bp, resources.bp)


def register(app: Flask) -> None:
    """Mount the interface and its description. No cookie is read below /api/, so no form can be forged there."""
    interface = Interface(app)
    for blueprint in BLUEPRINTS:
        csrf.exempt(blueprint)
        interface.register_blueprint(blueprint)
    resources.describe(interface, app.extensions["registry"])
    interface.describe_rows()
    app.extensions["interface"] = interface
    app.register_blueprint(document)
