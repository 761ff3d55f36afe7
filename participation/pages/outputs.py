"""Outputs in the workspace: ask for a file with one click, see how far it is, take it away."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from participation.access.rules import ANSWER, EXPORT, can, require
from participation.kernel.db import writing
from participation.kernel.files import file_store
from participation.kernel.refusal import Invalid, Unknown
from participation.openness.outputs import services
from participation.openness.outputs.kinds import FORMATS, KINDS, NAMES, checked, file_name
from participation.openness.outputs.models import Output
from participation.openness.outputs.queries import output_in, outputs_of
from participation.openness.outputs.scope import Scope
from participation.pages.account_forms import blame
from participation.pages.output_forms import ReasonForm
from participation.web.fields import fields
from participation.web.guard import access
from participation.web.staff_nav import staff_nav

bp = Blueprint("outputs", __name__, url_prefix="/<tenant>/<procedure>/-/manage/outputs")

TITLES = {"pseudonymised": _l("Pseudonymisiert"), "names": _l("Mit Namen"), "public": _l("Öffentlich")}
SAID = {
    "pseudonymised": _l(
        "Alles, was in der Akte steht. Personen haben eine Nummer, Organisationen behalten ihren Namen. "
        "Nur für den Dienst."
    ),
    "names": _l(
        "Mit Namen und Adressen, soweit bekannt. Vorher sehen Sie, was das Haus verlässt, und nennen den Zweck."
    ),
    "public": _l("Nur, was alle auf der Seite lesen können. Diese Dateien können Sie weitergeben."),
}


@bp.get("")
@access(ANSWER)
def index() -> str:
    """What there is to ask for, and what was asked for."""
    return _index()


def _index(refusal: Any = None) -> str:
    names, may_name = fields().get("names", ""), can(g.viewer, EXPORT, g.procedure).allowed
    names = names if names in NAMES else NAMES[0]
    shown = [name for name in NAMES if name != "names" or may_name]
    return render_template(
        "pages/outputs/index.html",
        staff_nav=staff_nav(),
        kinds=KINDS,
        formats=FORMATS,
        names=names,
        said=SAID[names],
        titles=TITLES,
        choices=[(TITLES[name], url_for("outputs.index", names=name), name == names, None) for name in shown],
        may_name=may_name,
        outputs=outputs_of(g.procedure.id),
        is_public=g.procedure.visible_to == "public",
        refusal=refusal,
    )


@bp.post("")
@access(ANSWER)
def ask() -> ResponseReturnValue:
    """Ask for a file that names nobody."""
    names = request.form.get("names", "")
    if names == "names":
        return redirect(url_for("outputs.warn", kind=request.form.get("kind"), format=request.form.get("format")))
    try:
        _request(request.form.get("kind", ""), request.form.get("format", ""), names)
    except Invalid as error:
        return _index(error.sentence), error.status
    return redirect(url_for("outputs.index", names=names, done="output-requested", _anchor="outputs"))


@bp.route("/with-names", methods=["GET", "POST"])
@access(EXPORT)
def warn() -> ResponseReturnValue:
    """What leaves the platform when people are named; by POST ask for the file, with a reason."""
    kind, format_, form = request.args.get("kind", ""), request.args.get("format", ""), ReasonForm()
    try:
        checked(kind, format_, "names")
    except Invalid as error:
        raise Unknown from error
    if form.validate_on_submit() and _has_asked(form, kind, format_):
        return redirect(url_for("outputs.index", names="names", done="output-requested", _anchor="outputs"))
    about = {
        "kind": KINDS[kind],
        "format": FORMATS[format_],
        "count": Scope(procedure=g.procedure, names="names").count(),
    }
    page = render_template("pages/outputs/warn.html", staff_nav=staff_nav(), form=form, **about)
    return page, 422 if form.errors else 200


def _has_asked(form: ReasonForm, kind: str, format_: str) -> bool:
    try:
        _request(kind, format_, "names", form.reason.data or "")
        return True
    except Invalid as error:
        blame(form, error)
        return False


def _request(kind: str, format_: str, names: str, reason: str = "") -> None:
    what = {"kind": kind, "format_": format_, "names": names, "reason": reason}
    actor_id = g.viewer.person.id
    with writing():
        services.request_output(g.procedure, **what, actor_id=actor_id)


@bp.get("/state")
@access(ANSWER)
def state() -> Response:
    """How far the outputs are, for the page that is open."""
    rows = outputs_of(g.procedure.id)
    answer = jsonify({str(row.id): {"state": row.state, "percent": row.percent} for row in rows})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/<int:number>/file")
@access(ANSWER)
def fetch(number: int) -> Response:
    """The file; that it leaves is in the log before its first byte is sent."""
    output = _output(number)
    actor_id = g.viewer.person.id
    with writing():
        stored_name = services.fetch(output, actor_id=actor_id)
        what = {"kind": output.kind, "format_": output.format, "names": output.names}
        digest, size = output.hash, output.size
    name = file_name(g.tenant.slug, g.procedure.slug, **what)
    file = file_store().open(stored_name)
    answer = send_file(file, FORMATS[what["format_"]].media_type, as_attachment=True, download_name=name, etag=digest)
    answer.content_length = size
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/<int:number>/again")
@access(ANSWER)
def again(number: int) -> ResponseReturnValue:
    """Make a file that failed after all."""
    output, actor_id = _output(number), g.viewer.person.id
    with writing():
        services.try_again(output, actor_id=actor_id)
    return redirect(url_for("outputs.index", done="output-requested", _anchor="outputs"))


@bp.post("/<int:number>/discard")
@access(ANSWER)
def discard(number: int) -> ResponseReturnValue:
    """Remove a file before its time."""
    output = _output(number)
    with writing():
        services.discard(output)
    return redirect(url_for("outputs.index", done="output-discarded", _anchor="outputs"))


def _output(number: int) -> Output:
    """An output of this procedure; one with names only for those who may have them."""
    output = output_in(g.procedure.id, number) if number < 2**31 else None
    if output is None:
        raise Unknown
    if output.names == "names":
        require(g.viewer, EXPORT, g.procedure)
    return output
