"""Pages for staff: choose files with ideas, look at what would come of them, take them over."""

from contextlib import suppress
from typing import Any, Final, NamedTuple

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import FileField

from modules.ideas.actions import PREPARE
from modules.ideas.importing.plan import File, Plan, look
from modules.ideas.importing.reading import COLUMNS, ENDINGS
from modules.ideas.importing.writing import take_over
from modules.ideas.routes import bp
from participation.kernel.db import writing
from participation.kernel.refusal import Invalid, Refused, Unknown
from participation.kernel.tables import MOST_BYTES
from participation.kernel.uploads import add_piece, begin_upload, bytes_of, end_upload, upload_of
from participation.web.bodies import takes
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

SHOWN: Final = 100  # bad rows that are named on the page
NAMES: Final = ("ideas", "comments")  # of the fields, and of the keys in the address
EMPTY: Final = _l("Bitte wählen Sie eine Datei mit Inhalt.")
TOO_LARGE: Final = _l("Die Datei ist zu groß. Möglich sind 10 MB. Bitte teilen Sie sie.")


class Chosen(NamedTuple):
    """A file that was chosen before."""

    key: str
    name: str


class FilesForm(FlaskForm):  # type: ignore[misc]
    """A file with ideas, one with comments, or both."""

    ideas = FileField(
        _l("Datei mit Ideen"), description=_l("CSV, XLSX oder GeoJSON mit Punkten, bis 10 MB und 10.000 Zeilen.")
    )
    comments = FileField(
        _l("Datei mit Kommentaren dazu"),
        description=_l("CSV oder XLSX. Jede Zeile nennt in der Spalte proposal_id die Kennung (id) ihrer Idee."),
    )


class TakeForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the button."""


@bp.route("/setup/import", methods=["GET", "POST"])
@access(PREPARE)
@takes(file=2 * MOST_BYTES)
def choose_files() -> ResponseReturnValue:
    """Choose files; by POST keep them for two days and look into them. What was chosen before stays beside new ones."""
    form, before = FilesForm(), _before()
    if form.validate_on_submit():
        try:
            kept: dict[str, Any] = _kept(form, before)
            return redirect(url_for("ideas.check_files", **kept), 303)
        except Invalid as invalid:
            form[invalid.field].errors = [invalid.sentence]
    shown: dict[str, Any] = {"form": form, "before": before, "columns": COLUMNS, "endings": ENDINGS}
    page = render_template("ideas/import.html", staff_nav=staff_nav(), **shown)
    return page, 422 if form.is_submitted() else 200, {"Cache-Control": "no-store"}


def _before() -> dict[str, Chosen]:
    """The files that the address names, of those that are still kept."""
    found = {}
    for name in NAMES:
        with suppress(Unknown):
            upload = upload_of(g.tenant.id, g.viewer.person.id, request.args.get(name, ""))
            found[name] = Chosen(upload.key, upload.name)
    return found


def _kept(form: FilesForm, before: dict[str, Chosen]) -> dict[str, Any]:
    """The keys of the files, new ones in place of those chosen before. Raises Invalid with the field."""
    if g.get("file_too_large"):
        raise Invalid(TOO_LARGE, field=NAMES[0])
    sent = {name: found for name in NAMES if (found := _sent(form[name].data, name))}
    if not (sent or before):
        raise Invalid(EMPTY, field=NAMES[0])
    by = g.viewer.person.id
    with writing():
        for name in sent.keys() & before.keys():
            end_upload(upload_of(g.tenant.id, by, before[name].key, lock=True))
        return {name: chosen.key for name, chosen in before.items()} | {
            name: _keep(by, name, *file) for name, file in sent.items()
        }


def _sent(file: FileStorage | None, name: str) -> File | None:
    if not (file and file.filename):
        return None
    data = file.read(MOST_BYTES + 1)
    if not data or len(data) > MOST_BYTES:
        raise Invalid(TOO_LARGE if data else EMPTY, field=name)
    return data, str(file.filename)


def _keep(by: int, name: str, data: bytes, filename: str) -> str:
    try:
        upload = begin_upload(g.tenant.id, by, filename, len(data))
    except Invalid as invalid:
        raise Invalid(invalid.sentence, field=name) from None
    add_piece(upload, 0, data)
    return upload.key


@bp.route("/setup/import/look", methods=["GET", "POST"])
@access(PREPARE)
def check_files() -> ResponseReturnValue:
    """What the files hold, row by row; by POST take all of it over."""
    form, keys = TakeForm(), [request.args.get(name, "") for name in NAMES]
    if not any(keys):
        return redirect(url_for("ideas.choose_files"), 303)
    try:
        plan = look(g.activity, *(_file(key) for key in keys))
        if not form.validate_on_submit():
            return _checked(form, plan)
        _take(plan, keys)
    except Refused as refused:
        return _checked(form, None, refused)
    return redirect(url_for("ideas.index", done="ideas-taken"), 303)


def _file(key: str) -> File | None:
    if not key:
        return None
    upload = upload_of(g.tenant.id, g.viewer.person.id, key)
    return bytes_of(upload), upload.name


def _take(plan: Plan, keys: list[str]) -> None:
    by = g.viewer.person.id
    with writing():
        take_over(g.activity, plan, actor_id=by)
        for key in filter(None, keys):
            end_upload(upload_of(g.tenant.id, by, key))


def _checked(form: TakeForm, plan: Plan | None, refused: Refused | None = None) -> ResponseReturnValue:
    shown: dict[str, Any] = {"form": form, "plan": plan, "refusal": refused.sentence if refused else None}
    keys: dict[str, Any] = {name: key for name in NAMES if (key := request.args.get(name))}
    page = render_template(
        "ideas/import_look.html",
        staff_nav=staff_nav(),
        most=SHOWN,
        again=url_for("ideas.choose_files", **keys),
        **shown,
    )
    return page, refused.status if refused else 200, {"Cache-Control": "no-store"}
