"""The log of moderation: what was decided, why and by whom; as a page and as a table."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, g, render_template, request, stream_with_context
from flask_babel import gettext as _

from participation.moderation.desk import Desk, work_at
from participation.moderation.log import ACTS, Chosen, log_page, whole_log
from participation.moderation.reasons import REASONS
from participation.openness.tabular import FORMATS, write_csv
from participation.pages.moderation_routes import bp, desk, small_number
from participation.web.guard import personal
from participation.web.staff_nav import staff_nav


@bp.get("/<tenant>/-/moderation/log")
@personal
def log() -> str:
    """The newest acts, of one kind, for one reason, about one contribution, or all."""
    here, narrow, chosen = desk(), _narrow(), _chosen()
    work = work_at(here)
    lines, following = log_page(narrow, chosen, after=small_number(request.args.get("after")))
    return render_template(
        "pages/moderation/log.html",
        staff_nav=staff_nav(work),
        desk=here,
        work=work,
        lines=lines,
        next=following,
        chosen=chosen,
        slug="" if narrow is here else request.args.get("procedure", ""),
        acts=ACTS,
        reasons=REASONS,
    )


@bp.get("/<tenant>/-/moderation/log.csv")
@personal
def log_table() -> Response:
    """The same as a table; its names are those of staff."""
    headers = {
        "Content-Disposition": f'attachment; filename="moderation-{g.tenant.slug}.csv"',
        "Cache-Control": "no-store",
    }
    body = write_csv(_rows(_narrow(), _chosen()))
    return Response(stream_with_context(body), content_type=FORMATS["csv"], headers=headers)


def _rows(here: Desk, chosen: Chosen) -> Iterator[Mapping[str, Any]]:
    for line in whole_log(here, chosen):
        yield {
            "zeit": line.at,
            "funktion": str(_("moderator")),
            "name": line.actor or "",
            "entscheidung": line.act,
            "grund": str(_(f"reason.{line.reason}")) if line.reason else "",
            "satz": line.sentence,
            "vorgangsnummer": line.reference,
            "verfahren": line.procedure,
            "zurueckgenommen": line.undone_at,
        }


def _narrow() -> Desk:
    return desk().narrowed(request.args.get("procedure", ""))


def _chosen() -> Chosen:
    return Chosen.of(*(request.args.get(name, "") for name in ("act", "reason", "reference")))
