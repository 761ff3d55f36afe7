"""A procedure as plain data: for copies, templates, and to show what changed. Never people, never what came in.

Days are counted from the first day of taking part, so that a copy may begin on any day. What a module keeps of an
activity its own `dump` adds; what other rooms keep of a procedure they add as a `Part`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import lazy_gettext as _l

from participation.interfaces import Module
from participation.kernel.clock import local, today
from participation.procedures.content_format import DAYS, FACTS, FORMAT, checked
from participation.procedures.models import Activity, Phase, Procedure
from participation.procedures.services import IDENTITIES, add_activity, add_phase, create_procedure
from participation.registry import installed
from participation.tenants.models import Tenant

PLAIN = ("title", "round", "audience", "identity", "moderation", "statutory")  # what every new phase is asked for
FURTHER = ("visible_to", "counts_visible", "written_form_required")


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a room keeps with a procedure besides its formats: notices, questions and answers, documents."""

    name: str
    dump: Callable[[Procedure], Any]
    load: Callable[[Procedure, Any], None]


class Loaded(NamedTuple):
    """The procedure that was made, and a sentence for everything that could not come along."""

    procedure: Procedure
    left_out: list[Any]


def parts() -> tuple[Part, ...]:
    """The parts that the rooms of this installation declare."""
    found: tuple[Part, ...] = current_app.extensions["content_parts"]
    return found


def dump(procedure: Procedure) -> dict[str, Any]:
    """The content of a procedure as JSON can hold it; its activities and phases must be loaded."""
    first = first_day(procedure)
    days = {name: getattr(procedure, name) for name in DAYS}
    return {
        "format": FORMAT,
        "begins_on": first.isoformat(),
        "facts": {name: getattr(procedure, name) for name in FACTS},
        "days": {name: (day - first).days for name, day in days.items() if day is not None},
        "activities": [_activity(activity, first) for activity in procedure.activities],
        "parts": {part.name: part.dump(procedure) for part in parts()},
    }


def first_day(procedure: Procedure) -> date:
    """The day from which the days of a dump are counted: the first phase begins, or the procedure was made."""
    phases = [phase for activity in procedure.activities for phase in activity.phases]
    begins = [datetime.fromisoformat(phase.begins_local).date() for phase in phases]
    return min(begins, default=local(procedure.created_at).date())


def _activity(activity: Activity, first: date) -> dict[str, Any]:
    module = installed().get(activity.module)
    kept = module.dump(activity) if module and module.dump else None
    return {
        "module": activity.module,
        "slug": activity.slug,
        "title": activity.title,
        "settings": {name: value for name, value in activity.settings.items() if not name.endswith("_id")},
        "content": dict(kept) if kept is not None else None,
        "phases": [_phase(phase, first) for phase in activity.phases],
    }


def _phase(phase: Phase, first: date) -> dict[str, Any]:
    begins, ends = datetime.fromisoformat(phase.begins_local), datetime.fromisoformat(phase.ends_local)
    times = {
        "begins_day": (begins.date() - first).days,
        "begins_time": begins.time().isoformat(),
        "ends_day": (ends.date() - first).days,
        "ends_time": ends.time().isoformat(),
    }
    return {"kind": phase.kind, **times, **{name: getattr(phase, name) for name in (*PLAIN, *FURTHER)}}


def missing_formats(tenant: Tenant, data: Mapping[str, Any]) -> list[Any]:
    """A sentence for each activity that would stay out here: its module is not installed or not switched on."""
    return [_without(tenant, entry) for entry in checked(data)["activities"] if _usable(tenant, entry) is None]


def _usable(tenant: Tenant, entry: Mapping[str, Any]) -> Module | None:
    return installed().get(entry["module"]) if tenant.has_switched_on(entry["module"]) else None


def _without(tenant: Tenant, entry: Mapping[str, Any]) -> Any:
    module = installed().get(entry["module"])
    if module is None:
        why = _l("Das Format „%(name)s“ ist auf dieser Plattform nicht vorhanden.", name=entry["module"])
    else:
        why = _l("%(tenant)s hat das Format „%(name)s“ nicht eingeschaltet.", tenant=tenant.name, name=module.title)
    return _l("„%(title)s“ bleibt weg. %(why)s", title=entry["title"], why=why)


def load(
    tenant: Tenant,
    data: Mapping[str, Any],
    *,
    slug: str,
    title: str = "",
    begins_on: date | None = None,
    actor_id: int | None = None,
    **values: Any,
) -> Loaded:
    """Make a procedure in stage `draft` from a dump, inside a transaction.

    Its first day becomes `begins_on`; without it the days stay as they were. `values` are further columns. What
    does not fit here stays out and is said. Raises Invalid; then the caller rolls back, and nothing is half made.
    """
    content = checked(data)
    first = begins_on or content["begins_on"] or today()
    days = {name: first + timedelta(days=number) for name, number in content["days"].items()}
    facts = content["facts"] | days | values
    facts["title"] = title or facts.get("title", "")
    procedure = create_procedure(tenant, slug=slug, actor_id=actor_id, **facts)
    left_out: list[Any] = []
    for entry in content["activities"]:
        left_out += _load_activity(procedure, tenant, entry, first, actor_id)
    for part in parts():
        if part.name in content["parts"]:
            part.load(procedure, content["parts"][part.name])
    return Loaded(procedure, left_out)


def _load_activity(
    procedure: Procedure, tenant: Tenant, entry: Mapping[str, Any], first: date, actor_id: int | None
) -> list[Any]:
    module = _usable(tenant, entry)
    if module is None:
        return [_without(tenant, entry)]
    wrong = module.settings().validate(entry["settings"])
    settings = {name: value for name, value in entry["settings"].items() if name not in wrong}
    names = {"slug": entry["slug"], "title": entry["title"]}
    activity = add_activity(procedure, module, settings=settings, actor_id=actor_id, **names)
    if entry["content"] is not None and module.load is not None:
        module.load(activity, entry["content"])
    left_out = [_l("Die Einstellung „%(name)s“ passt hier nicht mehr.", name=name) for name in wrong]
    for phase in entry["phases"]:
        left_out += _load_phase(activity, module, phase, first, actor_id)
    return left_out


def _load_phase(
    activity: Activity, module: Module, entry: Mapping[str, Any], first: date, actor_id: int | None
) -> list[Any]:
    kind = next((kind for kind in module.phases if kind.name == entry["kind"]), None)
    if kind is None:
        return [_l("Die Phase „%(name)s“ gibt es in diesem Format nicht mehr.", name=entry["kind"])]
    plain = {name: entry[name] for name in PLAIN if name in entry}
    plain["identity"] = tuple(way for way in entry.get("identity", ("email", "account")) if way in IDENTITIES)
    begins = datetime.combine(first + timedelta(days=entry["begins_day"]), entry["begins_time"])
    ends = datetime.combine(first + timedelta(days=entry["ends_day"]), entry["ends_time"])
    phase = add_phase(activity, kind, begins=begins, ends=ends, actor_id=actor_id, **plain)
    for name in FURTHER:
        setattr(phase, name, entry.get(name, getattr(phase, name)))
    if phase.audience == "members":
        return [_l("Die Liste der Eingeladenen für „%(title)s“ wird nicht mitgenommen.", title=phase.title)]
    return []
