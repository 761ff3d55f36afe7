"""Formats of a procedure: their title, settings and order; taking one out again."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.interfaces import Module
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.kernel.text import normalise_name
from participation.procedures.events import ActivityChanged, ActivityRemoved
from participation.procedures.models import Activity, Procedure
from participation.procedures.overview import contributions_by_activity
from participation.procedures.phases import check_not_over, has_begun, has_opened
from participation.procedures.services import note_change
from participation.procedures.settings import check_locked, checked_settings, locked_names

LONGEST_TITLE = 120


def change_settings(
    activity: Activity,
    module: Module,
    settings: Mapping[str, Any],
    *,
    version: int | None = None,
    actor_id: int | None = None,
) -> None:
    """Change settings of an activity; those that are not named stay. Raises InvalidSettings with a sentence for each
    bad or locked one, Conflict when somebody was faster, Refused when the procedure is over.
    """
    check_not_over(activity.procedure)
    _check_version(activity, version)
    known = module.settings().fields
    kept = {name: value for name, value in activity.settings.items() if name in known}
    after = checked_settings(module, kept | dict(settings))
    if has_opened(activity.procedure):
        check_locked(module, kept, after, locked_names(module.settings()))
    changed = sorted(name for name in after if after[name] != activity.settings.get(name))
    activity.settings = {**activity.settings, **after}
    _noted(activity, changed, actor_id)


def rename_activity(activity: Activity, title: str, *, version: int | None = None, actor_id: int | None = None) -> None:
    """Give an activity another title; its address stays. Raises Invalid for a title that is empty or too long."""
    check_not_over(activity.procedure)
    _check_version(activity, version)
    activity.title = checked_title(title)
    _noted(activity, ["title"], actor_id)


def checked_title(title: str) -> str:
    """A title on one line. Raises Invalid where it is empty or too long."""
    words = normalise_name(title)
    if not words or len(words) > LONGEST_TITLE:
        raise Invalid(_l("Bitte geben Sie einen Titel mit höchstens 120 Zeichen ein."), field="title")
    return words


def move_activity(activity: Activity, by: int, *, actor_id: int | None = None) -> None:
    """Move an activity so many places down (or up); at the ends nothing happens."""
    procedure = activity.procedure
    check_not_over(procedure)
    order = sorted(procedure.activities, key=lambda entry: (entry.position, entry.id))
    place = order.index(activity)
    order.insert(max(0, min(len(order) - 1, place + by)), order.pop(place))
    for position, entry in enumerate(order):
        entry.position = position
    _noted(activity, ["position"], actor_id)


def remove_activity(activity: Activity, *, actor_id: int | None = None) -> None:
    """Take an activity with its phases out of the procedure. Raises Refused where people may have contributed."""
    check_not_over(activity.procedure)
    if (sentence := why_not_removed(activity)) is not None:
        raise Refused(sentence)
    procedure = activity.procedure
    emit(ActivityRemoved(**_place(procedure, actor_id), activity_id=activity.id))
    for phase in activity.phases:
        db.session.delete(phase)
    db.session.delete(activity)
    note_change(procedure)


def why_not_removed(activity: Activity) -> Any | None:
    """Why an activity stays; None where it can be removed."""
    if contributions_by_activity(activity.procedure_id).get(activity.id):
        return _l("Zu diesem Format gibt es schon Beiträge. Es lässt sich nicht mehr entfernen.")
    if any(has_begun(phase) for phase in activity.phases):
        return _l("Eine Phase dieses Formats hat schon begonnen. Es lässt sich nicht mehr entfernen.")
    return None


def free_slug(procedure: Procedure, module: Module) -> str:
    """An address for a further activity of a module: its name, and a number from the second on."""
    taken = {entry.slug for entry in procedure.activities if entry.module == module.name}
    numbered = [module.name, *(f"{module.name}-{number}" for number in range(2, len(taken) + 2))]
    return next(slug for slug in numbered if slug not in taken)


def _check_version(activity: Activity, version: int | None) -> None:
    if version is not None and activity.version != version:
        raise Conflict(_l("Jemand anderes hat dieses Format inzwischen geändert. Ihre Änderung ist nicht gespeichert."))


def _noted(activity: Activity, changed: list[str], actor_id: int | None) -> None:
    db.session.flush()
    note_change(activity.procedure)
    emit(ActivityChanged(**_place(activity.procedure, actor_id), activity_id=activity.id, fields=tuple(changed)))


def _place(procedure: Procedure, actor_id: int | None) -> dict[str, Any]:
    return {"tenant_id": procedure.tenant_id, "procedure_id": procedure.id, "actor_id": actor_id}
