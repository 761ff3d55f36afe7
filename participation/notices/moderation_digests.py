"""The mail of the day to a moderator: numbers of what waits, read when it is written; nothing where it is done."""

from collections.abc import Iterable

from participation.accounts.queries import person_at
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.moderation.digest import waiting_for
from participation.notices.letters import can_be_written_to, letter
from participation.notices.links import link
from participation.tenants.models import Tenant


def digest(delivery: Delivery) -> Iterable[Effect]:
    """One mail to one moderator; it holds no words of contributions."""
    person, tenant = person_at(delivery.event.person_id), db.session.get(Tenant, delivery.event.tenant_id)
    work = waiting_for(person, tenant) if person is not None and tenant is not None else None
    if person is None or tenant is None or work is None or not can_be_written_to(person):
        return []
    mail = letter(
        delivery,
        "moderation_digest",
        to=person.email,
        language=person.language,
        tenant=tenant,
        work=work,
        oldest=min(at for at in (work.reported_since, work.waiting_since, work.barriers_since, delivery.at) if at),
        url=link("moderation.queue", tenant, person.language),
        choice=link("moderation.digest", tenant, person.language),
    )
    return [mail]


DIGEST = Handler(name="notices.moderation_digest", run=digest, outside=True)
