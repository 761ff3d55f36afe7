"""Proxies of our own in front: their word on address, host and scheme counts, exactly as many as are configured."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def init_app(app: Flask) -> None:
    """Trust the last `proxy_hops` forwarded headers; with 0 (the default) a forwarded header changes nothing."""
    hops = app.config["SETTINGS"]["proxy_hops"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
