"""The mail with the link that begins a subscription."""

from collections.abc import Iterable

from participation.accounts.models import Token
from participation.accounts.tokens import sign
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.notices.letters import letter
from participation.notices.links import link
from participation.procedures.queries import procedure_by_id


def run(delivery: Delivery) -> Iterable[Effect]:
    """One mail to whoever owns the address; none once the link is used or too old."""
    token = db.session.get(Token, delivery.event.token_id)
    procedure = procedure_by_id(delivery.event.procedure_id)
    if token is None or procedure is None or token.used_at is not None or token.expires_at <= now():
        return []
    language = str(token.data.get("language", "de"))
    url = link("subscriptions.confirm", procedure.tenant, language, procedure=procedure.slug, token=sign(token))
    mail = letter(
        delivery,
        "subscribe",
        to=token.email,
        language=language,
        tenant=procedure.tenant,
        procedure=procedure,
        url=url,
        expires_at=token.expires_at,
    )
    return [mail]


HANDLER = Handler(name="notices.subscribe", run=run, outside=True)
