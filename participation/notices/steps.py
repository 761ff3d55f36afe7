"""Mails to the staff: a procedure waits for a second person, or the second person has decided."""

from collections.abc import Iterable

from participation.access.queries import people_with_role
from participation.accounts.models import Person
from participation.accounts.queries import person_at
from participation.interfaces import Role
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_by_id
from participation.procedures.step_models import StepTaken

DECIDED = ("send_back", "release")
LEADS = (Role.MANAGER, Role.TENANT_ADMIN)


def people_to_tell(procedure: Procedure, transition: str, actor_id: int | None) -> list[Person]:
    """Who at the authority gets a mail: at submission all who may decide, after it whoever submitted."""
    if transition == "submit":
        found = [p for role in LEADS for p in people_with_role(role, procedure.tenant_id, procedure.id)]
    elif transition in DECIDED and procedure.submitted_by_id is not None:
        found = [person for person in [person_at(procedure.submitted_by_id)] if person is not None]
    else:
        found = []
    unique = {person.id: person for person in found if person.id != actor_id and can_be_written_to(person)}
    return list(unique.values())


def targets(delivery: Delivery) -> list[str]:
    """The numbers of those people; nobody where the procedure has gone on in the meantime."""
    event = delivery.event
    procedure = procedure_by_id(event.procedure_id)
    if procedure is None or (event.transition in ("submit", "send_back") and procedure.stage != event.target):
        return []
    return [str(person.id) for person in people_to_tell(procedure, event.transition, event.actor_id)]


def run(delivery: Delivery) -> Iterable[Effect]:
    """One mail to one person; after sending back it holds the reason."""
    event = delivery.event
    procedure, person = procedure_by_id(event.procedure_id), person_at(int(delivery.target))
    if procedure is None or person is None:
        return []
    step = db.session.get(StepTaken, event.step_id)
    mail = letter(
        delivery,
        "step",
        to=person.email,
        language=person.language,
        tenant=procedure.tenant,
        procedure=procedure,
        transition=event.transition,
        reason=step.reason if step is not None else "",
        url=link("steps.show", procedure.tenant, person.language, procedure=procedure.slug),
    )
    return [mail]


HANDLER = Handler(name="notices.step", run=run, outside=True, targets=targets)
