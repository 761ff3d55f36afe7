"""The blueprint of moderation; its views stand in the moderation_… files. What several of them read from a request."""

from typing import Any

from flask import Blueprint, g, request
from flask_babel import format_timedelta

from participation.contributions.models import Contribution
from participation.kernel.clock import now
from participation.moderation.desk import Desk, desk_of
from participation.moderation.queries import contribution_for
from participation.moderation.queue import LISTS
from participation.moderation.services import Seen
from participation.tenants.attendance import attendance_of
from participation.tenants.models import Tenant
from participation.web.fields import fields

bp = Blueprint("moderation", __name__)


@bp.app_template_filter("checked_within")
def checked_within(tenant: Tenant) -> int:
    """In how many hours contributions are mostly checked here."""
    return attendance_of(tenant).within


def desk() -> Desk:
    """The desk of who is logged in, read once for a page. Raises Refused."""
    if "desk" not in g:
        g.desk = desk_of(g.viewer, g.tenant)
    found: Desk = g.desk
    return found


def on_desk(reference: str) -> Contribution:
    """A contribution of the desk. Raises Refused, Unknown."""
    return contribution_for(desk(), reference)


def actor() -> int:
    """The number of who is logged in."""
    return int(g.viewer.person.id)


def age(at: Any) -> str:
    """How long ago: "vor 3 Tagen"."""
    return str(format_timedelta(at - now(), add_direction=True))


def chosen_list() -> str:
    """The list the page shows, or goes back to."""
    which = fields().get("list", "")
    return which if which in LISTS else LISTS[0]


def seen() -> Seen:
    """What the moderator had on the page."""
    return Seen(request.form.get("state", ""), small_number(request.form.get("version")) or 0)


def small_number(text: str | None) -> int | None:
    """A number from a form or an address; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
