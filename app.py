"""Wires everything, contains nothing: one flat list, read it and you know the application."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask

from participation import api, commands, pages
from participation.interfaces import Found
from participation.kernel import config, db
from participation.kernel.config import ROOT
from participation.reactions import PARTS, handlers, periodics
from participation.registry import discover
from participation.web import (
    addresses,
    again,
    away,
    bodies,
    cache,
    compression,
    errors,
    guard,
    headers,
    language,
    log_lines,
    maps,
    mount,
    preview,
    protection,
    proxy,
    resting,
    security_log,
    sessions,
    site,
)
from participation.web import static_files as static
from participation.web.app_class import App


def create_app(overrides: Mapping[str, Any] | None = None, *, more_modules: Iterable[Found] = ()) -> Flask:
    """The application, set up from the configuration; `overrides` win over it.

    `more_modules` are loaded beside those of the folder: the probe of the test kit, a module under development.
    """
    app = App("participation", root_path=str(ROOT), template_folder="templates", static_folder=None)
    settings = config.load(overrides)
    app.config.from_mapping(config.flask_settings(settings))
    db.init_app(app)
    registry = app.extensions["registry"] = discover(app, more_modules)
    app.extensions["handlers"] = handlers(registry)
    app.extensions["periodics"] = periodics()
    app.extensions["content_parts"] = PARTS

    log_lines.init_app(app)
    security_log.init_app(app)
    language.init_app(app, registry)
    static.init_app(app, ROOT / "static", registry)
    bodies.init_app(app)
    sessions.init_app(app)
    away.init_app(app)
    preview.init_app(app)
    cache.init_app(app)
    mount.init_app(app)
    guard.init_app(app)
    protection.init_app(app)
    again.init_app(app)
    resting.init_app(app)
    site.init_app(app)
    maps.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    pages.register(app)
    api.register(app)
    mount.register_modules(app, registry)
    commands.register(app)

    compression.init_app(app)
    addresses.init_app(app)
    proxy.init_app(app)
    return app
