"""The confirmation of receipt by mail, to whoever left an address with a letter, a call or at a kiosk."""

from collections.abc import Iterable

from sqlalchemy import select

from participation.contributions.intake_models import Intake
from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.kernel.events import Delivery, Effect, Handler
from participation.notices.letters import letter
from participation.notices.links import link
from participation.procedures.queries import procedure_by_id


def receipt(delivery: Delivery) -> Iterable[Effect]:
    """Number, day, words, and where or how the answer comes; nothing where no address is known."""
    query = select(Contribution, Intake).join(Intake, Intake.contribution_id == Contribution.id)
    found = db.session.execute(query.where(Contribution.id == delivery.event.contribution_id)).one_or_none()
    procedure = procedure_by_id(delivery.event.procedure_id)
    if found is None or procedure is None or not found[1].sender_email or found[0].state == "withdrawn":
        return []
    contribution, intake = found
    is_public = contribution.state == "published"
    where = {"procedure": procedure.slug} | ({"reference": contribution.reference} if is_public else {})
    endpoint = "contributions.show" if is_public else "procedures.show"
    mail = letter(
        delivery,
        "intake_receipt",
        to=intake.sender_email,
        language=contribution.language,
        tenant=procedure.tenant,
        url=link(endpoint, procedure.tenant, contribution.language, **where),
        contribution=contribution,
        procedure=procedure,
    )
    return [mail]


RECORDED = Handler(name="notices.intake_receipt", run=receipt, outside=True)
