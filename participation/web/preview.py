"""Preview: how the pages of a procedure will look on a day, to somebody with a role. Nothing is saved in it.

`/-/preview/<day>/<role>` in front of an address moves into SCRIPT_NAME, as `/en` does, so that every link stays
inside. For this one request the clock stands at the day, the viewer is invented, and nothing can be written.
"""

import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, Response, g, request, session, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.attributes import set_committed_value

from participation.access.rules import VISITOR, Viewer
from participation.accounts.models import Person
from participation.interfaces import STAFF, Role
from participation.kernel.clock import instant, local, now, previewing
from participation.kernel.db import only_reading
from participation.kernel.refusal import Refused, Unknown
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Procedure

ADDRESS = re.compile(r"(/-/preview/(\d{4}-\d\d-\d\d)(?:T(\d\d)(\d\d))?/([a-z_]+))(?=/|$)")
NOON = ("12", "00")  # of a day without a time
LOOKS = {"portal.colours", "portal.logo"}  # part of every page of the authority, the same on every day
NOTHING_SAVED = _l("In der Vorschau wird nichts gespeichert.")
ELSEWHERE = _l("Diese Seite gehört nicht zum Verfahren. Die Vorschau zeigt nur seine Seiten.")
ROLES = {Role.VISITOR: _l("Besucherin oder Besucher"), Role.PARTICIPANT: _l("Person mit Konto")} | {
    role: _l(role.value) for role in Role if role in STAFF - {Role.OPERATOR}
}
ABOVE_MANAGERS = {Role.TENANT_ADMIN}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What an address asks for."""

    at: datetime
    role: Role
    root: str  # what stands in front of the address

    @property
    def title(self) -> Any:
        """The role in words."""
        return ROLES[self.role]


def preview_of(path: str) -> tuple[Preview, str] | None:
    """The preview a path asks for, and the path behind it; None where it asks for none, or for a day that is none."""
    found = ADDRESS.match(path)
    if found is None or found[5] not in ROLES:
        return None
    hour, minute = (found[3], found[4]) if found[3] else NOON
    try:
        at = instant(datetime.fromisoformat(f"{found[2]}T{hour}:{minute}"))
    except (ValueError, OverflowError):
        return None
    return Preview(at=at, role=Role(found[5]), root=found[1]), path[found.end() :] or "/"


def root_of(at: datetime, role: Role) -> str:
    """What stands in front of an address in the preview of an instant, to the minute."""
    return f"/-/preview/{local(at):%Y-%m-%dT%H%M}/{role}"


def roles_for(viewer: Viewer, procedure: Procedure) -> list[Role]:
    """As whom somebody may look: never as somebody who sees more than they do."""
    own = viewer.roles_at(procedure.tenant_id, procedure.id) & STAFF
    if not own:
        return []
    if own & {Role.TENANT_ADMIN, Role.OPERATOR}:
        return list(ROLES)
    allowed = set(ROLES) - ABOVE_MANAGERS if Role.MANAGER in own else {Role.VISITOR, Role.PARTICIPANT} | own
    return [role for role in ROLES if role in allowed]


def init_app(app: Flask) -> None:
    """End the preview with its request. Before everything else, so that its headers are the last word."""
    app.after_request(_never_kept)
    app.teardown_request(_end)


def _never_kept(response: Response) -> Response:
    if request.environ.get("participation.preview"):
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _end(_error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("preview_stack", None)
    if stack is not None:
        stack.close()


def enter() -> None:
    """From here on the request stands in the preview its address asks for; called when the real viewer is known.

    Raises Unknown for whoever may not look at this procedure as this role, Refused for whatever is not only read.
    """
    preview: Preview | None = request.environ.get("participation.preview")
    if preview is None or request.endpoint in LOOKS:
        return
    if request.method not in ("GET", "HEAD"):
        raise Refused(NOTHING_SAVED, status=405)
    if g.procedure is None and g.viewer.grants:
        g.preview = preview
        raise Refused(ELSEWHERE, status=404)
    if g.procedure is None or preview.role not in roles_for(g.viewer, g.procedure):
        raise Unknown
    g.preview = preview
    _stand_in(preview)


def _stand_in(preview: Preview) -> None:
    set_committed_value(g.procedure, "stage", stage_then(g.procedure, preview.at))
    g.viewer = _invented(preview.role, g.procedure)
    session.person = g.viewer.person  # type: ignore[attr-defined]
    stack = g.preview_stack = ExitStack()
    stack.enter_context(previewing(preview.at))
    stack.enter_context(only_reading(Refused(NOTHING_SAVED, status=405)))


def stage_then(procedure: Procedure, at: datetime) -> str:
    """The stage from which the clock goes on: as decided, or released where that is not decided yet by then.

    What was cancelled stays so on every day, because its votes stay closed for ever.
    """
    if procedure.stage in (Stage.CANCELLED, Stage.ARCHIVED):
        return procedure.stage
    if procedure.stage in (Stage.DRAFT, Stage.REVIEW) or at < procedure.stage_since:
        return Stage.RELEASED
    return procedure.stage


def _invented(role: Role, procedure: Procedure) -> Viewer:
    """Somebody with a role in this one procedure who has done nothing yet."""
    if role is Role.VISITOR:
        return VISITOR
    person = Person(
        id=0,
        email="",
        display_name="",
        password_hash="-",  # noqa: S106 - nobody can log in with it
        language="de",
        is_operator=False,
        created_at=now(),
        confirmed_at=now(),
    )
    grants = frozenset({(role, procedure.tenant_id, procedure.id)}) if role in STAFF else frozenset()
    return Viewer(person=person, grants=grants, proven=True)


@dataclass(frozen=True, kw_only=True)
class Banner:
    """What stands above every page of a preview; the jumps are (day in words, address) or None."""

    preview: Preview
    is_inside: bool  # this page belongs to the procedure
    leave_url: str
    choose_url: str | None
    before: tuple[datetime, str] | None = None
    after: tuple[datetime, str] | None = None


def banner() -> Banner | None:
    """The banner of the page that is being made, None outside a preview."""
    preview: Preview | None = g.get("preview")
    if preview is None:
        return None
    here = _path_behind(preview)
    if g.procedure is None:
        return Banner(preview=preview, is_inside=False, leave_url=here, choose_url=None)
    edges = edges_of(g.procedure)
    before = max((edge for edge in edges if edge < preview.at), default=None)
    after = min((edge for edge in edges if edge > preview.at), default=None)
    return Banner(
        preview=preview,
        is_inside=True,
        leave_url=here,
        choose_url=outside(url_for("preview.choose")),
        before=(before, root_of(before, preview.role) + here) if before else None,
        after=(after, root_of(after, preview.role) + here) if after else None,
    )


def _path_behind(preview: Preview) -> str:
    """The address of this very page without the preview in front."""
    path = request.path.removeprefix(f"/{g.host_tenant}") if g.get("host_tenant") else request.path
    query = request.query_string.decode("utf-8", "replace")
    return request.script_root.removeprefix(preview.root) + path + (f"?{query}" if query else "")


def outside(url: str) -> str:
    """An address of this site as everybody has it, for what people pass on or print."""
    preview: Preview | None = g.get("preview")
    return url.removeprefix(preview.root) if preview is not None else url


def edges_of(procedure: Procedure) -> list[datetime]:
    """The instants at which something begins or ends, in order."""
    phases = [phase for activity in procedure.activities for phase in activity.phases]
    found = {edge for phase in phases for edge in (phase.begins_at, phase.ends_at)}
    return sorted(found | ({procedure.announced_at} if procedure.announced_at else set()))
