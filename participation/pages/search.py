"""Search over procedures, texts and contributions. A search has an address, so it can be shared; nothing is stored."""

from typing import Any, NamedTuple

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import BuildError

from participation.contributions.references import read_reference
from participation.search import queries
from participation.search.excerpts import Piece, excerpt, marked
from participation.search.queries import Hit, Narrow
from participation.search.stems import Term, terms
from participation.tenants.queries import tenants
from participation.web.guard import public
from participation.web.routes import everywhere

bp = Blueprint("search", __name__)

LONGEST = 200  # characters of a question
KEPT = ("q", "kind", "tenant", "procedure")


class Result(NamedTuple):
    """One hit as the page shows it."""

    hit: Hit
    url: str
    title: list[Piece]
    excerpt: list[Piece]


@everywhere(bp, "/search")
@public
def results() -> ResponseReturnValue:
    """What was found. The number of a contribution leads straight to it."""
    question = request.args.get("q", "").strip()[:LONGEST]
    if address := _address(question):
        return redirect(url_for("contributions.show", **address._asdict()))
    asked, narrow, page = terms(question), _narrow(), _page()
    modules = [module.name for module in current_app.extensions["registry"]]
    found = _found(asked, narrow, modules, page)
    if found is None:
        return render_template("pages/search/away.html", question=question, procedures_url=url_for("portal.procedures"))
    return render_template(
        "pages/search/results.html",
        question=question,
        asked=asked,
        found=found,
        results=[result for hit in found.hits if (result := _result(hit, asked))],
        kinds=[(kind, _url(kind=kind, page=None), narrow.kind == kind) for kind in (None, *queries.KINDS)],
        authorities=_authorities(narrow) if asked else [],
        procedure=next((hit for hit in found.hits if hit.procedure == narrow.procedure), None),
        anywhere_url=_url(procedure=None, page=None),
        hidden={name: request.args[name] for name in KEPT[1:] if request.args.get(name)},
        previous_url=_url(page=page - 1) if page > 1 else None,
        next_url=_url(page=page + 1) if page * queries.PAGE < found.total else None,
        page=page,
    )


def _found(asked: tuple[Term, ...], narrow: Narrow, modules: list[str], page: int) -> queries.Found | None:
    """The hits, None while the index does not answer."""
    try:
        return queries.found(asked, g.viewer, narrow, modules=modules, page=page)
    except queries.NoIndex:
        current_app.logger.exception("the search index does not answer")
        return None


def _address(question: str) -> queries.Address | None:
    reference = read_reference(question)
    return queries.address_of(reference, g.viewer, g.tenant.slug if g.tenant else None) if reference else None


def _narrow() -> Narrow:
    kind = request.args.get("kind")
    tenant = g.tenant.slug if g.tenant else request.args.get("tenant")
    return Narrow(kind=kind if kind in queries.KINDS else None, tenant=tenant, procedure=request.args.get("procedure"))


def _page() -> int:
    number = request.args.get("page", 1, int)
    return min(max(number, 1), queries.MOST // queries.PAGE)


def _url(**changes: Any) -> str:
    """The address of this search with some of its filters changed."""
    values = {name: request.args.get(name) for name in KEPT} | changes
    return url_for("search.results", **{name: value for name, value in values.items() if value})


def _authorities(narrow: Narrow) -> list[tuple[str | None, str, bool]]:
    """The links that narrow a search of the whole portal to one authority: name (None = all), address, chosen."""
    if g.tenant:
        return []
    here = [(tenant.name, _url(tenant=tenant.slug, page=None), tenant.slug == narrow.tenant) for tenant in tenants()]
    return [(None, _url(tenant=None, page=None), not narrow.tenant), *here] if len(here) > 1 else []


def _result(hit: Hit, asked: tuple[Term, ...]) -> Result | None:
    """A hit with its address; None where its module names a page that it does not have."""
    try:
        url = _address_of(hit)
    except BuildError:
        current_app.logger.warning("a search entry names the endpoint %s, which does not exist", hit.endpoint)
        return None
    return Result(hit, url, marked(hit.title, asked), excerpt(hit.text, asked))


def _address_of(hit: Hit) -> str:
    where: dict[str, Any] = {"tenant": hit.tenant, "procedure": hit.procedure}
    if hit.kind == "procedure":
        return url_for("procedures.show", **where)
    if hit.kind == "contribution":
        return url_for("contributions.show", reference=hit.reference, **where)
    return url_for(hit.endpoint, activity=hit.activity, _anchor=hit.fragment or None, **where, **hit.values)
