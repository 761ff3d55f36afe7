"""What formats export, as files. `openness/tabular.py` describes CSV and JSON, `openness/geojson.py` GeoJSON.

`/<tenant>/<procedure>/-/exports/<activity>/<name>.<format>`; `?module=` says which, where two formats of a procedure
have the same address; an export may take more parts of the address as a selection. Rows of people are for those who
work on the procedure.
"""

from collections.abc import Generator, Iterator
from contextvars import copy_context
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request
from flask_babel import force_locale, get_locale
from flask_babel import lazy_gettext as _l

from participation.access.queries import viewer_for
from participation.access.rules import EXPORT, can
from participation.accounts.queries import person_at
from participation.interfaces import Export
from participation.kernel.clock import now
from participation.kernel.refusal import Refused, Unknown
from participation.openness import geojson, tabular
from participation.procedures.models import Activity
from participation.procedures.queries import procedure_by_id
from participation.voting.door import rows_of
from participation.voting.embargo import require_result
from participation.web.guard import public

bp = Blueprint("exports", __name__)
FORMATS = {**tabular.FORMATS, "geojson": geojson.MEDIA_TYPE}


@bp.url_value_preprocessor
def _take_activity(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The activity of the address belongs to a module, not to this blueprint, so the view looks for it itself."""
    g.activity_slug = g.names.pop("activity")


@bp.get("/<tenant>/<procedure>/-/exports/<activity>/<name>.<any(csv, json, geojson):format>")
@public
def download(name: str, format: str) -> Response:  # noqa: A002 - the word of the address
    """The rows of one export of an activity, streamed. Raises Unknown, and Refused for personal rows."""
    activity, export = _export(name)
    if format not in export.formats:
        raise Unknown
    if export.personal and not can(g.viewer, EXPORT, g.procedure).allowed:
        raise Refused(_l("Diese Datei enthält Angaben zu Personen. Sie ist nur für Mitarbeitende des Verfahrens."))
    require_result(activity, g.viewer)
    facts = _facts(activity, export)
    person_id = g.viewer.person.id if g.viewer.person else None
    numbers = (g.procedure.id, activity.id, person_id)
    pieces = _pieces(_app(), export, format, facts, numbers, g.viewer.proven, request.args.to_dict())
    filename = f"{g.procedure.slug}-{activity.slug}-{name}.{format}"
    response = Response(_steady(pieces), content_type=FORMATS[format])
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    if export.personal:
        response.headers["Cache-Control"] = "no-store"
    return response


def _export(name: str) -> tuple[Activity, Export]:
    wanted = request.args.get("module")
    for activity in g.procedure.activities:
        module = current_app.extensions["registry"].get(activity.module)
        if activity.slug == g.activity_slug and module is not None and wanted in (None, module.name):
            for export in module.exports:
                if export.name == name:
                    return activity, export
    raise Unknown


def _facts(activity: Activity, export: Export) -> dict[str, Any]:
    return {
        "procedure": g.procedure.title,
        "authority": g.tenant.name,
        "activity": activity.title,
        "export": str(export.title),
        "language": str(get_locale()),
        "made_at": now(),
    }


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _pieces(
    app: Flask,
    export: Export,
    format: str,  # noqa: A002
    facts: dict[str, Any],
    numbers: tuple[int, int, int | None],
    proven: bool,
    asked: dict[str, str],
) -> Generator[str, None, None]:
    """Runs after the request, when the server asks for the next piece: in a context and a transaction of its own,
    so everything is read anew by its number (procedure, activity, person).
    """
    procedure_id, activity_id, person_id = numbers
    with app.app_context(), force_locale(facts["language"]):
        procedure = procedure_by_id(procedure_id)
        assert procedure is not None, "the view has just shown it"
        activity = next(entry for entry in procedure.activities if entry.id == activity_id)
        viewer = viewer_for(person_at(person_id), procedure_id, proven=proven)
        rows = rows_of(activity, export, viewer, asked)
        is_map = format == "geojson"
        yield from geojson.write_geojson(rows, facts) if is_map else tabular.write(rows, format, facts)


def _steady(pieces: Generator[str, None, None]) -> Iterator[str]:
    """The pieces, each made in the same context, whichever the server asks from."""
    context = copy_context()
    try:
        while (piece := context.run(next, pieces, None)) is not None:
            yield piece
    finally:
        context.run(pieces.close)
