"""The synopsis of a published result, for everybody: as a page, as data, and as files made with the result."""

from collections.abc import Iterator
from itertools import groupby

from flask import Blueprint, Response, g, render_template, request, send_file, stream_with_context

from participation.kernel.files import file_store
from participation.kernel.refusal import Unknown
from participation.openness.outputs import words
from participation.openness.outputs.cases import cases_in
from participation.openness.outputs.files import pieces
from participation.openness.outputs.kinds import FORMATS, file_name
from participation.openness.outputs.queries import offered_in
from participation.openness.outputs.scope import Scope
from participation.procedures.queries import procedure_by_id
from participation.results.freezing import at_one_moment
from participation.results.queries import newest_version
from participation.web.guard import public

bp = Blueprint("synopsis", __name__, url_prefix="/<tenant>/<procedure>/-/synopsis")

PAGE = 25


@bp.get("")
@public
def show() -> str:
    """Contribution, weighing, answer and change in the order of the text; 404 until there is a result."""
    scope = _scope()
    numbers = scope.page(_after(), PAGE + 1)
    cases = list(cases_in(scope, numbers[:PAGE]))
    groups = groupby(cases, key=lambda case: (case.row.activity, words.place(case)))
    return render_template(
        "pages/outputs/synopsis.html",
        procedure=g.procedure,
        cases=cases,
        groups=[(head, list(lines)) for head, lines in groups],
        next=numbers[PAGE - 1] if len(numbers) > PAGE else None,
        is_first=_after() is None,
        words=words,
        offered=offered_in(g.procedure.id),
        formats=FORMATS,
    )


@bp.get("/data.<any(csv, json):format>")
@public
def data(format: str) -> Response:  # noqa: A002 - the word of the address
    """The same as data, streamed."""
    scope = _scope()
    answer = Response(stream_with_context(_pieces(scope.procedure.id, format)), content_type=FORMATS[format].media_type)
    name = file_name(g.tenant.slug, g.procedure.slug, "synopsis", format, "public")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _pieces(procedure_id: int, format_: str) -> Iterator[str]:
    """Runs while the server sends: from one moment of the database."""
    procedure = procedure_by_id(procedure_id)
    assert procedure is not None, "the view has just shown it"
    yield from pieces(Scope(procedure=at_one_moment(procedure), names="public"), "synopsis", format_)


@bp.get("/<int:number>/file")
@public
def file(number: int) -> Response:
    """A file that was made with the result; gone as soon as anything in it is not public any more."""
    _scope()
    found = next((entry for entry in offered_in(g.procedure.id) if entry.id == number), None)
    if found is None:
        raise Unknown
    name = file_name(g.tenant.slug, g.procedure.slug, "synopsis", found.format, "public")
    stored, media_type = file_store().open(found.stored_name), FORMATS[found.format].media_type
    answer = send_file(stored, media_type, as_attachment=True, download_name=name, etag=found.hash)
    answer.content_length = found.size
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _scope() -> Scope:
    """What everybody may read, once there is a result."""
    if newest_version(g.procedure.id) is None or g.procedure.visible_to != "public":
        raise Unknown
    return Scope(procedure=g.procedure, names="public")


def _after() -> int | None:
    typed = request.args.get("after", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
