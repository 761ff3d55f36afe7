"""What a person gets mails about."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from participation.kernel.db import db
from participation.notices.models import Subscription
from participation.procedures.models import Procedure
from participation.tenants.models import Tenant


class OwnSubscription(NamedTuple):
    """A procedure somebody is told about."""

    key: str
    procedure: str
    procedure_slug: str
    tenant: str
    tenant_slug: str
    confirmed_at: datetime | None


def subscriptions_of(person_id: int, tenant_id: int | None = None) -> list[OwnSubscription]:
    """The procedures a person is told about by mail, by title; without a tenant over all authorities."""
    query = (
        select(Subscription.key, Procedure.title, Procedure.slug, Tenant.name, Tenant.slug, Subscription.confirmed_at)
        .join(Procedure, Procedure.id == Subscription.procedure_id)
        .join(Tenant, Tenant.id == Subscription.tenant_id)
        .where(Subscription.person_id == person_id)
        .order_by(Procedure.title, Procedure.id)
    )
    query = query.where(Subscription.tenant_id == tenant_id) if tenant_id is not None else query
    return [OwnSubscription(*row) for row in db.session.execute(query)]
