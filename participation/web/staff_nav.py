"""The side menu of the staff: only what the viewer may, with the number of what waits there."""

from flask import g, request, url_for
from flask_babel import gettext as _

from participation.access.rules import INVITE, can
from participation.moderation.desk import Work, desk_of, may_moderate, work_at

Entry = tuple[str, str, bool, int | None]


def staff_nav(work: Work | None = None) -> list[Entry]:
    """Entries (text, address, current, count) of the staff menu; give `work` where the page has read it."""
    if g.tenant is None:
        return [_entry(_("Gemeldete Barrieren"), "moderation.barriers")]
    entries = []
    if may_moderate(g.viewer, g.tenant):
        work = work or work_at(desk_of(g.viewer, g.tenant))
        entries.append(_entry(_("moderator"), "moderation.queue", work.open))
    entries.append(_entry(_("Verfahren"), "portal.procedures"))
    if can(g.viewer, INVITE, g.tenant).allowed:
        entries.append(_entry(_("Team"), "staff.team"))
    return entries


def _entry(text: str, endpoint: str, count: int | None = None) -> Entry:
    return text, url_for(endpoint), request.blueprint == endpoint.partition(".")[0], count


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
