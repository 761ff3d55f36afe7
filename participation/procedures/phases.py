"""Planning phases anew: what may still change before, during and after them, and what the plan as a whole says."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.interfaces import PhaseKind, Step
from participation.kernel.clock import instant, last_day, now, today
from participation.kernel.dates import day_with_weekday
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.holidays import STATES
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.procedures.events import PhaseChanged, PhaseRemoved
from participation.procedures.lifecycle import INTERNAL, Stage
from participation.procedures.models import Activity, Phase, Procedure
from participation.procedures.queries import stage_of
from participation.procedures.schedule import LEAD_DAYS, Finding, Frame, Slice, findings
from participation.procedures.services import PLANNED, add_phase, fill_phase, note_change

OVER = (Stage.COMPLETED, Stage.CANCELLED, Stage.ARCHIVED)
ALWAYS_FREE = frozenset({"title", "moderation"})  # may change while a phase is under way
FROZEN = {
    "begins": _l("Die Phase hat schon begonnen. Ihr Beginn lässt sich nicht mehr ändern."),
    "ends": _l("Das Ende einer Phase, die begonnen hat, wird nur mit „Frist verlängern“ verschoben."),
}
FROZEN_ELSE = _l("Das gilt seit dem Beginn der Phase und lässt sich nicht mehr ändern.")


class PhaseConflict(Conflict):
    """Somebody changed the phase since it was shown; the page shows both versions."""

    def __init__(self) -> None:
        super().__init__(_l("Jemand anderes hat diese Phase inzwischen geändert. Ihre Änderung ist nicht gespeichert."))


def plan_phase(activity: Activity, kind: PhaseKind, *, actor_id: int | None = None, **values: Any) -> Phase:
    """Add a phase to a plan, as `add_phase` does; refused when the procedure is over, or where it would have begun."""
    check_not_over(activity.procedure)
    check_begin(activity.procedure, values["begins"])
    return add_phase(activity, kind, actor_id=actor_id, **values)


def change_phase(phase: Phase, *, version: int | None = None, actor_id: int | None = None, **values: Any) -> None:
    """Plan a phase anew; names are those of `add_phase`. Does nothing where nothing is different.

    Raises PhaseConflict when it is not the `version` that was shown, Invalid at the field that cannot be so (a phase
    that has begun keeps its begin, its end, and who may take part), Refused when the procedure is over.
    """
    procedure = phase.activity.procedure
    check_not_over(procedure)
    if version is not None and phase.version != version:
        raise PhaseConflict
    plan = plan_of(phase)
    changed = sorted(name for name in values if _plain(values[name]) != _plain(plan[name]))
    if not changed:
        return
    if has_begun(phase):
        _check_frozen(changed)
    else:
        check_begin(procedure, values.get("begins"), changed)
    fill_phase(phase, procedure.id, plan | values)
    _noted(phase, PhaseChanged, actor_id, fields=tuple(changed))


def remove_phase(phase: Phase, *, version: int | None = None, actor_id: int | None = None) -> None:
    """Take a phase out of the plan. Raises Refused once it has begun: what came in then belongs to it."""
    check_not_over(phase.activity.procedure)
    if version is not None and phase.version != version:
        raise PhaseConflict
    if has_begun(phase):
        raise Refused(_l("Die Phase hat schon begonnen. Sie lässt sich nicht mehr entfernen."))
    _noted(phase, PhaseRemoved, actor_id)
    db.session.delete(phase)


def check_not_over(procedure: Procedure) -> None:
    """Raise Refused when the procedure is over: its formats and phases stay as they were."""
    if stage_of(procedure) in OVER:
        raise Refused(_l("Das Verfahren ist beendet. Formate und Phasen bleiben, wie sie waren."))


def check_begin(procedure: Procedure, begins: datetime | None, changed: Collection[str] = ("begins",)) -> None:
    """Raise Invalid where a phase of an announced procedure would begin in the past."""
    is_shown = stage_of(procedure) not in INTERNAL
    if is_shown and begins is not None and "begins" in changed and instant(begins) <= now():
        raise Invalid(
            _l("Das Verfahren ist schon angekündigt. Bitte wählen Sie einen späteren Beginn."), field="begins"
        )


def has_begun(phase: Phase) -> bool:
    """Whether people have been able to take part in a phase; a plan that nobody saw yet has not begun."""
    return phase.begins_at <= now() and has_opened(phase.activity.procedure)


def has_opened(procedure: Procedure) -> bool:
    """Whether the first phase of a procedure has begun for everybody to see."""
    return stage_of(procedure) not in INTERNAL | {Stage.ANNOUNCED}


def check_documents_may_change(procedure: Procedure) -> None:
    """Raise Refused while a statutory period runs: what was laid out stays as it is until its end."""
    running = [phase.ends_at for phase in _statutory(procedure) if phase.is_on(now()) and has_opened(procedure)]
    if running:
        until = day_with_weekday(last_day(max(running)))
        raise Refused(
            _l("Eine gesetzliche Frist läuft bis %(day)s. Bis dahin werden keine Unterlagen ersetzt.", day=until)
        )


def _statutory(procedure: Procedure) -> list[Phase]:
    return [phase for activity in procedure.activities for phase in activity.phases if phase.statutory]


def plan_of(phase: Phase) -> dict[str, Any]:
    """What is planned of a phase, with the names of `add_phase`."""
    plan = {name: getattr(phase, name) for name in PLANNED if name not in ("begins", "ends")}
    begins, ends = datetime.fromisoformat(phase.begins_local), datetime.fromisoformat(phase.ends_local)
    return plan | {"begins": begins, "ends": ends}


def slice_of(phase: Phase, plan: Mapping[str, Any] | None = None) -> Slice:
    """A phase as the rules of the schedule see it; `plan` says what is different about it."""
    values = {**plan_of(phase), **(plan or {})}
    names = ("title", "begins", "ends", "round", "audience", "statutory")
    return Slice(
        key=str(phase.id),
        activity=str(phase.activity_id),
        kind=phase.kind,
        step=Step(phase.step),
        **{name: values[name] for name in names},
    )


def slices_of(procedure: Procedure) -> list[Slice]:
    """All phases of a procedure as the rules see them."""
    return [slice_of(phase) for activity in procedure.activities for phase in activity.phases]


def frame_of(procedure: Procedure) -> Frame:
    """What the plan of a procedure is measured by; the past matters only until people see the procedure."""
    settings = procedure.tenant.settings
    state = settings.get("federal_state", "")
    is_internal = stage_of(procedure) in INTERNAL
    return Frame(
        announced_on=procedure.announced_on,
        answers_by=procedure.answers_by,
        lead_days=int(settings.get("announcement_lead_days", LEAD_DAYS)),
        state=state if state in STATES else "",
        today=today() if is_internal else None,
    )


def schedule_findings(procedure: Procedure) -> list[Finding]:
    """What there is to say about the schedule; those of weight "error" stop the release."""
    return findings(slices_of(procedure), frame_of(procedure))


def _check_frozen(changed: Collection[str]) -> None:
    for name in changed:
        if name not in ALWAYS_FREE:
            raise Invalid(FROZEN.get(name, FROZEN_ELSE), field=name)


def _plain(value: Any) -> Any:
    """Values as they compare: ways of identity have no order."""
    return sorted(value) if isinstance(value, (list, tuple, set, frozenset)) else value


def _noted(phase: Phase, fact: type[PhaseChanged | PhaseRemoved], actor_id: int | None, **more: Any) -> None:
    db.session.flush()
    note_change(phase.activity.procedure)
    place: dict[str, Any] = {
        "tenant_id": phase.tenant_id,
        "procedure_id": phase.activity.procedure_id,
        "actor_id": actor_id,
    }
    emit(fact(**place, activity_id=phase.activity_id, phase_id=phase.id, **more))
