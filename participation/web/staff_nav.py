"""The side menu of the staff: only what the viewer may, with the number of what waits there."""

from flask import g, request, url_for
from flask_babel import gettext as _

from participation.access.rules import INVITE, can
from participation.moderation.desk import Work, desk_of, may_moderate, work_at

Entry = tuple[str, str, bool, int | None]


def staff_nav(work: Work | None = None) -> list[Entry]:
    """Entries (text, address, current, count) of an authority's staff menu; give `work` where the page has read it."""
    entries: list[tuple[str, str, int | None]] = [(_("Verfahren"), url_for("portal.procedures"), None)]
    if may_moderate(g.viewer, g.tenant):
        work = work or work_at(desk_of(g.viewer, g.tenant))
        entries.insert(0, (_("moderator"), url_for("moderation.queue"), work.open))
    if can(g.viewer, INVITE, g.tenant).allowed:
        entries.append((_("Team"), url_for("staff.team"), None))
    return [(text, url, _is_here(url), count) for text, url, count in entries]


def _is_here(url: str) -> bool:
    path = request.script_root + request.path
    return path == url or path.startswith(f"{url}/")


def staff_home() -> str | None:
    """Where "Verwaltung" in the account menu leads, None for everybody who is no staff here; asks no database."""
    viewer, tenant = g.get("viewer"), g.get("tenant")
    if viewer is None or viewer.person is None:
        return None
    if tenant is None:
        return url_for("moderation.barriers") if viewer.person.is_operator else None
    if may_moderate(viewer, tenant):
        return url_for("moderation.queue")
    return url_for("staff.team") if can(viewer, INVITE, tenant).allowed else None
