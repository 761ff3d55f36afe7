"""Mails about what cannot wait: an author asks for a review; a threat or a cry for help was escalated.

None of them holds words of the contribution.
"""

from collections.abc import Iterable

from participation.access.queries import people_with_role
from participation.accounts.models import Person
from participation.accounts.queries import person_at
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.moderation.models import Appeal, Escalation, ModerationAct
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.notices.staff import DECIDERS, LANGUAGE
from participation.procedures.queries import procedure_by_id
from participation.tenants.attendance import attendance_of
from participation.tenants.models import Tenant


def second_people(delivery: Delivery) -> list[str]:
    """Who may decide: everybody of the first role that has somebody beside the one who decided before."""
    appeal = db.session.get(Appeal, delivery.event.appeal_id)
    act = db.session.get(ModerationAct, appeal.act_id) if appeal else None
    if act is None:
        return []
    for role in DECIDERS:
        people = _people(role, delivery)
        if others := [str(person.id) for person in people if person.id != act.actor_id]:
            return others
    return []


def _people(role: Role, delivery: Delivery) -> list[Person]:
    found = people_with_role(role, delivery.event.tenant_id, delivery.event.procedure_id)
    return [person for person in found if can_be_written_to(person)]


def appealed(delivery: Delivery) -> Iterable[Effect]:
    """One mail to one of them."""
    person, appeal = person_at(int(delivery.target)), db.session.get(Appeal, delivery.event.appeal_id)
    procedure = procedure_by_id(delivery.event.procedure_id)
    contribution = db.session.get(Contribution, appeal.contribution_id) if appeal else None
    if person is None or appeal is None or procedure is None or contribution is None:
        return []
    mail = letter(
        delivery,
        "moderation_appeal",
        to=person.email,
        language=person.language,
        tenant=procedure.tenant,
        contribution=contribution,
        procedure=procedure,
        url=link("moderation.appeal", procedure.tenant, person.language, number=str(appeal.id)),
    )
    return [mail]


def people_to_call(delivery: Delivery) -> list[str]:
    """The addresses the authority named; where it named none, its administrators and its own address."""
    tenant = db.session.get_one(Tenant, delivery.event.tenant_id)
    named = list(attendance_of(tenant).urgent)
    return named or [*(person.email for person in _people(Role.TENANT_ADMIN, delivery)), tenant.contact_email]


def escalated(delivery: Delivery) -> Iterable[Effect]:
    """One mail to one address, at once."""
    escalation = db.session.get(Escalation, delivery.event.escalation_id)
    procedure = procedure_by_id(delivery.event.procedure_id)
    if escalation is None or procedure is None:
        return []
    mail = letter(
        delivery,
        "moderation_escalation",
        to=delivery.target,
        language=LANGUAGE,
        tenant=procedure.tenant,
        escalation=escalation,
        procedure=procedure,
        url=link("moderation.escalation", procedure.tenant, LANGUAGE, number=str(escalation.id)),
    )
    return [mail]


APPEALED = Handler(name="notices.appealed", run=appealed, outside=True, targets=second_people)
ESCALATED = Handler(name="notices.escalated", run=escalated, outside=True, targets=people_to_call)
