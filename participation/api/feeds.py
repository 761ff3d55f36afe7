"""News as Atom, for a format, a procedure, an authority and the portal; the dates of a procedure as iCalendar.

They show what everybody may see, whoever asks; `openness/atom.py` and `openness/calendar.py` describe the formats.
"""

import hashlib
from datetime import datetime

from flask import Blueprint, Response, current_app, g, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from participation.interfaces import Date
from participation.kernel.refusal import Unknown
from participation.openness import atom as writer
from participation.openness import calendar as ics
from participation.openness.atom import Entry, Feed, tag
from participation.openness.news import ContributionNews, StageNews, contribution_news, stage_news
from participation.tenants.models import Tenant
from participation.web.guard import public
from participation.web.site import language_url

bp = Blueprint("feeds", __name__)

BEGINNING = datetime.fromisoformat("2026-01-01T00:00:00+00:00")  # of a feed that never had news


@bp.get("/<tenant>/<procedure>/-/feed.atom")
@public
def atom() -> Response:
    """Stages and contributions of a procedure."""
    where = f"{g.tenant.slug}/{g.procedure.slug}"
    entries = _entries(g.tenant.id, g.procedure.id)
    return _feed(g.procedure.title, where, url_for("procedures.show"), g.procedure.created_at, entries)


@bp.get("/<tenant>/<procedure>/-/activities/<module>/<slug>/feed.atom")
@public
def activity_atom(module: str, slug: str) -> Response:
    """The contributions of one format, without the answers to them."""
    activity = next((entry for entry in g.procedure.activities if (entry.module, entry.slug) == (module, slug)), None)
    if activity is None:
        raise Unknown
    where = f"{g.tenant.slug}/{g.procedure.slug}/{module}/{slug}"
    url = url_for("procedures.show") + f"{module}/{slug}/"
    entries = [_contribution(news) for news in contribution_news(g.tenant.id, g.procedure.id, activity.id)]
    return _feed(f"{activity.title} – {g.procedure.title}", where, url, g.procedure.created_at, entries)


@bp.get("/<tenant>/-/feed.atom")
@public
def tenant_atom() -> Response:
    """Stages and contributions of all procedures of an authority."""
    entries = _entries(g.tenant.id)
    return _feed(g.tenant.name, g.tenant.slug, url_for("portal.tenant_home"), BEGINNING, entries)


@bp.get("/-/feed.atom", defaults={"tenant": None})
@public
def portal_atom() -> Response:
    """Stages and contributions of all procedures of all authorities."""
    return _feed(_settings()["name"], "portal", url_for("portal.home"), BEGINNING, _entries())


@bp.get("/<tenant>/<procedure>/-/dates.ics")
@public
def calendar() -> Response:
    """Phases, answers and decision of a procedure, and the dates its formats add."""
    url = _whole(url_for("procedures.show"))
    registry = current_app.extensions["registry"]
    dates: dict[int, list[Date]] = {}
    for activity in g.procedure.activities:
        module = registry.get(activity.module)
        if module is not None and module.dates is not None:
            dates[activity.id] = list(module.dates(activity))
    response = _answer(ics.write(g.procedure, url, dates), "text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{g.procedure.slug}.ics"'
    response.make_conditional(request)
    return response


def _entries(tenant_id: int | None = None, procedure_id: int | None = None) -> list[Entry]:
    stages = [_stage(news) for news in stage_news(tenant_id, procedure_id)]
    contributions = [_contribution(news) for news in contribution_news(tenant_id, procedure_id)]
    return sorted([*stages, *contributions], key=lambda entry: entry.updated, reverse=True)


def _stage(news: StageNews) -> Entry:
    url = url_for("procedures.show", tenant=news.tenant, procedure=news.procedure)
    title = f"{news.title} · {_('stage.' + news.stage)}"
    return Entry(
        id=_tag(f"{news.tenant}/{news.procedure}/stage/{news.event_id}"), title=title, url=_whole(url), updated=news.at
    )


def _contribution(news: ContributionNews) -> Entry:
    url = url_for("contributions.show", tenant=news.tenant, procedure=news.procedure, reference=news.reference)
    title = news.title or _("Beitrag zu „%(title)s“", title=news.procedure_title)
    return Entry(
        id=_tag(f"{news.tenant}/{news.procedure}/contribution/{news.reference}"),
        title=title,
        url=_whole(url),
        updated=news.edited_at or news.created_at,
        html=news.html,
        author=news.pseudonym,
    )


def _feed(title: str, where: str, url: str, since: datetime, entries: list[Entry]) -> Response:
    tenant: Tenant | None = g.tenant
    feed = Feed(
        id=_tag(f"feed/{where}"),
        title=title,
        url=_whole(url),
        self_url=_whole(language_url(str(get_locale()))),
        author=tenant.name if tenant else _settings()["name"],
        language=str(get_locale()),
        since=since,
        entries=entries,
    )
    response = _answer(writer.write(feed), "application/atom+xml")
    response.last_modified = feed.updated
    response.make_conditional(request)
    return response


def _answer(content: bytes, media_type: str) -> Response:
    response = Response(content, content_type=f"{media_type}; charset=utf-8")
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    return response


def _tag(what: str) -> str:
    return tag(_settings()["base_url"], what)


def _whole(path: str) -> str:
    return f"{request.scheme}://{request.host}{path}"


def _settings() -> dict[str, str]:
    settings: dict[str, str] = current_app.config["SETTINGS"]
    return settings
