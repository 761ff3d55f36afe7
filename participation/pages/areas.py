"""The ground of a format whose contributions lie on a map: its area and its districts, from a file or typed."""

from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from participation.access.rules import EDIT
from participation.contributions.area_files import MOST_BYTES, AreaFile, as_file, drawn_file, read_areas
from participation.contributions.areas import change_areas, left_outside
from participation.contributions.locations import AREA, DISTRICT, areas_of
from participation.interfaces import Module
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid, Unknown
from participation.kernel.uploads import add_piece, begin_upload, bytes_of, end_upload, upload_of
from participation.pages.area_forms import DrawnForm, FileForm
from participation.pages.area_picture import picture_of, size_of
from participation.procedures.models import Activity
from participation.procedures.queries import procedure_by_id
from participation.web.bodies import takes
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("areas", __name__, url_prefix="/<tenant>/<procedure>/-/manage/formats/<int:number>/areas")

KINDS = "<any(area, district):kind>"
TOO_LARGE = _l("Die Datei ist zu groß. Möglich sind 10 MB. Bitte vereinfachen Sie die Grenzen.")


@bp.get("")
@access(EDIT)
def show(number: int) -> ResponseReturnValue:
    """The area and the districts as they are, and how to change them."""
    return _page(_activity(number))


@bp.post(f"/{KINDS}/file")
@access(EDIT)
@takes(file=MOST_BYTES)
def send_file(number: int, kind: str) -> ResponseReturnValue:
    """A file has come: read it, keep it for two days, and look at it before it is taken over."""
    activity, form = _activity(number), FileForm.about(kind)
    file: Any = form.file.data
    data: bytes = file.read(MOST_BYTES + 1) if file and file.filename else b""
    try:
        if g.get("file_too_large") or len(data) > MOST_BYTES:
            raise Invalid(TOO_LARGE)
        if not data:
            raise Invalid(_l("Bitte wählen Sie eine Datei mit Inhalt."))
        read_areas(data, kind)
        return _kept(number, kind, data, file.filename)
    except Invalid as invalid:
        form.file.errors = [invalid.sentence]
        return _page(activity, {f"{kind}_file": form}), 422


@bp.post(f"/{KINDS}/drawn")
@access(EDIT)
def draw(number: int, kind: str) -> ResponseReturnValue:
    """An area was drawn or typed: look at it, beside the districts there are, before it is taken over."""
    activity, form = _activity(number), DrawnForm(prefix=kind)
    try:
        title = form.title.data or "" if kind == DISTRICT else activity.title
        before = [(row.title, row.geometry) for row in areas_of(activity, kind)] if kind == DISTRICT else []
        data = drawn_file(kind, before, title, form.position.data or "")
        return _kept(number, kind, data, f"{kind}.geojson")
    except Invalid as invalid:
        field = form.title if invalid.field == "title" else form.position
        field.errors = [invalid.sentence]
        return _page(activity, {f"{kind}_drawn": form}), 422


def _kept(number: int, kind: str, data: bytes, name: str) -> ResponseReturnValue:
    person_id = g.viewer.person.id
    with writing():
        upload = begin_upload(g.tenant.id, person_id, name, len(data))
        add_piece(upload, 0, data)
        key = upload.key
    return redirect(url_for("areas.look", number=number, kind=kind, key=key), 303)


@bp.get(f"/{KINDS}/look/<key>")
@access(EDIT)
def look(number: int, kind: str, key: str) -> ResponseReturnValue:
    """What a file holds: each area with its name, corners and size. Nothing is changed yet."""
    activity, (name, found) = _activity(number), _read(kind, key, request.args.get("named", ""))
    shown = {"found": found, "picture": picture_of(found.entries), "sizes": [size_of(one) for one in found.entries]}
    outside = left_outside(activity, found.entries) if kind == AREA else 0
    here = {"activity": activity, "kind": kind, "key": key, "name": name, "outside": outside}
    return render_template("pages/areas/look.html", staff_nav=staff_nav(), **here, **shown)


@bp.post(f"/{KINDS}/take/<key>")
@access(EDIT)
def take(number: int, kind: str, key: str) -> ResponseReturnValue:
    """Take the areas of a file over, in place of those there are."""
    _activity(number)
    _name, found = _read(kind, key, request.form.get("named", ""))
    person_id = g.viewer.person.id
    with writing():
        change_areas(_activity(number), kind, found.entries, actor_id=person_id)
        end_upload(upload_of(g.tenant.id, person_id, key, lock=True))
    return redirect(url_for("areas.show", number=number, done="areas-taken"), 303)


def _read(kind: str, key: str, named: str) -> tuple[str, AreaFile]:
    upload = upload_of(g.tenant.id, g.viewer.person.id, key)
    return upload.name, read_areas(bytes_of(upload), kind, named)


@bp.route(f"/{KINDS}/remove", methods=["GET", "POST"])
@access(EDIT)
def remove(number: int, kind: str) -> ResponseReturnValue:
    """Take the area or the districts away, after its consequence was read."""
    activity = _activity(number)
    if request.method == "GET":
        areas = areas_of(activity, kind)
        return render_template(
            "pages/areas/remove.html", staff_nav=staff_nav(), activity=activity, kind=kind, areas=areas
        )
    person_id = g.viewer.person.id
    with writing():
        change_areas(_activity(number), kind, [], actor_id=person_id)
    return redirect(url_for("areas.show", number=number, done="areas-gone"), 303)


@bp.get(f"/{KINDS}.geojson")
@access(EDIT)
def download(number: int, kind: str) -> Response:
    """The areas as they are, as a file that can be taken over again."""
    data = as_file([(area.title, area.geometry) for area in areas_of(_activity(number), kind)])
    head = {"Content-Disposition": f'attachment; filename="{kind}.geojson"', "Cache-Control": "no-store"}
    return Response(data, mimetype="application/geo+json", headers=head)


def _page(activity: Activity, typed: dict[str, Any] | None = None) -> str:
    if typed:  # a refused form: its transaction may be over
        g.procedure = procedure_by_id(g.procedure.id)
        activity = _activity(activity.id)
    forms: dict[str, Any] = {}
    for kind in (AREA, DISTRICT):
        forms[f"{kind}_file"] = FileForm.about(kind, formdata=None)
        forms[f"{kind}_drawn"] = DrawnForm(formdata=None, prefix=kind)
    areas, districts = areas_of(activity, AREA), areas_of(activity, DISTRICT)
    shown = {"areas": areas, "districts": districts, "picture": picture_of([*areas, *districts])}
    forms |= typed or {}
    return render_template("pages/areas/show.html", staff_nav=staff_nav(), activity=activity, forms=forms, **shown)


def _activity(number: int) -> Activity:
    """A format of this procedure whose contributions lie on a map. Raises Unknown."""
    found: Activity | None = next((entry for entry in g.procedure.activities if entry.id == number), None)
    module: Module | None = current_app.extensions["registry"].get(found.module) if found else None
    if found is None or module is None or not any(kind.drawn for kind in module.contributions):
        raise Unknown
    return found
