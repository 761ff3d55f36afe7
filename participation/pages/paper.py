"""The sheet for people who are not on the internet: question, deadline, lines to write on, where to hand it in."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, render_template, request, url_for

from participation.contributions.intake_checks import formats_of, kind_of
from participation.contributions.targets import place_exists
from participation.kernel.clock import last_day, now
from participation.kernel.refusal import Unknown
from participation.pages.procedures import qr_code
from participation.procedures.models import Activity
from participation.procedures.queries import stage_of
from participation.web import procedure_words as words
from participation.web.guard import public
from participation.web.preview import outside

bp = Blueprint("paper", __name__, url_prefix="/<tenant>/<procedure>/-/paper")


@bp.get("")
@public
def sheet() -> str:
    """Two pages A4, front and back of one sheet; `at` names the section that it is about."""
    activity = _activity()
    place = request.args.get("at", "")
    kind = kind_of(activity)
    assert kind is not None, "formats_of gives only those that take contributions"
    if not place_exists(kind, activity, place):
        raise Unknown
    address = public_address("procedures.show")
    return render_template(
        "pages/paper/sheet.html",
        activity=activity,
        procedure=g.procedure,
        sentence=words.first_sentence(g.procedure.summary),
        stage=stage_of(g.procedure),
        until=_until(activity, kind.action),
        place=kind.place_title(activity, place) if kind.place_title and place else "",
        has_places=kind.place_title is not None,
        spoken=address.partition("://")[2],
        code=qr_code(address),
    )


def _activity() -> Activity:
    """The format the sheet is for: the named one, or the first that people write to."""
    offered = formats_of(g.procedure)
    named = request.args.get("activity", "")
    found = next((entry for entry in offered if entry.slug == named), offered[0] if offered and not named else None)
    if found is None:
        raise Unknown
    return found


def _until(activity: Activity, action: str) -> object:
    """The last day of the phase that is open or comes next; None once all are over."""
    coming = [phase.ends_at for phase in activity.phases if action in phase.opens and phase.ends_at > now()]
    return last_day(min(coming)) if coming else None


def public_address(endpoint: str, **values: Any) -> str:
    """The whole address of a page of this authority as people type it from paper."""
    base = str(current_app.config["SETTINGS"]["base_url"]).rstrip("/")
    path = outside(url_for(endpoint, **values))
    if g.tenant.host:
        base = f"{urlsplit(base).scheme}://{g.tenant.host}"
        path = path.removeprefix(f"/{g.tenant.slug}") if not g.get("host_tenant") else path
    return base + path
