"""May this person do this, here, now, and why not. Default is no; every no has a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.access import sentences
from participation.accounts.models import Person
from participation.interfaces import STAFF, Action, Decision, Role
from participation.kernel.refusal import Refused, Unknown
from participation.procedures.lifecycle import INTERNAL
from participation.procedures.lists import FITTING
from participation.procedures.models import Activity, Participant, Phase, Procedure
from participation.procedures.queries import open_phases, stage_of
from participation.tenants.models import Tenant

YES = Decision(allowed=True)
ADMIN = frozenset({Role.TENANT_ADMIN})
INSIDE = STAFF - {Role.PLANNING_OFFICE}  # who sees everything that came in; the others what they were given

# What every phase may open, and what needs no phase at all
COMMENT = Action(name="core:comment", title=_l("Auf einen Beitrag antworten"), taking_part=True)
RATE = Action(name="core:rate", title=_l("Einen Beitrag bewerten"), taking_part=True)
MODERATE = Action(
    name="core:moderate",
    title=_l("Beiträge prüfen"),
    staff=frozenset({Role.MODERATOR, Role.MANAGER, Role.TENANT_ADMIN}),
)
INVITE = Action(name="core:invite", title=_l("Mitarbeitende einladen"), staff=ADMIN, weighty=True)
PREPARE = Action(
    name="core:prepare",
    title=_l("Verfahren in Vorbereitung sehen"),
    staff=frozenset(
        {Role.MANAGER, Role.EDITOR, Role.MODERATOR, Role.CASE_WORKER, Role.PLANNING_OFFICE, Role.TENANT_ADMIN}
    ),
)
MANAGE = Action(
    name="core:manage",
    title=_l("Verfahren einrichten und weiterführen"),
    staff=frozenset({Role.MANAGER, Role.TENANT_ADMIN}),
)
EDIT = Action(
    name="core:edit",
    title=_l("Texte, Dokumente und Mitteilungen bearbeiten"),
    staff=frozenset({Role.EDITOR, Role.MANAGER, Role.TENANT_ADMIN}),
)
ANSWER = Action(
    name="core:answer",
    title=_l("Beiträge beantworten"),
    staff=frozenset({Role.CASE_WORKER, Role.MANAGER, Role.TENANT_ADMIN}),
)
RECOMMEND = Action(
    name="core:recommend",
    title=_l("Antworten auf zugewiesene Beiträge empfehlen"),
    staff=frozenset({Role.PLANNING_OFFICE, Role.CASE_WORKER, Role.MANAGER, Role.TENANT_ADMIN}),
)
EXPORT = Action(
    name="core:export",
    title=_l("Daten eines Verfahrens mit Angaben zu Personen ausgeben"),
    staff=frozenset({Role.CASE_WORKER, Role.MANAGER, Role.TENANT_ADMIN}),
    weighty=True,
)
ADMINISTER = Action(name="core:administer", title=_l("Das Portal der Behörde einrichten"), staff=ADMIN, weighty=True)
OPERATE = Action(
    name="core:operate", title=_l("Die Installation betreiben"), staff=frozenset({Role.OPERATOR}), weighty=True
)
CORE_ACTIONS = (
    COMMENT, RATE, MODERATE, INVITE, PREPARE, MANAGE, EDIT, ANSWER, RECOMMEND, EXPORT, ADMINISTER, OPERATE
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who is looking: nobody known, or a person with roles; with the participants they are in this procedure."""

    person: Person | None = None
    grants: frozenset[tuple[Role, int, int | None]] = frozenset()  # role, tenant, procedure or None
    participants: tuple[Participant, ...] = field(default=(), compare=False)
    guest: Participant | None = field(default=None, compare=False)  # without a person: by edit link or access code
    lists: frozenset[tuple[int, str]] = frozenset()  # numbers and kinds of the lists of this procedure one stands on
    proven: bool = False  # a second factor was shown in this log-in
    unproven: frozenset[tuple[Role, int, int | None]] = frozenset()  # what would be granted with one

    def with_proof(self) -> "Viewer":
        """The same person after a second factor was shown: all roles hold."""
        return replace(self, proven=True, grants=self.grants | self.unproven, unproven=frozenset())

    @property
    def operates(self) -> bool:
        """Whether this viewer runs the installation, and has shown a second factor."""
        return self.person is not None and self.person.is_operator and self.proven

    @property
    def needs_proof(self) -> bool:
        """Whether a second factor would give this viewer rights of the staff."""
        return self.person is not None and not self.proven and bool(self.unproven or self.person.is_operator)

    @property
    def is_known(self) -> bool:
        """Whether this is somebody to whom something can belong: a person, or a guest of this procedure."""
        return self.person is not None or self.guest is not None

    @property
    def ways(self) -> frozenset[str]:
        """The ways of identity this viewer can use: an account is a confirmed address too."""
        if self.guest is not None:
            return frozenset({self.guest.identity})
        if self.person is None or self.person.confirmed_at is None or self.person.blocked_at is not None:
            return frozenset()
        return frozenset({"email", "account"}) if self.person.has_account else frozenset({"email"})

    def roles_at(self, tenant_id: int | None, procedure_id: int | None = None) -> frozenset[Role]:
        """The staff roles held for a tenant (None: the installation), and for one of its procedures."""
        if self.operates:
            return frozenset({Role.OPERATOR, Role.TENANT_ADMIN})
        return frozenset(
            role for role, tenant, procedure in self.grants if tenant == tenant_id and procedure in (None, procedure_id)
        )

    def is_staff_of(self, procedure: Procedure) -> bool:
        """Whether this viewer works on the procedure."""
        return bool(self.roles_at(procedure.tenant_id, procedure.id) & STAFF)

    def sees_all_of(self, procedure: Procedure) -> bool:
        """Whether this viewer sees everything that came in: those who work on it, but for a planning office."""
        return bool(self.roles_at(procedure.tenant_id, procedure.id) & INSIDE)

    @property
    def participant_ids(self) -> frozenset[int]:
        """The ids of the participants this viewer is."""
        return frozenset(participant.id for participant in self.participants)


VISITOR = Viewer()


def works_at(who: Viewer, tenant_id: int) -> bool:
    """Whether somebody has any role at an authority or in one of its procedures; asks no database."""
    some = {role for role, tenant, _procedure in who.grants if tenant == tenant_id}
    return bool((who.roles_at(tenant_id) | some) & STAFF)


def role_refusal(who: Viewer, action: Action, tenant_id: int) -> Refused:
    """What somebody without the role is told: which one it takes, or, as staff of other authorities only, nothing."""
    tenants = {tenant for _role, tenant, _procedure in who.grants | who.unproven}
    return Unknown() if tenants and tenant_id not in tenants else Refused(sentences.role_needed(action))


def can_see(who: Viewer, procedure: Procedure) -> bool:
    """Before it is announced only its staff see a procedure, from then on those it is for."""
    if who.is_staff_of(procedure):
        return True
    if stage_of(procedure) in INTERNAL:
        return False
    return procedure.visible_to == "public" or bool(_kinds(who) & set(FITTING[procedure.visible_to]))


def is_in_audience(who: Viewer, phase: Phase) -> bool:
    """Whether a phase is for this viewer: it is for everybody, or for a list on which they stand."""
    if phase.audience == "public":
        return True
    if phase.list_id is not None:
        return any(number == phase.list_id for number, _kind in who.lists)
    return bool(_kinds(who) & set(FITTING[phase.audience]))


def _kinds(who: Viewer) -> frozenset[str]:
    return frozenset(kind for _number, kind in who.lists)


def accepts(action: Action, activity: Activity, way: str) -> bool:
    """Whether somebody could take this action here now by a way of identity, if it were their own."""
    return any(
        way in phase.identity and phase.audience == "public"
        for phase in open_phases(activity)
        if action.name in phase.opens
    )


def can(who: Viewer, action: Action, target: Tenant | Procedure | Activity | None, item: Any = None) -> Decision:
    """The one policy for pages, jobs and commands. Without a target it is about the whole installation.

    `item` is what the action is about (a contribution); the module's `when` gets it.
    """
    if target is None or isinstance(target, Tenant):
        return _staff(who, action, target.id if target else None, None)
    procedure = target.procedure if isinstance(target, Activity) else target
    if not can_see(who, procedure):
        return Decision(allowed=False, reason=_l("refuse.not_found"))
    if action.staff:
        return _staff(who, action, procedure.tenant_id, procedure.id)
    if not isinstance(target, Activity):
        return Decision(allowed=False, reason=_l("refuse.not_found"))
    return _taking_part(who, action, target, item)


def _staff(who: Viewer, action: Action, tenant_id: int | None, procedure_id: int | None) -> Decision:
    if action.staff & who.roles_at(tenant_id, procedure_id):
        return YES
    return Decision(allowed=False, reason=sentences.role_needed(action), login_helps=who.person is None)


def _taking_part(who: Viewer, action: Action, activity: Activity, item: Any) -> Decision:
    phases = [phase for phase in open_phases(activity) if action.name in phase.opens]
    if not phases:
        return Decision(allowed=False, reason=sentences.why_closed(activity, action))
    mine = [phase for phase in phases if is_in_audience(who, phase)]
    if not mine and who.is_known:
        return Decision(allowed=False, reason=sentences.not_eligible(phases[0]), phase=phases[0])
    fitting = [phase for phase in mine if who.ways & set(phase.identity)]
    if not fitting:
        narrow = (mine or phases)[0]
        reason = sentences.login_needed(narrow.identity) if mine else sentences.invited_only(narrow)
        return Decision(allowed=False, reason=reason, phase=narrow, login_helps=True)
    if action.when is not None:
        decision = action.when(who.participants[0] if who.participants else None, item)
        if not decision.allowed:
            return decision
    return Decision(allowed=True, phase=fitting[0])  # the narrowest audience first, then the earlier end


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
