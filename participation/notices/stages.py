"""Mails to those who subscribed: the procedure has come to another stage."""

from collections.abc import Iterable

from participation.kernel.events import Delivery, Effect, Handler
from participation.notices.letters import letter
from participation.notices.links import link
from participation.notices.queries import key_of, subscriber, subscription_numbers
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Procedure
from participation.procedures.queries import dates_of, procedure_by_id

TOLD = {Stage.ANNOUNCED, Stage.RUNNING, Stage.PAUSED, Stage.EVALUATION, Stage.COMPLETED, Stage.CANCELLED}


def numbers(delivery: Delivery) -> list[str]:
    """Whom it concerns: who is told at once; nobody where there is nothing (any more) to tell."""
    procedure = _procedure(delivery)
    return subscription_numbers(procedure.id) if procedure else []


def run(delivery: Delivery) -> Iterable[Effect]:
    """One mail to one subscription."""
    procedure, found = _procedure(delivery), subscriber(delivery.target)
    if procedure is None or found is None:
        return []
    subscription, person = found
    tenant, language = procedure.tenant, person.language
    where = {"procedure": procedure.slug}
    mail = letter(
        delivery,
        "stage",
        to=person.email,
        language=language,
        tenant=tenant,
        procedure=procedure,
        stage=procedure.stage,
        transition=delivery.event.transition,
        dates=dates_of(procedure),
        url=link("procedures.show", tenant, language, **where),
        manage=link("subscriptions.mine", tenant, language, key=key_of(tenant.id, person.id)),
        unsubscribe=link("subscriptions.end", tenant, language, key=subscription.key, **where),
    )
    return [mail]


def _procedure(delivery: Delivery) -> Procedure | None:
    """The procedure, if it still stands where the event says; a later event has its own mail."""
    if delivery.event.target not in TOLD:
        return None
    procedure = procedure_by_id(delivery.event.procedure_id)
    if procedure is None or procedure.stage != delivery.event.target or procedure.visible_to != "public":
        return None
    return procedure


HANDLER = Handler(name="notices.stage", run=run, outside=True, targets=numbers)
