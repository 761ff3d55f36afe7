"""May this person do this, here, now, and why not. Default is no; every no has a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.access import sentences
from participation.accounts.models import Person
from participation.interfaces import STAFF, Action, Decision, Role
from participation.kernel.clock import last_day, now
from participation.kernel.dates import day_with_weekday
from participation.kernel.refusal import Refused
from participation.procedures.lifecycle import INTERNAL, Stage
from participation.procedures.models import Activity, Participant, Phase, Procedure
from participation.procedures.queries import open_phases, stage_of
from participation.tenants.models import Tenant

YES = Decision(allowed=True)

# What every phase may open, and what needs no phase at all
COMMENT = Action(name="core:comment", title=_l("Auf einen Beitrag antworten"), taking_part=True)
RATE = Action(name="core:rate", title=_l("Einen Beitrag bewerten"), taking_part=True)
MODERATE = Action(
    name="core:moderate",
    title=_l("Beiträge prüfen"),
    staff=frozenset({Role.MODERATOR, Role.MANAGER, Role.TENANT_ADMIN}),
)
INVITE = Action(name="core:invite", title=_l("Mitarbeitende einladen"), staff=frozenset({Role.TENANT_ADMIN}))
PREPARE = Action(
    name="core:prepare",
    title=_l("Verfahren in Vorbereitung sehen"),
    staff=frozenset(
        {Role.MANAGER, Role.EDITOR, Role.MODERATOR, Role.CASE_WORKER, Role.PLANNING_OFFICE, Role.TENANT_ADMIN}
    ),
)
CORE_ACTIONS = (COMMENT, RATE, MODERATE, INVITE, PREPARE)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who is looking: nobody known, or a person with roles; with the participants they are in this procedure."""

    person: Person | None = None
    grants: frozenset[tuple[Role, int, int | None]] = frozenset()  # role, tenant, procedure or None
    participants: tuple[Participant, ...] = field(default=(), compare=False)

    @property
    def ways(self) -> frozenset[str]:
        """The ways of identity this viewer can use: an account is a confirmed address too."""
        if self.person is None or self.person.confirmed_at is None or self.person.blocked_at is not None:
            return frozenset()
        return frozenset({"email", "account"}) if self.person.has_account else frozenset({"email"})

    def roles_at(self, tenant_id: int, procedure_id: int | None = None) -> frozenset[Role]:
        """The staff roles held for a tenant, and for one of its procedures."""
        if self.person is not None and self.person.is_operator:
            return frozenset({Role.OPERATOR, Role.TENANT_ADMIN})
        return frozenset(
            role for role, tenant, procedure in self.grants if tenant == tenant_id and procedure in (None, procedure_id)
        )

    def is_staff_of(self, procedure: Procedure) -> bool:
        """Whether this viewer works on the procedure."""
        return bool(self.roles_at(procedure.tenant_id, procedure.id) & STAFF)

    @property
    def participant_ids(self) -> frozenset[int]:
        """The ids of the participants this viewer is."""
        return frozenset(participant.id for participant in self.participants)


VISITOR = Viewer()


def can_see(who: Viewer, procedure: Procedure) -> bool:
    """Before it is announced only its staff see a procedure, from then on those it is for."""
    if who.is_staff_of(procedure):
        return True
    return stage_of(procedure) not in INTERNAL and procedure.visible_to == "public"


def can(who: Viewer, action: Action, target: Tenant | Procedure | Activity, item: Any = None) -> Decision:
    """The one policy for pages, jobs and commands.

    `item` is what the action is about (a contribution); the module's `when` gets it.
    """
    if isinstance(target, Tenant):
        return _staff(who, action, target.id, None)
    procedure = target.procedure if isinstance(target, Activity) else target
    if not can_see(who, procedure):
        return Decision(allowed=False, reason=_l("refuse.not_found"))
    if action.staff:
        return _staff(who, action, procedure.tenant_id, procedure.id)
    if not isinstance(target, Activity):
        return Decision(allowed=False, reason=_l("refuse.not_found"))
    return _taking_part(who, action, target, item)


def _staff(who: Viewer, action: Action, tenant_id: int, procedure_id: int | None) -> Decision:
    if action.staff & who.roles_at(tenant_id, procedure_id):
        return YES
    return Decision(allowed=False, reason=sentences.role_needed(action), login_helps=who.person is None)


def _taking_part(who: Viewer, action: Action, activity: Activity, item: Any) -> Decision:
    phases = [phase for phase in open_phases(activity) if action.name in phase.opens and phase.audience == "public"]
    if not phases:
        return Decision(allowed=False, reason=why_closed(activity, action))
    fitting = [phase for phase in phases if who.ways & set(phase.identity)]
    if not fitting:
        return Decision(
            allowed=False,
            reason=sentences.login_needed(phases[0].identity),
            phase=phases[0],
            login_helps=True,
        )
    if action.when is not None:
        decision = action.when(who.participants[0] if who.participants else None, item)
        if not decision.allowed:
            return decision
    return Decision(allowed=True, phase=min(fitting, key=lambda phase: phase.ends_at))


def why_closed(activity: Activity, action: Action) -> Any:
    """The sentence that says why nobody can do this here now, and how to go on."""
    procedure, at = activity.procedure, now()
    phases = [phase for phase in activity.phases if action.name in phase.opens]
    stage = stage_of(procedure)
    if stage is Stage.PAUSED:
        return sentences.paused(procedure)
    if stage is Stage.CANCELLED:
        return _l("Das Verfahren wurde vorzeitig beendet. Grund: %(reason)s", reason=procedure.reason)
    coming = [phase.begins_at for phase in phases if phase.begins_at > at]
    if coming:
        return _l("refuse.not_open_yet", date=day_with_weekday(min(coming)))
    ended = [phase.ends_at for phase in phases if phase.ends_at <= at]
    if ended:
        return _l("refuse.closed", date=day_with_weekday(last_day(max(ended))), contact=procedure.contact)
    return _l("Das ist in diesem Verfahren nicht vorgesehen.")


def require(who: Viewer, action: Action, target: Tenant | Procedure | Activity, item: Any = None) -> Decision:
    """`can`, as a wall: raises Refused with the sentence."""
    decision = can(who, action, target, item)
    if not decision.allowed:
        raise Refused(decision.reason)
    return decision


def require_phase(who: Viewer, action: Action, activity: Activity, item: Any = None) -> Phase:
    """The open phase that allows a taking-part action; asked again inside the write. Raises Refused."""
    phase = require(who, action, activity, item).phase
    assert phase is not None, "a taking-part action is always allowed by a phase"
    return phase


def editable(who: Viewer, action: Action, activity: Activity) -> bool:
    """Whether an own contribution made by `action` can still be changed: editing needs the same open phase."""
    return can(who, action, activity).allowed


def strongest(roles: Iterable[Role]) -> Role | None:
    """The role that stands for a person in lists: the one latest in the order of `Role`."""
    order = list(Role)
    return max(roles, key=order.index, default=None)
