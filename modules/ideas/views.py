"""Pages: the ideas of a selection, a new one, and the way to one of them."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from modules.ideas import queries
from modules.ideas.actions import SUBMIT
from modules.ideas.exports import IDEAS
from modules.ideas.forms import IdeaForm
from modules.ideas.page import filters_of, order_links
from modules.ideas.routes import bp
from modules.ideas.selection import RADII, Selection, selection_from
from modules.ideas.types import IDEA
from modules.ideas.words import words_of
from participation.access import rules
from participation.contributions.queries import item_at, own_ratings
from participation.contributions.threads import SORTS, orders_for
from participation.kernel.refusal import Unknown
from participation.web.guard import public
from participation.web.maps import signs

DOWNLOADS = tuple((name, {"geojson": "GeoJSON"}.get(name, name.upper())) for name in IDEAS.formats)


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """The ideas of a selection, a page of twenty."""
    selection, sort = selection_from(request.args), _sort()
    found = queries.found_ideas(g.activity, selection, g.viewer, sort=sort, after=request.args.get("after"))
    categories = queries.categories_of(g.activity)
    counts = queries.counts_of(g.activity, selection, g.viewer)
    method = queries.rating_of(g.activity)
    decision = rules.can(g.viewer, SUBMIT, g.activity)
    return render_template(
        "ideas/index.html",
        found=found,
        categories={category.key: category for category in categories},
        total=counts.total,
        filters=filters_of(selection, categories, counts.by_district, sort),
        orders=order_links(selection, sort, _orders()),
        **_shared(selection, sort),
        method=method,
        rating=rules.can(g.viewer, rules.RATE, g.activity) if method else None,
        ratings=own_ratings([item.id for item in found.items], g.viewer),
        decision=decision,
        may_submit=decision.allowed or decision.login_helps,
    )


def _shared(selection: Selection, sort: str) -> dict[str, Any]:
    """What the list needs of its address alone."""
    unsearched = selection._replace(words="")
    return {
        "words": words_of(g.activity),
        "selection": selection,
        "radii": RADII,
        "sort": sort,
        "here": selection.address() | {"sort": sort},
        "unsearched": unsearched.address() | {"sort": sort},
        "downloads": DOWNLOADS,
    }


def _orders() -> tuple[str, ...]:
    return orders_for(g.activity, g.viewer, is_rated=queries.rating_of(g.activity) is not None)


def _sort() -> str:
    orders = _orders()
    wished = (request.args.get("sort", ""), str(g.activity.settings.get("sort", "")), SORTS[0])
    return next(order for order in wished if order in orders)


@bp.get("/points.json")
@public
def points() -> ResponseReturnValue:
    """The signs of a selection in a view of the map."""
    return signs(queries.conditions(g.activity, selection_from(request.args)))


@bp.get("/new")
@public
def new() -> ResponseReturnValue:
    """The form for an idea; it goes through the draft door, so it needs no log-in and no script."""
    decision = rules.can(g.viewer, SUBMIT, g.activity)
    categories = [(category.key, category.title) for category in queries.categories_of(g.activity)]
    form = IdeaForm(formdata=None, meta={"csrf": False})
    words = words_of(g.activity)
    form.offer(categories, request.args.get("at", ""), words)
    shown: dict[str, Any] = {"words": words, "form": form, "decision": decision, "drawn": IDEA.drawn}
    return render_template("ideas/new.html", **shown, may_submit=decision.allowed or decision.login_helps)


@bp.get("/ideas/<reference>")
@public
def detail(reference: str) -> ResponseReturnValue:
    """An idea lives on the core's page of a contribution, with its answers, its state and the official answer."""
    if item_at(g.activity, reference, g.viewer) is None:
        raise Unknown
    return redirect(url_for("contributions.show", reference=reference))
