"""Pages: the plan with its documents, what was said about it, one paragraph of it, and the form."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from modules.plan import queries, services
from modules.plan.actions import COMMENT
from modules.plan.forms import SERVICE, StatementForm
from modules.plan.models import Layer
from modules.plan.page import filter_links, order_links
from modules.plan.routes import bp
from modules.plan.types import STATEMENT
from participation.access import rules
from participation.contributions.locations import locations_of
from participation.contributions.queries import item_at, own_ratings
from participation.contributions.threads import SORTS, first_comments, first_threads, orders_for
from participation.documents.outlines import citations
from participation.kernel.refusal import Unknown
from participation.web.guard import public
from participation.web.headers import allow_pictures_from
from participation.web.maps import signs
from participation.web.stored_files import send_stored


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """The plan on the map with its legend, its documents as text beside it, and counts for both."""
    if place_key := request.args.get("at"):
        return redirect(url_for("plan.place", key=place_key))
    first = request.args.get("from", "")
    page = queries.text_of(g.activity, first=int(first) if first.isdecimal() and len(first) < 8 else 0)
    return render_template(
        "plan/index.html",
        layers=_with_their_hosts(queries.layers_of(g.activity)),
        text=page,
        counts=queries.counts_of(g.activity, g.viewer),
        **_may(),
    )


def _with_their_hosts(layers: list[Layer]) -> list[Layer]:
    """The layers of a page that may load pictures from their map services."""
    for layer in layers:
        if layer.kind == SERVICE:
            allow_pictures_from(services.origin_of(layer.address))
    return layers


@bp.get("/statements")
@public
def statements() -> ResponseReturnValue:
    """What was said, a page of twenty: everything, or what belongs to the map, to the documents, to neither."""
    about, sort = request.args.get("about", ""), _sort()
    where = queries.tied_to(g.activity, about)
    page = first_comments(g.activity, None, g.viewer, sort=sort, after=request.args.get("after"), where=where)
    ids = [item.id for item in page.items]
    return render_template(
        "plan/statements.html",
        page=page,
        locations=locations_of(ids),
        places=citations(g.activity) if any(item.place for item in page.items) else {},
        filters=filter_links(queries.counts_of(g.activity, g.viewer), about, sort),
        orders=order_links(about, sort, _orders()),
        here={"about": about, "sort": sort},
        ratings=own_ratings(ids, g.viewer),
        **_may(),
    )


def _orders() -> tuple[str, ...]:
    return orders_for(g.activity, g.viewer, is_rated=queries.rating_of(g.activity) is not None)


def _sort() -> str:
    orders = _orders()
    wished = (request.args.get("sort", ""), str(g.activity.settings.get("sort", "")), SORTS[0])
    return next(order for order in wished if order in orders)


@bp.get("/at/<key>")
@public
def place(key: str) -> ResponseReturnValue:
    """A paragraph of the documents with what was said about it."""
    row = queries.row_at(g.activity, key)
    if row is None:
        raise Unknown
    _with_their_hosts(queries.layers_of(g.activity))
    sort = _sort()
    threads = first_threads(g.activity, key, g.viewer, sort=sort, after=request.args.get("after"))
    shown = [*threads.items, *(item for items in threads.replies.values() for item in items)]
    return render_template(
        "plan/place.html",
        row=row,
        threads=threads,
        sort=sort,
        orders=_orders(),
        ratings=own_ratings([item.id for item in shown], g.viewer),
        form=StatementForm(formdata=None, meta={"csrf": False}),
        **_may(),
    )


@bp.get("/new")
@public
def new() -> ResponseReturnValue:
    """The form for a statement on the whole plan or a place on the map; it goes through the draft door."""
    _with_their_hosts(queries.layers_of(g.activity))
    return render_template("plan/new.html", form=StatementForm(formdata=None, meta={"csrf": False}), **_may())


@bp.get("/statements/<reference>")
@public
def detail(reference: str) -> ResponseReturnValue:
    """A statement lives on the core's page of a contribution."""
    if item_at(g.activity, reference, g.viewer) is None:
        raise Unknown
    return redirect(url_for("contributions.show", reference=reference))


@bp.get("/picture")
@public
def picture() -> ResponseReturnValue:
    """The picture of a layer (`?layer=`), without its name the lowest one. Raises Unknown."""
    asked = request.args.get("layer")
    pictures = [layer for layer in queries.layers_of(g.activity) if layer.stored_name]
    layer = next((layer for layer in pictures if asked in (None, layer.key)), None)
    if layer is None:
        raise Unknown
    return send_stored(layer.stored_name, layer.media_type, f"{layer.key}.{layer.media_type.split('/')[1]}", layer.size)


@bp.get("/points.json")
@public
def points() -> ResponseReturnValue:
    """The signs of the statements in a view of the map."""
    return signs(queries.tied_to(g.activity, queries.ON_MAP))


@bp.get("/layers.json")
@public
def layers_json() -> ResponseReturnValue:
    """The layers for the map, from bottom to top."""
    return {"layers": [_layer(layer) for layer in queries.layers_of(g.activity)]}


def _layer(layer: Any) -> dict[str, Any]:
    named = {"key": layer.key, "title": layer.title, "kind": layer.kind, "shown": layer.shown, "bounds": layer.bounds}
    if layer.kind == "picture":
        return named | {"url": url_for("plan.picture", layer=layer.key)}
    if layer.kind == "wms":
        return named | {"url": layer.address, "layers": layer.layers}
    return named | {"shapes": layer.shapes}


def _may() -> dict[str, Any]:
    decision = rules.can(g.viewer, COMMENT, g.activity)
    return {
        "decision": decision,
        "may_comment": decision.allowed or decision.login_helps,
        "reply": rules.can(g.viewer, rules.COMMENT, g.activity),
        "rating": rules.can(g.viewer, rules.RATE, g.activity) if queries.rating_of(g.activity) else None,
        "drawn": STATEMENT.drawn,
        "areas_url": url_for("maps.areas", number=g.activity.id),
    }
