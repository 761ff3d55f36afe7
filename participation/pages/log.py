"""Who did what when in a procedure."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, g, render_template, request, stream_with_context

from participation.access.rules import MANAGE
from participation.kernel.seal import verify
from participation.openness.tabular import FORMATS, write_csv
from participation.procedures.log import log_page, sealed_until, whole_log
from participation.web.guard import access
from participation.web.log_words import KINDS, lines
from participation.web.staff_nav import staff_nav

bp = Blueprint("log", __name__, url_prefix="/<tenant>/<procedure>/-/manage/log")


@bp.get("/")
@access(MANAGE)
def show() -> str:
    """The newest acts, of one kind or of all."""
    page = log_page(g.procedure.id, _prefixes(), request.args.get("after"))
    return render_template(
        "pages/log/show.html",
        staff_nav=staff_nav(),
        lines=list(lines(page.entries)),
        next=page.next,
        is_first="after" not in request.args,
        kinds=[(key, title) for key, (title, _prefixes) in KINDS.items()],
        kind=_kind(),
        sealed_until=sealed_until(g.procedure.id),
    )


@bp.get("/check")
@access(MANAGE)
def check() -> str:
    """Walk the chain of the authority and say whether anything in it was changed."""
    found = verify(g.tenant.id)
    return render_template(
        "pages/log/check.html",
        staff_nav=staff_nav(),
        is_whole=found.broken_at is None,
        sealed_until=sealed_until(g.procedure.id),
    )


@bp.get("/log.csv")
@access(MANAGE)
def download() -> Response:
    """The whole log as a table; its names are those of staff."""
    name = f"protokoll-{g.procedure.slug}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    body = write_csv(_rows(g.procedure.id, _prefixes()))
    return Response(stream_with_context(body), content_type=FORMATS["csv"], headers=headers)


def _rows(procedure_id: int, prefixes: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    for line in lines(whole_log(procedure_id, prefixes)):
        yield {
            "zeit": line.at, "wer": line.actor, "was": line.what, "grund": line.reason, "einzelheiten": line.details
        }  # fmt: skip


def _kind() -> str:
    kind = request.args.get("kind", "")
    return kind if kind in KINDS else ""


def _prefixes() -> tuple[str, ...]:
    return KINDS[_kind()][1] if _kind() else ()
