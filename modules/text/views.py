"""Pages: the reading view, and the comments at one place of it."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from modules.text import reading
from modules.text.actions import COMMENT
from modules.text.page import Page, may_comment, neighbour_links, phase_facts, rows
from modules.text.routes import bp
from modules.text.settings import rating_of
from participation.access import rules
from participation.contributions.placements import pasts_of
from participation.contributions.queries import counts_by_place, item_at, own_ratings
from participation.contributions.threads import SORTS, best_by_place, first_threads, orders_for
from participation.documents import outlines
from participation.documents.queries import nodes
from participation.kernel.clock import now
from participation.kernel.refusal import Unknown
from participation.procedures.queries import stage_of
from participation.web.guard import public

NOTES = 10  # comments at each place in print


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """The text with outline and counts, and the comments on the text as a whole."""
    outline = outlines.outline_of(g.activity)
    place = request.args.get("at")
    if place:
        is_there = outline is not None and outline.line(place) is not None
        return redirect(_place_url(place) if is_there else url_for("text.index"))
    if outline is None:
        return render_template("text/missing.html")
    found = reading.parts(outline.lines)
    part = reading.part_with(found, outline.lines, request.args.get("section"))
    return _render("text/index.html", outline, part, "", parts=found)


@bp.get("/at/<key>")
@public
def place(key: str) -> ResponseReturnValue:
    """The section around a node, with the comments at the node open beside it."""
    outline = outlines.outline_of(g.activity)
    line = outline.line(key) if outline else None
    if outline is None or line is None:
        raise Unknown
    part = reading.section_around(outline.lines, key)
    found = reading.parts(outline.lines)
    home = reading.part_with(found, outline.lines, key)
    quote = request.args.get("quote", "")[:2_000]
    more = {"line": line, "quote": quote, "parts": found, "home": home, "pager": neighbour_links(outline, key)}
    return _render("text/place.html", outline, part, key, **more)


@bp.get("/print")
@public
def printed() -> ResponseReturnValue:
    """The text with its comments as notes, to be printed; a long text page by page."""
    outline = outlines.outline_of(g.activity)
    if outline is None:
        raise Unknown
    part = reading.part_with(reading.parts(outline.lines), outline.lines, request.args.get("section"))
    page = Page(outline, {}, may_comment=False)
    return render_template(
        "text/print.html",
        outline=outline,
        rows=rows(page, nodes(outline.version_id, first=part.first, limit=part.end - part.first), ""),
        notes=best_by_place(g.activity, g.viewer, most=NOTES),
        most=NOTES,
        facts=phase_facts(g.activity, rules.can(g.viewer, COMMENT, g.activity)),
        stage=stage_of(g.procedure),
        made_at=now(),
    )


@bp.get("/comments/<reference>")
@public
def detail(reference: str) -> ResponseReturnValue:
    """A comment in its place: search results and notices lead here."""
    item = item_at(g.activity, reference, g.viewer)
    if item is None:
        raise Unknown
    anchor = f"c-{reference}"
    if not item.place:
        return redirect(url_for("text.index", _anchor=anchor))
    if not outlines.place_exists(g.activity, item.place):
        return redirect(url_for("contributions.show", reference=reference))
    return redirect(url_for("text.place", key=item.place, _anchor=anchor))


def _place_url(key: str) -> str:
    return url_for("text.place", key=key, _anchor=key)


def _render(template: str, outline: outlines.Outline, part: reading.Part, key: str, **more: Any) -> str:
    """What both pages show: text, counts, comments at a place ("" = the whole text), and what may be done."""
    sort = request.args.get("sort", "")
    orders = orders_for(g.activity, g.viewer)
    wished = (sort, str(g.activity.settings.get("sort", "")), SORTS[0])
    sort = next(order for order in wished if order in orders)
    counts = counts_by_place(g.activity)
    threads = first_threads(g.activity, key, g.viewer, sort=sort, after=request.args.get("after"))
    shown = [*threads.items, *(item for items in threads.replies.values() for item in items)]
    decision = rules.can(g.viewer, COMMENT, g.activity)
    page = Page(outline, counts, may_comment(decision))
    return render_template(
        template,
        outline=outline,
        part=part,
        entries=page.entries(part),
        rows=rows(page, nodes(outline.version_id, first=part.first, limit=part.end - part.first), key),
        counts=counts,
        threads=threads,
        ratings=own_ratings([item.id for item in shown], g.viewer),
        pasts=pasts_of([item.id for item in shown]) if outline.before_id else {},
        sort=sort,
        orders=orders,
        key=key,
        decision=decision,
        may_comment=may_comment(decision),
        reply=rules.can(g.viewer, rules.COMMENT, g.activity),
        rating=rules.can(g.viewer, rules.RATE, g.activity) if rating_of(g.activity) else None,
        facts=phase_facts(g.activity, decision),
        **more,
    )
