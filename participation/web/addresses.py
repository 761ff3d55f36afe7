"""Preview, language, host, before routing: the first two move into SCRIPT_NAME, a tenant's own host into its path."""

import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select
from werkzeug.wrappers import Response

from participation.kernel.db import db
from participation.tenants.models import Tenant
from participation.web.headers import REPORTS, headers_for
from participation.web.preview import preview_of

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]
SHARED = ("/static/", "/healthz", "/readyz", "/.well-known/", "/robots.txt", "/favicon.ico", REPORTS)
LOCAL = {"localhost", "127.0.0.1"}
REMEMBERED_SECONDS = 60.0


def init_app(app: Flask) -> None:
    """Put the layer around everything else."""
    app.extensions["addresses"] = Addresses(app, app.wsgi_app)
    app.wsgi_app = app.extensions["addresses"]  # type: ignore[method-assign]


class Addresses:
    """The WSGI layer around the app."""

    def __init__(self, app: Flask, inner: WSGI) -> None:
        self.app, self.inner = app, inner
        self._hosts: dict[str, str] = {}
        self._read_at = float("-inf")
        settings = app.config["SETTINGS"]
        self.own = {urlsplit(settings["base_url"]).netloc.lower(), *settings["trusted_hosts"]}
        self.is_local = settings["environment"] != "production"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        host = str(environ.get("HTTP_HOST", "")).lower()
        slug = self.hosts().get(host) or self.hosts().get(host.partition(":")[0])
        if slug is None and not self._is_ours(host):
            return self._unknown_host()(environ, start_response)
        path: str = environ.get("PATH_INFO", "/")
        if (found := preview_of(path)) is not None:
            environ["participation.preview"], path = found
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + found[0].root
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            path = path[3:] or "/"
        if slug and not path.startswith(SHARED):
            environ["participation.host_tenant"] = slug
            path = f"/{slug}{path}"
        environ["PATH_INFO"] = path
        return self.inner(environ, start_response)

    def _unknown_host(self) -> Response:
        headers = headers_for(self.app.config["SETTINGS"]) | {"Cache-Control": "no-store"}
        return Response("Unknown host.", 400, headers, mimetype="text/plain")

    def _is_ours(self, host: str) -> bool:
        return host in self.own or (self.is_local and host.partition(":")[0] in LOCAL)

    def hosts(self) -> dict[str, str]:
        """Own host names and the tenants they belong to, read at most once a minute."""
        if time.monotonic() - self._read_at > REMEMBERED_SECONDS:
            self._read_at = time.monotonic()
            with self.app.app_context():
                query = select(Tenant.host, Tenant.slug).where(Tenant.host.is_not(None))
                self._hosts = {str(host).lower(): slug for host, slug in db.session.execute(query)}
        return self._hosts

    def forget(self) -> None:
        """Read the host names again at the next request."""
        self._read_at = float("-inf")
