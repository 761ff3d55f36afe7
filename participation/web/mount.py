"""From the address to the things: tenant, procedure, activity must belong together and be visible, else 404."""

from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, request, session
from sqlalchemy import select
from werkzeug.routing import IntegerConverter, Map

from participation.access.queries import viewer_for
from participation.access.rules import can_see
from participation.kernel.db import db
from participation.kernel.refusal import Unknown
from participation.procedures.models import Activity
from participation.procedures.queries import procedure_at
from participation.registry import Registry
from participation.tenants.models import Tenant
from participation.web import preview
from participation.web.security_log import call_it
from participation.web.sessions import proven_at

NAMES = ("tenant", "procedure", "activity")
LARGEST = 2**63 - 1  # what a column of numbers holds


class Number(IntegerConverter):
    """`<int:…>` in an address: a number that no row can have leads nowhere, and is never asked of a database."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST, **options})


def init_app(app: Flask) -> None:
    """Hook the loading into the app (never into blueprints: they are shared between apps)."""
    app.url_map.converters["int"] = Number
    app.url_value_preprocessor(_take_names)
    app.url_defaults(_add_names)
    app.before_request(_load)


def register_modules(app: Flask, registry: Registry) -> None:
    """Mount each module's pages below its own name."""
    for module in registry:
        app.register_blueprint(module.blueprint, url_prefix=f"/<tenant>/<procedure>/{module.name}/<activity>")


def _take_names(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Views get what is theirs; tenant, procedure and activity are in `g`."""
    g.names = {name: (values or {}).pop(name, None) for name in NAMES}
    g.host_tenant = request.environ.get("participation.host_tenant")
    g.tenant = g.procedure = g.activity = None


def _add_names(endpoint: str, values: dict[str, Any]) -> None:
    """`url_for` fills in where we are, unless it is told otherwise."""
    names = g.get("names") or {}
    for name in NAMES:
        if name not in values and names.get(name) and current_app.url_map.is_endpoint_expecting(endpoint, name):
            values[name] = names[name]


def _load() -> Response | None:
    names = g.get("names") or {}
    if names.get("procedure"):
        g.procedure = procedure_at(names["tenant"], names["procedure"])
        g.tenant = g.procedure.tenant if g.procedure else None
    elif names.get("tenant"):
        g.tenant = db.session.scalar(select(Tenant).where(Tenant.slug == names["tenant"]))
    person = getattr(session, "person", None)
    number, guest = g.procedure.id if g.procedure else None, getattr(session, "guest", None)
    g.viewer = viewer_for(person, number, proven=proven_at() is not None, guest=guest)
    if (names.get("tenant") and g.tenant is None) or (names.get("procedure") and g.procedure is None):
        abort(404)
    preview.enter()
    if g.procedure is not None and not can_see(g.viewer, g.procedure):
        call_it("refused")
        raise Unknown
    if names.get("activity"):
        g.activity = _activity(str(request.blueprint), names["activity"]) or abort(404)
    return _to_own_host()


def _activity(module: str, slug: str) -> Activity | None:
    return next((entry for entry in g.procedure.activities if (entry.module, entry.slug) == (module, slug)), None)


def _to_own_host() -> Response | None:
    """The path form of a tenant with its own host leads there."""
    if g.tenant is None or not g.tenant.host or g.host_tenant:
        return None
    path = request.full_path.removeprefix(f"/{g.tenant.slug}").rstrip("?")
    return redirect(f"{request.scheme}://{g.tenant.host}{request.script_root}{path}", 308)  # type: ignore[return-value]
