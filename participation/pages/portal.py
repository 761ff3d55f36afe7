"""The portal over all authorities, each authority's own, lists of procedures, legal pages, look."""

import hashlib
from collections import Counter
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request, url_for

from participation.access.rules import Viewer
from participation.interfaces import STAFF
from participation.kernel.refusal import Unknown
from participation.procedures import overview
from participation.procedures.lifecycle import Stage
from participation.procedures.overview import Facet, Filter, Sight
from participation.procedures.ranking import GROUPS
from participation.tenants import queries
from participation.tenants.colours import stylesheet
from participation.tenants.models import LEGAL_PAGES, Tenant
from participation.web import procedure_words as words
from participation.web.guard import public
from participation.web.routes import everywhere
from participation.web.site import legal_title
from participation.web.static_files import YEAR

bp = Blueprint("portal", __name__)

LIMITS = {"running": 6, "paused": 3, "coming": 3, "ended": 3, "preparing": 3}
MOST_WORDS = 6
SENT = {"logo", "colours"}


@bp.app_template_global()
def card_when(card: overview.ProcedureCard) -> str:
    """The date on a card."""
    return words.when_words(card)


@bp.app_template_global()
def card_action(card: overview.ProcedureCard) -> str:
    """The words below a card."""
    return words.card_action(card.stage)


def sight_of(viewer: Viewer) -> Sight:
    """Which unpublished procedures a viewer's roles let them see in lists."""
    staff = [(tenant, procedure) for role, tenant, procedure in viewer.grants if role in STAFF]
    return Sight(
        everything=viewer.operates,
        tenants=frozenset(tenant for tenant, procedure in staff if procedure is None),
        procedures=frozenset(procedure for _tenant, procedure in staff if procedure is not None),
    )


@bp.get("/")
@public
def home() -> str:
    """The front page over all authorities."""
    sight = sight_of(g.viewer)
    counts = overview.facets(sight)
    return render_template(
        "pages/portal/home.html",
        groups=overview.front_page(LIMITS, sight),
        numbers=by(counts, "group"),
        topics=by(counts, "topic"),
        tenants=queries.tenants(),
        running=by([facet for facet in counts if facet.stage is Stage.RUNNING], "tenant_id"),
        settings=current_app.config["SETTINGS"],
    )


@bp.get("/<tenant>/")
@public
def tenant_home() -> str:
    """The front page of one authority."""
    sight = sight_of(g.viewer)
    counts = overview.facets(sight, Filter(tenant_id=g.tenant.id))
    return render_template(
        "pages/portal/tenant_home.html",
        groups=overview.front_page(LIMITS, sight, g.tenant.id),
        numbers=by(counts, "group"),
        topics=by(counts, "topic"),
    )


def by(counts: list[Facet], name: str) -> dict[Any, int]:
    """Facets added up by one of their columns, most first; what has no name is left out."""
    total: Counter[Any] = Counter()
    for facet in counts:
        total[getattr(facet, name)] += facet.number
    return {key: number for key, number in total.most_common() if key != ""}


@everywhere(bp, "/procedures")
@public
def procedures() -> str:
    """All procedures, narrowed by stage, topic and words; every state of the list has its own address."""
    sight = sight_of(g.viewer)
    narrow = _filter(sight)
    counts = overview.facets(sight, Filter(tenant_id=narrow.tenant_id, words=narrow.words))
    cards, after = overview.page_of_procedures(narrow, sight, request.args.get("after"))
    of_topic = [facet for facet in counts if narrow.topic in (None, facet.topic)]
    of_group = [facet for facet in counts if narrow.group in (None, facet.group)]
    fitting = [facet for facet in of_topic if facet in of_group]
    return render_template(
        "pages/portal/procedures.html",
        cards=cards,
        total=sum(facet.number for facet in fitting),
        more_url=_narrowed_url(narrow, after=after) if after else None,
        stages=_options(narrow, "stage", narrow.group, list(GROUPS), by(of_topic, "group")),
        topics=_options(narrow, "topic", narrow.topic, sorted(by(counts, "topic")), by(of_group, "topic")),
        narrow=narrow,
        typed=request.args.get("q", ""),
        kept={name: value for name, value in (("stage", narrow.group), ("topic", narrow.topic)) if value},
    )


def _filter(sight: Sight) -> Filter:
    """What the address asks for; a stage or topic that nobody offers counts as none."""
    stage, topic = request.args.get("stage"), request.args.get("topic")
    tenant_id = g.tenant.id if g.tenant else None
    is_known = topic and topic in {facet.topic for facet in overview.facets(sight, Filter(tenant_id=tenant_id))}
    return Filter(
        tenant_id=tenant_id,
        group=stage if stage in GROUPS else None,
        topic=topic if is_known else None,
        words=tuple(request.args.get("q", "").split()[:MOST_WORDS]),
    )


def _narrowed_url(narrow: Filter, **changes: str | None) -> str:
    """The address of this list with some of its filters changed."""
    kept = {"stage": narrow.group, "topic": narrow.topic, "q": request.args.get("q")} | changes
    return url_for("portal.procedures", **{name: value for name, value in kept.items() if value})  # type: ignore[arg-type]


def _options(
    narrow: Filter, name: str, current: str | None, values: list[str], numbers: dict[Any, int]
) -> list[tuple[Any, ...]]:
    """The links of one filter: value (None = all), address, whether it is chosen, how many; empty ones left out."""
    rows: list[tuple[Any, ...]] = [
        (None, _narrowed_url(narrow, **{name: None}), current is None, sum(numbers.values()))
    ]
    for value in values:
        if numbers.get(value) or value == current:
            rows.append((value, _narrowed_url(narrow, **{name: value}), value == current, numbers.get(value, 0)))
    return rows


@everywhere(bp, "/pages/<key>")
@public
def legal(key: str) -> str:
    """A legal page, or that it is not published yet. Raises Unknown for a key that is none."""
    if key not in LEGAL_PAGES:
        raise Unknown
    page = queries.legal_page(g.tenant.id if g.tenant else None, key)
    contact = g.tenant.contact_email if g.tenant else current_app.config["SETTINGS"]["contact"]
    return render_template("pages/portal/legal.html", key=key, title=legal_title(key), page=page, contact=contact)


@bp.get("/<tenant>/-/logo")
@public
def logo() -> Response:
    """The logo of an authority; 404 where there is none."""
    if not g.tenant.logo:
        raise Unknown
    return kept(g.tenant.logo, picture_type(g.tenant.logo), version_of_look(g.tenant, "logo"))


@bp.get("/<tenant>/-/colours.css")
@public
def colours() -> Response:
    """The colours of an authority, corrected for contrast."""
    return kept(stylesheet(g.tenant.colour).encode(), "text/css", version_of_look(g.tenant, "colours"))


def version_of_look(tenant: Tenant, name: str) -> str:
    """What tells one state of logo or colours from the next."""
    if name == "logo":
        return tenant.logo_hash
    return hashlib.sha256(stylesheet(tenant.colour).encode()).hexdigest()[:12]


@bp.app_url_defaults
def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    """The addresses of logo and colours change with their content, so that browsers may keep them for a year."""
    blueprint, _dot, name = endpoint.partition(".")
    tenant = g.get("tenant")
    if blueprint == "portal" and name in SENT and tenant and values.get("tenant", tenant.slug) == tenant.slug:
        values.setdefault("v", version_of_look(tenant, name))


def picture_type(data: bytes) -> str:
    """The media type of a picture that `images.shrink` made: it writes no others."""
    if data.startswith(b"\x89PNG"):
        return "image/png"
    return "image/jpeg" if data.startswith(b"\xff\xd8") else "image/webp"


def kept(content: bytes, media_type: str, version: str) -> Response:
    """A file that is kept for a year under the address of this very version, else asked for again each time."""
    response = Response(content, mimetype=media_type)
    response.set_etag(version)
    is_this = request.args.get("v") == version
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if is_this else "no-cache"
    response.make_conditional(request)
    return response
