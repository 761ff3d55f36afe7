"""Where a passkey holds: the host of this request, if it has a name. Browsers refuse passkeys for bare numbers."""

import ipaddress
from contextlib import suppress

from flask import current_app, request

from participation.accounts.passkeys import Place


def passkey_place() -> Place:
    """Host, origin and title; the scheme is that of the configuration, whatever stands before us."""
    settings = current_app.config["SETTINGS"]
    scheme = settings["base_url"].partition("://")[0]
    return Place(_host(), f"{scheme}://{request.host}", settings["name"])


def has_passkeys() -> bool:
    """Whether passkeys can be had under this address: by https, or on the own machine by name."""
    with suppress(ValueError):
        ipaddress.ip_address(_host().strip("[]"))
        return False
    return current_app.config["SETTINGS"]["base_url"].startswith("https://") or _host() == "localhost"


def _host() -> str:
    return request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
