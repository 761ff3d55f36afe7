"""Names of places: suggestions for whoever types where, and the gazetteer of an authority."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField

from participation.access.rules import ADMINISTER
from participation.contributions.place_names import (
    MOST_ROWS,
    PlaceTable,
    change_places,
    place_count,
    places_like,
    read_places,
)
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid
from participation.kernel.tables import MOST_BYTES
from participation.web.bodies import takes
from participation.web.guard import access, public
from participation.web.place_search import NOTHING, Found, found_places
from participation.web.staff_nav import staff_nav

bp = Blueprint("places", __name__)

SHOWN = 100  # rows that are named on the page
LONGEST = 200  # characters of a search


class PlacesForm(FlaskForm):  # type: ignore[misc]
    """A table of names."""

    file = FileField(_l("Tabelle"), description=_l("CSV oder XLSX, bis 10 MB und 100.000 Zeilen."))


@bp.get("/<tenant>/-/places")
@public
def find() -> ResponseReturnValue:
    """For the script beside a field: places whose words begin like what was typed; `ask=1` asks the geocoder too."""
    words = request.args.get("q", "")[:LONGEST]
    found = found_places(words) if request.args.get("ask") else Found(places_like(g.tenant.id, words))
    places = [{"name": spot.name, "position": spot.position} for spot in found.spots]
    sentence = ngettext("%(num)s Ort gefunden.", "%(num)s Orte gefunden.", len(places)) if places else str(NOTHING)
    return {"places": places, "sentence": str(found.sentence or sentence)}


@bp.route("/<tenant>/-/settings/places", methods=["GET", "POST"])
@access(ADMINISTER)
@takes(file=MOST_BYTES)
def gazetteer() -> ResponseReturnValue:
    """How many names there are; by POST those of a table take their place, all of them or none."""
    form, table = PlacesForm(), None
    if form.validate_on_submit():
        try:
            table = _read(form)
            if not table.bad:
                with writing():
                    change_places(g.tenant, table.good, actor_id=g.viewer.person.id)
                return redirect(url_for("places.gazetteer", done="places-taken"), 303)
        except Invalid as invalid:
            form.file.errors = [invalid.sentence]
    return _page(form, table), 422 if form.is_submitted() else 200


def _read(form: PlacesForm) -> PlaceTable:
    """The table that was sent. Raises Invalid."""
    file: Any = form.file.data
    data: bytes = file.read(MOST_BYTES + 1) if file and file.filename else b""
    if g.get("file_too_large") or len(data) > MOST_BYTES:
        raise Invalid(_l("Die Datei ist zu groß. Möglich sind 10 MB. Bitte teilen Sie sie."), field="file")
    if not data:
        raise Invalid(_l("Bitte wählen Sie eine Datei mit Inhalt."), field="file")
    table = read_places(data, file.filename)
    if not table.good and not table.bad:
        raise Invalid(_l("In der Tabelle stehen keine Orte."), field="file")
    return table


@bp.route("/<tenant>/-/settings/places/remove", methods=["GET", "POST"])
@access(ADMINISTER)
def remove() -> ResponseReturnValue:
    """Take all names away, after its consequence was read."""
    if request.method == "GET":
        return render_template("pages/places/remove.html", staff_nav=staff_nav(), number=place_count(g.tenant.id))
    with writing():
        change_places(g.tenant, [], actor_id=g.viewer.person.id)
    return redirect(url_for("places.gazetteer", done="places-gone"), 303)


def _page(form: PlacesForm, table: PlaceTable | None) -> str:
    return render_template(
        "pages/places/gazetteer.html",
        staff_nav=staff_nav(),
        form=form,
        table=table,
        number=place_count(g.tenant.id),
        shown=SHOWN,
        most=MOST_ROWS,
    )
