"""The page of a procedure, its picture, and its poster for people who are not on the internet yet."""

from dataclasses import replace
from urllib.parse import urlsplit

import segno
from flask import Blueprint, Response, current_app, g, render_template, url_for
from flask_babel import gettext as _

from participation.kernel.clock import last_day, today
from participation.kernel.dates import day_with_weekday
from participation.kernel.refusal import Unknown
from participation.pages.portal import kept, picture_type
from participation.procedures.entries import public_entries
from participation.procedures.levels import LEVELS
from participation.procedures.lifecycle import INTERNAL, Stage
from participation.procedures.models import Procedure
from participation.procedures.overview import contributions_by_activity, picture_of
from participation.procedures.queries import stage_of
from participation.results.queries import Version, newest_version
from participation.web import procedure_words as words
from participation.web.guard import public
from participation.web.preview import outside
from participation.web.procedure_steps import ENDED, phase_rows, steps_of

bp = Blueprint("procedures", __name__, url_prefix="/<tenant>/<procedure>")


@bp.get("/")
@public
def show() -> str:
    """What it is about, until when, what I can do now; then everything else."""
    procedure = g.procedure
    counts = contributions_by_activity(procedure.id)
    stage = stage_of(procedure)
    result = newest_version(procedure.id) if stage in ENDED else None
    return render_template(
        "pages/procedures/show.html",
        procedure=procedure,
        stage=stage,
        internal=stage in INTERNAL,
        sentence=words.first_sentence(procedure.summary),
        level=LEVELS.get(procedure.level),
        now=(now := with_result(words.what_now(procedure), result)),
        deadline=deadline_of(now),
        steps=steps_of(procedure),
        ended=stage in ENDED,
        vote_only=words.is_vote_only(procedure),
        overdue=is_overdue(procedure, stage),
        activities=[(entry, words.activity_url(entry), counts.get(entry.id, 0)) for entry in procedure.activities],
        phases=phase_rows(procedure),
        begins_on=first_day(procedure),
        address=full_address(procedure),
        result=result,
        entries=public_entries(procedure, institution="institutions" in {kind for _number, kind in g.viewer.lists}),
    )


def with_result(now: words.WhatNow, result: Version | None) -> words.WhatNow:
    """Once there is a result, it is what everybody comes for."""
    return replace(now, label=_("Ergebnis ansehen"), url=url_for("results.show")) if result else now


@bp.get("/-/picture")
@public
def picture() -> Response:
    """The picture of the procedure; 404 where there is none."""
    data = picture_of(g.procedure.id)
    if data is None:
        raise Unknown
    return kept(data, picture_type(data), str(g.procedure.version))


@bp.get("/-/poster")
@public
def poster() -> str:
    """One A4 page to print and hang up: title, one sentence, until when, QR code, and how it goes without internet."""
    procedure = g.procedure
    address = full_address(procedure)
    return render_template(
        "pages/procedures/poster.html",
        procedure=procedure,
        sentence=words.first_sentence(procedure.summary),
        deadline=deadline_of(words.what_now(procedure)),
        begins_on=first_day(procedure),
        stage=stage_of(procedure),
        address=address,
        spoken=address.partition("://")[2],
        code=qr_code(address),
    )


@bp.app_url_defaults
def _add_version(endpoint: str, values: dict[str, object]) -> None:
    """The address of the picture changes with the procedure, so that browsers may keep it for a year."""
    if endpoint == "procedures.picture" and g.get("procedure") is not None:
        values.setdefault("v", str(g.procedure.version))


def full_address(procedure: Procedure) -> str:
    """The address as people type it from paper: of the portal, or of the authority's own host."""
    base = str(current_app.config["SETTINGS"]["base_url"]).rstrip("/")
    path = outside(url_for("procedures.show"))
    if procedure.tenant.host:
        base = f"{urlsplit(base).scheme}://{procedure.tenant.host}"
        path = path.replace(f"/{procedure.tenant.slug}/{procedure.slug}/", f"/{procedure.slug}/")
    return base + path


def qr_code(address: str) -> str:
    """The address as a QR code that survives a stain (error correction M): an SVG as a data: address."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(border=2, light="#fff"))


def deadline_of(now: words.WhatNow) -> tuple[int, str] | None:
    """Days left and the last day in words, while people can take part; else None."""
    return (words.days_left(now.ends_at), day_with_weekday(last_day(now.ends_at))) if now.ends_at else None


def first_day(procedure: Procedure) -> str | None:
    """The day on which people can first take part, in words."""
    rows = [phase.begins_at for activity in procedure.activities for phase in activity.phases]
    return day_with_weekday(min(rows)) if rows else None


def is_overdue(procedure: Procedure, stage: Stage) -> bool:
    """Whether an answer was promised by a day that is over, and has not come."""
    return procedure.answers_by is not None and procedure.answers_by < today() and stage not in ENDED
