"""The one door to other machines but the mail server: closed, until the operator names a host in `outbound_hosts`.

A call goes to a named host alone, spelt exactly so, over http or https; it follows no redirect, uses no proxy of the
environment, brings no cookie, and waits a few seconds for at most a megabyte.
"""

import http.client
import json
import re
import ssl
import time
from collections.abc import Collection
from typing import Any, Final

from flask import current_app

PATIENCE: Final = 5  # seconds for the whole answer
LARGEST: Final = 2**20  # bytes of an answer
ADDRESS: Final = re.compile(r"(https?)://([a-z0-9]([a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{0,4})?)(/[!-\[\]-~]*)")


class NotAllowed(Exception):
    """The address is not one that may be called."""


class NoAnswer(Exception):
    """The other machine was not reached, was too slow, or sent something else than asked for."""


def is_allowed(address: str, hosts: Collection[str]) -> bool:
    """Whether an address leads to one of these hosts ("name", or "name:port" where the port is not the usual one)."""
    match = ADDRESS.fullmatch(address)
    return match is not None and match[2] in hosts


def fetch_json(address: str) -> Any:
    """What another machine answers, as JSON. Call it with no lock held. Raises NotAllowed, NoAnswer."""
    match = ADDRESS.fullmatch(address)
    if match is None or not is_allowed(address, current_app.config["SETTINGS"]["outbound_hosts"]):
        raise NotAllowed
    try:
        return json.loads(_fetched(match[1], match[2], match[4]))
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        raise NoAnswer from error


def _fetched(scheme: str, host: str, path: str) -> bytes:
    ends = time.monotonic() + PATIENCE
    connection = (
        http.client.HTTPSConnection(host, timeout=PATIENCE, context=ssl.create_default_context())
        if scheme == "https"
        else http.client.HTTPConnection(host, timeout=PATIENCE)
    )
    try:
        said = str(current_app.config["SETTINGS"]["base_url"])
        connection.request("GET", path, headers={"Accept": "application/json", "User-Agent": f"participation ({said})"})
        answer, body = connection.getresponse(), b""
        if answer.status != http.client.OK:
            raise ValueError
        while piece := answer.read1(LARGEST):
            body += piece
            if len(body) > LARGEST or time.monotonic() > ends:
                raise ValueError
        return body
    finally:
        connection.close()
