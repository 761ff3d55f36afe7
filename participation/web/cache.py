"""Pages for people who are not logged in, kept until what they show has changed.

A page carries the version numbers of what it shows; it is served from memory as long as they are the same and no
phase boundary or midnight has passed. Whoever has a cookie gets a page of their own.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy import Connection, and_, select
from sqlalchemy.exc import DBAPIError

from participation import __version__
from participation.kernel import readonly
from participation.kernel.clock import BERLIN, now, start_of_day
from participation.kernel.db import db
from participation.kernel.versions import ScopeVersion
from participation.procedures.models import Procedure
from participation.tenants.models import Tenant
from participation.web.headers import SHARED

PAGES = 2_000  # in memory of one process
LARGEST = 400_000  # bytes
KINDS = ("text/html", "application/atom+xml", "text/calendar", "application/geo+json")
KNOWN = {"sort", "after", "page", "stage", "topic", "tenant", "kind", "section", "group"}
KNOWN |= {
    "at",
    "district",
    "state",
    "near",
    "radius",
    "bbox",
    "zoom",
}  # a selection, a view of the map; no words: the index comes later
OWN = {"HTTP_COOKIE", "HTTP_AUTHORIZATION", "participation.preview"}  # whoever sends these gets a page of their own
FRESH = timedelta(minutes=1)  # overviews may show counts that are a minute old


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A page in memory: true while its scopes have these versions, until an instant."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    versions: dict[str, int]
    until: datetime


def init_app(app: Flask) -> None:
    """Put the cache around the app. Before `mount`, so that versions are read first; before `headers`, so that the
    headers and the compression of the answer are kept with it."""
    cache = app.extensions["page_cache"] = PageCache(app)
    app.before_request(cache.note_versions)
    app.after_request(cache.keep)
    app.wsgi_app = cache  # type: ignore[method-assign]


class PageCache:
    """The WSGI layer that answers from memory, or with 304, after one keyed read."""

    def __init__(self, app: Flask) -> None:
        self.app, self.inner = app, app.wsgi_app
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()
        self.is_on = bool(app.config["SETTINGS"]["page_cache"])

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer from memory where the page is still true."""
        key = key_of(environ, self._resting()) if self.is_on else None
        environ["participation.cache_key"] = key
        kept = self._pages.get(key) if key else None
        if kept is None or kept.until <= now() or not self._is_true(kept):
            return self.inner(environ, start_response)
        if environ.get("HTTP_IF_NONE_MATCH") == dict(kept.headers).get("ETag"):
            unchanged = [(name, value) for name, value in kept.headers if name != "Content-Length"]
            start_response("304 NOT MODIFIED", unchanged)
            return []
        start_response(kept.status, kept.headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else kept.body]

    def _resting(self) -> str | None:
        with self.app.app_context():
            return readonly.state()

    def _is_true(self, kept: Kept) -> bool:
        try:
            with self.app.app_context(), db.engine.connect() as connection:
                return versions_of(connection, list(kept.versions)) == kept.versions
        except DBAPIError:
            return False  # the app says what is the case

    def note_versions(self) -> None:
        """Read the versions before the rows: a change in between makes the page older, never newer, than it says."""
        if request.environ.get("participation.cache_key") and (names := scopes(g.get("names") or {})):
            g.scopes = versions_of(db.session.connection(), names)

    def keep(self, response: Response) -> Response:
        """Keep what was just made, with all its headers, in the encoding it goes out in."""
        key = request.environ.get("participation.cache_key")
        if key is None or not self._may_keep(response):
            return response
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
        entry = Kept(
            status=response.status,
            headers=list(response.headers.items()),
            body=response.get_data(),
            versions=dict(g.scopes),
            until=true_until(),
        )
        with self._lock:
            self._pages[key] = entry
            self._pages.move_to_end(key)
            while len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        return response

    def _may_keep(self, response: Response) -> bool:
        return (
            response.status_code == 200
            and request.method == "GET"
            and "scopes" in g
            and not response.is_streamed
            and response.headers.get("Cache-Control") == SHARED
            and response.mimetype in KINDS
            and (response.content_length or 0) <= LARGEST
        )

    def forget(self) -> None:
        """Empty the memory."""
        with self._lock:
            self._pages.clear()


def key_of(environ: dict[str, Any], resting: str | None = None) -> str | None:
    """Build, host, language, path, known query arguments, encodings, and read-only mode, which stands above every page;
    None where the page is somebody's own."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.keys() & OWN:
        return None
    query = environ.get("QUERY_STRING", "")
    names = {part.partition("=")[0] for part in query.split("&") if part}
    if names - KNOWN or len(query) > 300:
        return None
    encodings = environ.get("HTTP_ACCEPT_ENCODING", "")[:100]
    host, root = environ.get("HTTP_HOST", ""), environ.get("SCRIPT_NAME", "")
    return "\n".join((__version__, host, root, environ["PATH_INFO"], query, encodings, repr(resting)))


def scopes(names: dict[str, str | None]) -> list[str]:
    """What the page at an address shows: its procedure and tenant, its tenant, or the whole installation."""
    if not names.get("tenant"):
        return ["installation"]
    joined = select(Tenant.id, Procedure.id).outerjoin(
        Procedure, and_(Procedure.tenant_id == Tenant.id, Procedure.slug == names.get("procedure"))
    )
    found = db.session.execute(joined.where(Tenant.slug == names["tenant"])).first()
    if found is None:
        return []
    tenant_id, procedure_id = found
    return [f"tenant:{tenant_id}"] + ([f"procedure:{procedure_id}"] if procedure_id else [])


def versions_of(connection: Connection, names: list[str]) -> dict[str, int]:
    """The version of each scope, 0 where nothing changed yet; one query."""
    query = select(ScopeVersion.scope, ScopeVersion.number).where(ScopeVersion.scope.in_(names))
    numbers = dict.fromkeys(names, 0)
    for scope, number in connection.execute(query):
        numbers[scope] = number
    return numbers


def true_until() -> datetime:
    """When the page stops being true by itself: the next phase boundary or local midnight; overviews in a minute."""
    at = now()
    if g.get("procedure") is None:
        return at + FRESH
    phases = [phase for activity in g.procedure.activities for phase in activity.phases]
    edges = [edge for phase in phases for edge in (phase.begins_at, phase.ends_at) if edge > at]
    midnight = start_of_day(at.astimezone(BERLIN).date() + timedelta(days=1))
    earliest: datetime = min([midnight, *edges])
    return earliest
