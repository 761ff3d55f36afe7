"""Making procedures and moving them on. `advance` is the only writer of `procedure.stage`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.interfaces import Module, PhaseKind, Role
from participation.kernel.clock import instant, now, start_of_day
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.kernel.text import render_rich
from participation.kernel.versions import raise_version
from participation.procedures.events import ProcedureAdvanced, ProcedureChanged, ProcedureCreated
from participation.procedures.lifecycle import TRANSITIONS, Stage, clock_steps, next_stage
from participation.procedures.models import Activity, Phase, Procedure
from participation.procedures.queries import dates_of, procedure_by_id
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
    _has_changed(procedure)
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
    _has_changed(procedure)
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
    _has_changed(activity.procedure)
    return phase


def check_slug(slug: str) -> None:
    """Raise Invalid unless a word can stand in an address."""
    if not slug or len(slug) > 60 or set(slug) - set(SLUG) or slug[0] == "-" or slug in RESERVED:
        raise Invalid(_l("Möglich sind Kleinbuchstaben, Ziffern und Bindestriche, höchstens 60 Zeichen."), field="slug")


def advance(
    procedure: Procedure,
    transition: str,
    *,
    actor_id: int | None = None,
    roles: frozenset[Role] = frozenset(),
    reason: str = "",
    until: datetime | None = None,
    resumes_on: date | None = None,
) -> None:
    """Take a step of the life cycle. First records what the clock has already done.

    Without an actor it is the clock. `until` is the new local end for extend and reopen. Raises Refused (with a
    sentence) when role, reason, dates or a guard say no, IllegalStepError when the table has no such step.
    """
    record_clock(procedure)
    step = TRANSITIONS[transition]
    source = Stage(procedure.stage)
    target = next_stage(source, transition)
    _check_actor(procedure, transition, actor_id, roles)
    if step.needs_reason and not reason.strip():
        raise Invalid(_l("Bitte nennen Sie den Grund. Die Teilnehmenden sehen ihn."), field="reason")
    _check_guard(procedure, transition, until)
    if until is not None:
        _extend_phases(procedure, until)
    procedure.submitted_by_id = actor_id if transition == "submit" else procedure.submitted_by_id
    procedure.resumes_on = resumes_on if transition == "pause" else None
    _move(procedure, transition, source, target, actor_id, reason)


def record_clock(procedure: Procedure) -> int:
    """Write down the steps the clock has taken. Returns how many."""
    steps = clock_steps(dates_of(procedure), now())
    for name in steps:
        source = Stage(procedure.stage)
        _move(procedure, name, source, next_stage(source, name), None, "")
    return len(steps)


def _move(procedure: Procedure, name: str, source: Stage, target: Stage, actor_id: int | None, reason: str) -> None:
    procedure.stage, procedure.stage_since, procedure.reason = target, now(), reason.strip()
    db.session.flush()
    _has_changed(procedure)
    emit(
        ProcedureAdvanced(
            tenant_id=procedure.tenant_id,
            procedure_id=procedure.id,
            actor_id=actor_id,
            transition=name,
            source=source,
            target=target,
        )
    )


def _check_actor(procedure: Procedure, name: str, actor_id: int | None, roles: frozenset[Role]) -> None:
    step = TRANSITIONS[name]
    if actor_id is None:
        if not step.by_clock:
            raise Refused(_l("Diesen Schritt entscheidet eine Person."))
    elif not step.roles & roles:
        raise Refused(_l("Dazu ist die Rolle Verfahrensleitung nötig."))
    elif step.second_person and procedure.submitted_by_id == actor_id:
        raise Refused(_l("Das entscheidet eine zweite Person. Sie haben das Verfahren selbst vorgelegt."))


def _check_guard(procedure: Procedure, name: str, until: datetime | None) -> None:
    dates, at = dates_of(procedure), now()
    phases = [phase for activity in procedure.activities for phase in activity.phases]
    if name == "submit" and (not phases or dates.begins_at is None):
        raise Refused(_l("Es fehlt noch eine Phase, in der Menschen sich beteiligen können."))
    if name == "open" and (dates.begins_at is None or dates.begins_at > at):
        raise Refused(_l("Die erste Phase hat noch nicht begonnen."))
    if name == "close" and (dates.ends_at is None or dates.ends_at > at):
        raise Refused(_l("Die letzte Phase läuft noch."))
    if name == "pause" and any(phase.statutory and phase.is_on(at) for phase in phases):
        raise Refused(_l("Eine gesetzliche Frist läuft. Darum kann das Verfahren nicht unterbrochen werden."))
    if name in {"extend", "reopen"} and (until is None or instant(until) <= max(at, dates.ends_at or at)):
        raise Invalid(_l("Bitte nennen Sie ein späteres Ende."), field="until")
    if name == "archive" and (dates.archived_at is None or dates.archived_at > at):
        raise Refused(_l("Die Frist, bis zu der das Verfahren sichtbar bleibt, läuft noch."))


def _extend_phases(procedure: Procedure, until: datetime) -> None:
    """The phases that end last get the new end; earlier ones stay as they were."""
    end = dates_of(procedure).ends_at
    for activity in procedure.activities:
        for phase in activity.phases:
            if phase.ends_at == end:
                phase.ends_local, phase.ends_at = until.isoformat(), instant(until)


def tick() -> int:
    """Record what the clock has done in all procedures. Returns the number of steps written."""
    final = (Stage.ARCHIVED, Stage.DRAFT, Stage.REVIEW)
    ids = list(db.session.scalars(select(Procedure.id).where(Procedure.stage.not_in(final))))
    count = 0
    for procedure_id in ids:
        procedure = procedure_by_id(procedure_id)
        if procedure is not None:
            count += record_clock(procedure)
    return count


def lock(procedure: Procedure, version: int) -> None:
    """Refuse when somebody else changed the procedure since `version` was shown."""
    if procedure.version != version:
        raise Conflict(_l("Jemand anderes war schneller. Bitte sehen Sie sich den neuen Stand an."))


def _has_changed(procedure: Procedure) -> None:
    """Stage, dates and titles are on overviews too, so everything above the procedure is made anew."""
    raise_version(f"procedure:{procedure.id}")
    raise_version(f"tenant:{procedure.tenant_id}")
    raise_version("installation")
