"""Making procedures: texts, activities, phases. Their stage is moved on in `advancing`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.interfaces import Module, PhaseKind, Visibility
from participation.kernel.clock import instant, now, start_of_day
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid
from participation.kernel.text import render_rich
from participation.kernel.versions import raise_version
from participation.procedures.events import ActivityAdded, PhaseAdded, ProcedureChanged, ProcedureCreated
from participation.procedures.lifecycle import Stage
from participation.procedures.lists import check_audience
from participation.procedures.models import Activity, Phase, Procedure
from participation.procedures.settings import checked_settings
from participation.tenants.models import Tenant

RESERVED = {"-", "en", "api", "static", "healthz", "readyz", "metrics", ".well-known"}
IDENTITIES = ("form_token", "email", "account", "code")  # the ways that work, the easiest first
MODERATIONS = ("none", "first", "always")
COUNTS_VISIBLE = ("always", "after")
PLANNED: dict[str, Any] = {  # what is planned of a phase, and what it is unless said otherwise
    "begins": None, "ends": None, "title": "", "round": 1, "audience": "public", "list_id": None,
    "identity": ("email", "account"), "moderation": "none", "visible_to": None, "counts_visible": "always",
    "statutory": False,
}  # fmt: skip
SLUG = "abcdefghijklmnopqrstuvwxyz0123456789-"


def create_procedure(tenant: Tenant, *, slug: str, title: str, actor_id: int | None = None, **values: Any) -> Procedure:
    """Make a procedure in stage `draft`. Raises Invalid for a bad or taken address."""
    check_slug(slug)
    query = select(Procedure.id).where(Procedure.tenant_id == tenant.id, Procedure.slug == slug)
    if db.session.scalar(query) is not None:
        raise Invalid(_l("Diese Adresse ist bei der Behörde schon vergeben."), field="slug")
    at = now()
    procedure = Procedure(
        tenant_id=tenant.id,
        slug=slug,
        title=title,
        stage=Stage.DRAFT,
        stage_since=at,
        created_at=at,
        activities=[],
    )
    db.session.add(procedure)
    _set_values(procedure, values)
    db.session.flush()
    emit(ProcedureCreated(tenant_id=tenant.id, procedure_id=procedure.id, actor_id=actor_id))
    return procedure


def change_procedure(procedure: Procedure, *, actor_id: int | None = None, **values: Any) -> None:
    """Change texts and facts of a procedure; pages that show it are made anew."""
    _set_values(procedure, values)
    db.session.flush()
    note_change(procedure)
    emit(ProcedureChanged(tenant_id=procedure.tenant_id, procedure_id=procedure.id, actor_id=actor_id))


def _set_values(procedure: Procedure, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if not hasattr(Procedure, name) or name in {"id", "tenant_id", "stage", "version"}:
            raise TypeError(f"A procedure has no {name} that could be set.")
        setattr(procedure, name, value)
    procedure.description_html = render_rich(procedure.description or "")
    procedure.announced_at = start_of_day(procedure.announced_on) if procedure.announced_on else None
    procedure.has_picture = procedure.picture is not None if "picture" in values else bool(procedure.has_picture)


def add_activity(
    procedure: Procedure,
    module: Module,
    *,
    slug: str,
    title: str,
    settings: Mapping[str, Any] | None = None,
    actor_id: int | None = None,
) -> Activity:
    """Place a format in a procedure. Raises Invalid when settings do not fit its schema or the address is taken."""
    check_slug(slug)
    if any(entry.module == module.name and entry.slug == slug for entry in procedure.activities):
        raise Invalid(_l("Diese Adresse ist im Verfahren schon vergeben."), field="slug")
    activity = Activity(
        tenant_id=procedure.tenant_id,
        procedure_id=procedure.id,
        module=module.name,
        slug=slug,
        title=title,
        settings=checked_settings(module, settings or {}),
        position=max((entry.position + 1 for entry in procedure.activities), default=0),
        phases=[],
    )
    procedure.activities.append(activity)
    db.session.flush()
    note_change(procedure)
    emit(
        ActivityAdded(
            tenant_id=procedure.tenant_id, procedure_id=procedure.id, actor_id=actor_id, activity_id=activity.id
        )
    )
    return activity


def add_phase(
    activity: Activity,
    kind: PhaseKind,
    *,
    begins: datetime,
    ends: datetime,
    title: str = "",
    identity: tuple[str, ...] = ("email", "account"),
    actor_id: int | None = None,
    **values: Any,
) -> Phase:
    """Add a dated slice. `begins` and `ends` are naive local times in Berlin, half-open. Raises Invalid."""
    phase = Phase(
        tenant_id=activity.tenant_id,
        kind=kind.name,
        step=kind.step,
        opens=sorted(kind.opens),
        visible_to=kind.visible_to,
    )
    fill_phase(
        phase,
        activity.procedure_id,
        values | {"begins": begins, "ends": ends, "title": title or str(kind.title), "identity": identity},
    )
    activity.phases.append(phase)
    db.session.flush()
    note_change(activity.procedure)
    emit(
        PhaseAdded(
            tenant_id=activity.tenant_id,
            procedure_id=activity.procedure_id,
            actor_id=actor_id,
            activity_id=activity.id,
            phase_id=phase.id,
        )
    )
    return phase


def fill_phase(phase: Phase, procedure_id: int, values: Mapping[str, Any]) -> None:
    """Set the values of a phase after checking how they fit together. Raises Invalid, TypeError for an unknown one.

    `begins` and `ends` are local; the other names are those of the columns.
    """
    if set(values) - set(PLANNED):
        raise TypeError(f"A phase has no {', '.join(sorted(set(values) - set(PLANNED)))} that could be planned.")
    plan = {**PLANNED, **values}
    _check_plan(plan)
    check_audience(
        procedure_id, phase.step, audience=plan["audience"], list_id=plan["list_id"], identity=plan["identity"]
    )
    phase.begins_local, phase.begins_at = plan["begins"].isoformat(), instant(plan["begins"])
    phase.ends_local, phase.ends_at = plan["ends"].isoformat(), instant(plan["ends"])
    for name in set(PLANNED) - {"begins", "ends", "identity", "visible_to"}:
        setattr(phase, name, plan[name])
    phase.identity = sorted(plan["identity"])
    phase.visible_to = plan["visible_to"] or phase.visible_to


def _check_plan(plan: Mapping[str, Any]) -> None:
    if plan["ends"] <= plan["begins"] or instant(plan["ends"]) <= instant(plan["begins"]):
        raise Invalid(_l("Das Ende muss nach dem Beginn liegen."), field="ends")
    if not plan["identity"]:
        raise Invalid(_l("Bitte wählen Sie mindestens eine Art teilzunehmen."), field="identity")
    if unusable := set(plan["identity"]) - set(IDENTITIES):
        ways = ", ".join(sorted(unusable))
        raise Invalid(_l("Diese Art teilzunehmen gibt es noch nicht: %(ways)s", ways=ways), field="identity")
    if plan["visible_to"] is not None and plan["visible_to"] not in set(Visibility):
        raise Invalid(_l("Möglich sind: %(values)s", values=", ".join(Visibility)), field="visible_to")
    for name, possible in (("moderation", MODERATIONS), ("counts_visible", COUNTS_VISIBLE)):
        if plan[name] not in possible:
            raise Invalid(_l("Möglich sind: %(values)s", values=", ".join(possible)), field=name)


def check_slug(slug: str) -> None:
    """Raise Invalid unless a word can stand in an address."""
    if not slug or len(slug) > 60 or set(slug) - set(SLUG) or slug[0] == "-" or slug in RESERVED:
        raise Invalid(_l("Möglich sind Kleinbuchstaben, Ziffern und Bindestriche, höchstens 60 Zeichen."), field="slug")


def lock(procedure: Procedure, version: int) -> None:
    """Refuse when somebody else changed the procedure since `version` was shown."""
    if procedure.version != version:
        raise Conflict(_l("Jemand anderes war schneller. Bitte sehen Sie sich den neuen Stand an."))


def note_change(procedure: Procedure) -> None:
    """Stage, dates and titles are on overviews too, so everything above the procedure is made anew."""
    raise_version(f"procedure:{procedure.id}")
    raise_version(f"tenant:{procedure.tenant_id}")
    raise_version("installation")
