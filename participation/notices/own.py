"""What a person gets mails about."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, null, select

from participation.contributions.models import Contribution
from participation.contributions.visible import public_contributions
from participation.kernel.db import db
from participation.kernel.text import excerpt, plain
from participation.notices.models import MailKey, Subscription
from participation.notices.wishes import TITLE
from participation.procedures.models import Activity, Procedure
from participation.tenants.models import Tenant


class OwnSubscription(NamedTuple):
    """Something somebody is told about."""

    id: int
    key: str
    procedure: str
    procedure_slug: str
    tenant: str
    tenant_slug: str
    confirmed_at: datetime | None
    rhythm: str
    format: str | None
    reference: str | None
    words: str  # of the contribution, while everybody may read it
    mail_key: str  # opens everything at this authority

    @property
    def title(self) -> str:
        """What is followed, in words of its own."""
        return self.format or (f"„{self.words}“" if self.words else self.reference) or self.procedure


def subscriptions_of(person_id: int, tenant_id: int | None = None) -> list[OwnSubscription]:
    """What a person is told about by mail, by title of the procedure; without a tenant over all authorities."""
    query = _own().where(Subscription.person_id == person_id)
    query = query.where(Subscription.tenant_id == tenant_id) if tenant_id is not None else query
    return [_shown(row) for row in db.session.execute(query)]


def _own() -> Any:
    words = case((public_contributions(), Contribution.html), else_=null())
    key = and_(MailKey.tenant_id == Subscription.tenant_id, MailKey.person_id == Subscription.person_id)
    query: Any = (
        select(
            Subscription.id, Subscription.key, Procedure.title, Procedure.slug, Tenant.name, Tenant.slug,
            Subscription.confirmed_at, Subscription.rhythm, Activity.title, Contribution.reference, words, MailKey.key,
        )
        .join(Procedure, Procedure.id == Subscription.procedure_id)
        .join(Tenant, Tenant.id == Subscription.tenant_id)
        .outerjoin(Activity, Activity.id == Subscription.activity_id)
        .outerjoin(Contribution, Contribution.id == Subscription.contribution_id)
        .outerjoin(MailKey, key)
        .order_by(Procedure.title, Procedure.id, Subscription.id)
    )  # fmt: skip
    return query


def _shown(row: Any) -> OwnSubscription:
    *rest, html, key = row
    return OwnSubscription._make((*rest, excerpt(plain(html), TITLE) if html else "", key or ""))
