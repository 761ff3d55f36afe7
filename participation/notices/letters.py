"""A mail that is ready to go. Its number is that of the delivery, so a second try is the same mail."""

from collections.abc import Collection
from typing import Any

from flask import current_app

from participation.accounts.models import Person
from participation.kernel.events import Delivery, Effect
from participation.kernel.mail import compose, send
from participation.notices.mailings import hand_over, note_for
from participation.tenants.models import Tenant


def letter(
    delivery: Delivery,
    template: str,
    *,
    to: str,
    language: str,
    tenant: Tenant | None,
    sender: str = "",
    procedure_ids: Collection[int] = (),
    **values: Any,
) -> Effect:
    """The effect that sends `mail/<template>`; composed now, sent when no transaction is open.

    Signed by the authority; without one by `sender`, else by the portal over all. What becomes of it is written down
    for the procedure of the event, or for all `procedure_ids` it is about; with the `contribution`, if there is one.
    """
    message = compose(
        template,
        to=to,
        language=language,
        number=f"delivery-{delivery.id}",
        sender_name=tenant.name if tenant else sender or current_app.config["SETTINGS"]["name"],
        tenant=tenant,
        **values,
    )
    note = note_for(
        delivery,
        to,
        procedure_ids=procedure_ids or [number for number in [delivery.event.procedure_id] if number is not None],
        contribution_id=getattr(values.get("contribution"), "id", None),
        to_many="unsubscribe" in values,
    )
    return lambda: hand_over(note, lambda: send(message))


def can_be_written_to(person: Person | None) -> bool:
    """Whether mails may go to somebody: the address is theirs, and they were not shut out."""
    return person is not None and person.confirmed_at is not None and person.blocked_at is None
