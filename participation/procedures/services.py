"""Making procedures: texts, activities, phases. Their stage is moved on in `advancing`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.interfaces import Module, PhaseKind
from participation.kernel.clock import instant, now, start_of_day
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid
from participation.kernel.text import render_rich
from participation.kernel.versions import raise_version
from participation.procedures.events import ProcedureChanged, ProcedureCreated
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Activity, Phase, Procedure
from participation.tenants.models import Tenant

RESERVED = {"-", "en", "api", "static", "healthz", "readyz", "metrics", ".well-known"}
IDENTITIES = ("email", "account")  # the ways that work; settings offer no others
MODERATIONS = ("none", "first", "always")
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
    procedure: Procedure, module: Module, *, slug: str, title: str, settings: Mapping[str, Any] | None = None
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
        settings=module.settings().load(dict(settings or {})),
        position=len(procedure.activities),
        phases=[],
    )
    procedure.activities.append(activity)
    db.session.flush()
    note_change(procedure)
    return activity


def add_phase(
    activity: Activity,
    kind: PhaseKind,
    *,
    begins: datetime,
    ends: datetime,
    title: str = "",
    round: int = 1,  # noqa: A002 - the field's standard term
    audience: str = "public",
    identity: tuple[str, ...] = ("email", "account"),
    moderation: str = "none",
    statutory: bool = False,
) -> Phase:
    """Add a dated slice. `begins` and `ends` are naive local times in Berlin, half-open. Raises Invalid."""
    if ends <= begins:
        raise Invalid(_l("Das Ende muss nach dem Beginn liegen."), field="ends")
    unusable = set(identity) - set(IDENTITIES)
    if unusable or not identity:
        raise Invalid(
            _l("Diese Art teilzunehmen gibt es noch nicht: %(ways)s", ways=", ".join(sorted(unusable))),
            field="identity",
        )
    if moderation not in MODERATIONS:
        raise Invalid(_l("Möglich sind: %(values)s", values=", ".join(MODERATIONS)), field="moderation")
    phase = Phase(
        tenant_id=activity.tenant_id,
        kind=kind.name,
        step=kind.step,
        opens=sorted(kind.opens),
        title=title or str(kind.title),
        begins_local=begins.isoformat(),
        ends_local=ends.isoformat(),
        begins_at=instant(begins),
        ends_at=instant(ends),
        round=round,
        audience=audience,
        identity=sorted(identity),
        moderation=moderation,
        visible_to=kind.visible_to,
        statutory=statutory,
    )
    activity.phases.append(phase)
    db.session.flush()
    note_change(activity.procedure)
    return phase


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
