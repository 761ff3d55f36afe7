"""The part of the contract that is about the staff: who may act, and who sees the pages to prepare a format."""

from datetime import timedelta

from participation.access.rules import can
from participation.procedures.lifecycle import Stage
from participation.testing.kit import ROLES, ContractKit
from participation.web.guard import rule_of

BEGINS, LASTS = timedelta(days=1), timedelta(days=10)


def staff_act_by_role_only(kit: ContractKit) -> None:
    """A staff action is allowed to its roles in every stage, and to nobody else."""
    for stage in Stage:
        procedure = kit.procedure(stage=stage, begins=BEGINS, lasts=LASTS)
        for role in ROLES:
            viewer = kit.world.viewer(kit.person(role, procedure), procedure)
            held = viewer.roles_at(procedure.tenant_id, procedure.id)
            for action in (action for action in kit.module.actions if action.staff):
                decision = can(viewer, action, kit.world.activity(procedure))
                assert decision.allowed is bool(action.staff & held), f"{action.name} for {role} in stage {stage}"


def staff_pages_are_for_staff(kit: ContractKit) -> None:
    """Every page that an action of the staff guards renders for those who may, and for nobody else."""
    procedure = kit.seeded(5, begins=BEGINS, lasts=LASTS)
    found = [rule_of(kit.world.app.view_functions[name]) for name in kit.endpoints(staff=True)]
    actions = {rule.action for rule in found if rule is not None and rule.action is not None}
    for role in ROLES:
        client = kit.client(role, procedure)
        held = kit.world.viewer(kit.person(role, procedure), procedure).roles_at(procedure.tenant_id, procedure.id)
        for path in kit.paths(procedure, staff=True):
            answer = client.get(path)
            leads_on = answer.status_code == 303 and "next=" not in answer.location  # a page that needs one before it
            allowed = all(action.staff & held for action in actions)
            assert (answer.status_code == 200 or leads_on) is allowed, f"{path} as {role} answered {answer.status_code}"
