"""From the name of a place to the ideas around it."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from modules.ideas.routes import bp
from modules.ideas.selection import LONGEST, RADII, Selection, selection_from
from modules.ideas.words import words_of
from participation.contributions.place_names import search_key
from participation.kernel.geocoder import Spot
from participation.web.guard import public
from participation.web.place_search import Found, found_places

NO_NAME = _l("Bitte nennen Sie eine Straße, einen Platz oder eine Adresse.")


@bp.get("/near")
@public
def near() -> ResponseReturnValue:
    """To the ideas around the place that was named; where several places have the name, or none, say so first."""
    selection, words = selection_from(request.args), request.args.get("spot", "")[:LONGEST].strip()
    found = found_places(words) if words else Found([], NO_NAME)
    if (spot := _meant(found.spots, words)) is not None:
        return redirect(_around(selection, spot))
    return render_template(
        "ideas/near.html",
        called=words_of(g.activity),
        here=selection.address(),
        selection=selection,
        radii=RADII,
        words=words,
        problem=found.sentence,
        spots=[(spot.name, _around(selection, spot)) for spot in found.spots],
        title=g.activity.title,
    )


def _meant(spots: list[Spot], words: str) -> Spot | None:
    """The only place that was found, or the only one with exactly this name."""
    same = [spot for spot in spots if search_key(spot.name) == search_key(words)]
    alone = same or spots
    return alone[0] if len(alone) == 1 else None


def _around(selection: Selection, spot: Spot) -> str:
    said = selection._replace(near=spot.at).address()
    if sort := request.args.get("sort", ""):
        said["sort"] = sort
    return url_for("ideas.index", **said)  # type: ignore[arg-type]
