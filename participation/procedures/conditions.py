"""What must be true of a procedure before it takes a step, beyond what the table of transitions says."""

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from participation.interfaces import Role, Step
from participation.kernel.clock import instant, now
from participation.kernel.refusal import Invalid, Refused
from participation.procedures.checklist import Point, missing, phases_of
from participation.procedures.lifecycle import TAKING_PART, TRANSITIONS
from participation.procedures.models import Phase, Procedure
from participation.procedures.queries import dates_of


class Incomplete(Refused):
    """Something is missing before a procedure can be submitted; `points` are those of the checklist."""

    status = 422

    def __init__(self, points: Sequence[Point]) -> None:
        self.points = tuple(points)
        sentences = " ".join(str(point.sentence) for point in points)
        super().__init__(_l("Vor der Vorlage fehlt noch etwas: %(points)s", points=sentences))


def check_actor(
    procedure: Procedure, name: str, actor_id: int | None, roles: Collection[Role], prepared_by_id: int | None = None
) -> None:
    """Raise Refused where the table does not let this person, or the clock, take the step.

    `prepared_by_id` is who prepared the result; without it the second person is another than who submitted.
    """
    step = TRANSITIONS[name]
    if actor_id is None:
        if not step.by_clock:
            raise Refused(_l("Diesen Schritt entscheidet eine Person."))
    elif not step.roles & set(roles):
        needed = _l("tenant_admin") if Role.MANAGER not in step.roles else _l("manager")
        raise Refused(_l("Dazu ist die Rolle %(role)s nötig.", role=needed))
    elif name == "publish_results" and prepared_by_id == actor_id:
        raise Refused(_l("Das entscheidet eine zweite Person. Sie haben das Ergebnis selbst vorgelegt."))
    elif step.second_person and prepared_by_id is None and procedure.submitted_by_id == actor_id:
        raise Refused(_l("Das entscheidet eine zweite Person. Sie haben das Verfahren selbst vorgelegt."))


def check_state(procedure: Procedure, name: str, *, frozen: bool = False) -> None:
    """Raise Refused where phases, dates or the result do not allow the step now."""
    dates, at = dates_of(procedure), now()
    phases = phases_of(procedure)
    if name == "submit" and (points := missing(procedure)):
        raise Incomplete(points)
    if name == "open" and (dates.begins_at is None or dates.begins_at > at):
        raise Refused(_l("Die erste Phase hat noch nicht begonnen."))
    if name == "close" and (dates.ends_at is None or dates.ends_at > at):
        raise Refused(_l("Die letzte Phase läuft noch."))
    if name == "pause" and any(phase.statutory and phase.is_on(at) for phase in phases):
        raise Refused(_l("Eine gesetzliche Frist läuft. Darum kann das Verfahren nicht unterbrochen werden."))
    if name == "reopen" and any(phase.step == Step.VOTING and phase.ends_at <= at for phase in phases):
        raise Refused(_l("Eine Abstimmung ist beendet. Danach wird das Verfahren nicht wieder geöffnet."))
    if name == "publish_results" and not frozen:
        raise Refused(_l("Das Ergebnis ist noch nicht festgehalten. Das geschieht auf der Seite „Ergebnis“."))
    if name == "archive" and (dates.archived_at is None or dates.archived_at > at):
        raise Refused(_l("Die Frist, bis zu der das Verfahren sichtbar bleibt, läuft noch."))


def check_typed(name: str, reason: str, until: datetime | None, chosen: Collection[Phase]) -> None:
    """Raise Invalid where a reason or a later end is missing. Every chosen phase must end later than before."""
    if TRANSITIONS[name].needs_reason and not reason.strip():
        raise Invalid(_l("Bitte nennen Sie den Grund. Die Teilnehmenden sehen ihn."), field="reason")
    if name in {"extend", "reopen"}:
        if not chosen:
            raise Invalid(_l("Bitte wählen Sie mindestens eine Phase."), field="phases")
        if until is None or instant(until) <= max(now(), *(phase.ends_at for phase in chosen)):
            raise Invalid(_l("Bitte nennen Sie ein späteres Ende."), field="until")


def last_phases(procedure: Procedure) -> list[Phase]:
    """The phases in which people can take part and that end last: those whose end can be moved."""
    end = dates_of(procedure).ends_at
    return [phase for phase in phases_of(procedure) if Step(phase.step) in TAKING_PART and phase.ends_at == end]
