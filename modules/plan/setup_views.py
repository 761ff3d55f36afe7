"""The page on which staff place layers on the map and read the documents in."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from modules.plan import services
from modules.plan.actions import PREPARE
from modules.plan.forms import PICTURE, SERVICE, LayerForm
from modules.plan.queries import layers_of
from modules.plan.routes import bp
from participation.documents.importing import import_text
from participation.documents.outlines import outline_of
from participation.documents.reading import ENDINGS, UnreadableFile
from participation.documents.reading.read import SIZE_LIMIT
from participation.kernel.db import writing
from participation.kernel.files import file_store
from participation.kernel.images import MOST_BYTES, page_of
from participation.kernel.refusal import Invalid, Refused
from participation.web.bodies import takes
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

LONGEST_SIDE = 4_000  # pixels of a plan's picture
LAYER_ENDINGS = ".pdf,.png,.jpg,.jpeg,.webp,.json,.geojson"


@bp.get("/setup")
@access(PREPARE)
def setup() -> ResponseReturnValue:
    """The layers, the form for a new one, and the documents."""
    return _page(LayerForm(formdata=None))


@bp.post("/setup")
@access(PREPARE)
@takes(file=MOST_BYTES)
def add() -> ResponseReturnValue:
    """Add a layer; what is wrong is said at its field."""
    form = LayerForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        if not _has_added(form):
            return _page(form), 422
    except Invalid as invalid:
        name = invalid.field if invalid.field in form else "file"
        form[name].errors = [*form[name].errors, invalid.sentence]
        return _page(form), 413 if g.get("file_too_large") else invalid.status
    return redirect(url_for("plan.setup", done="saved"), 303)


def _has_added(form: LayerForm) -> bool:
    """Whether the layer was stored. Pictures are made anew before the write begins."""
    said: dict[str, Any] = {"title": form.title.data or "", "legend": form.legend.data or ""}
    data = form.file.data.read() if form.file.data else b""
    if form.kind.data == SERVICE:
        with writing():
            address, layers = form.address.data or "", form.layers.data or ""
            services.add_service(g.activity, **said, address=address, layers=layers, actor_id=g.viewer.person.id)
        return True
    if g.get("file_too_large"):
        raise Invalid(_l("Die Datei ist zu groß. Möglich sind 40 MB."), field="file")
    if not data:
        raise Invalid(_l("Bitte wählen Sie eine Datei."), field="file")
    if form.kind.data == PICTURE:
        return _has_placed(form, data, said)
    with writing():
        source = data.decode("utf-8-sig", "replace")
        services.add_shapes(g.activity, **said, source=source, actor_id=g.viewer.person.id)
    return True


def _has_placed(form: LayerForm, data: bytes, said: dict[str, Any]) -> bool:
    """A picture, or a page of a PDF; all else is judged before it is drawn."""
    corners, number = form.corners(), form.page_number()
    if corners is None or number is None:
        return False
    services.check_picture(g.activity, **said, bounds=corners)
    made = page_of(data, number, longest=LONGEST_SIDE)
    file: dict[str, Any] = {"media_type": made.media_type, "size": len(made.data)}
    file["stored_name"] = file_store().put(made.data)
    with writing():
        services.add_picture(g.activity, **said, bounds=corners, **file, actor_id=g.viewer.person.id)
    return True


@bp.post("/setup/<key>/remove")
@access(PREPARE)
def remove(key: str) -> ResponseReturnValue:
    """Take a layer out."""
    with writing():
        services.remove_layer(g.activity, key, actor_id=g.viewer.person.id)
    return redirect(url_for("plan.setup", done="saved"), 303)


@bp.post("/setup/text")
@access(PREPARE)
@takes(file=SIZE_LIMIT)
def read_text() -> ResponseReturnValue:
    """Read the documents in from a file, as text with paragraphs that can be commented on."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(LayerForm(formdata=None), _l("Bitte wählen Sie eine Datei.")), 422
    data, name = file.read(), file.filename
    try:
        with writing():
            import_text(g.activity, data, name, actor_id=g.viewer.person.id)
    except UnreadableFile as unreadable:
        return _page(LayerForm(formdata=None), unreadable.sentence), 422
    except Refused as refused:
        return _page(LayerForm(formdata=None), refused.sentence), refused.status
    return redirect(url_for("plan.setup", done="saved"), 303)


def _page(form: LayerForm, problem: Any = "") -> str:
    return render_template(
        "plan/setup.html",
        staff_nav=staff_nav(),
        layers=layers_of(g.activity),
        outline=outline_of(g.activity),
        form=form,
        problem=problem,
        endings=",".join(ENDINGS),
        layer_endings=LAYER_ENDINGS,
    )
